# SPDX-License-Identifier: Apache-2.0
"""Random calls against the emulator and against a small model of the service: what they
answer, and what is there afterwards, must be the same."""

import os
import random
import time

import botocore.exceptions
from clients import ROLE, Service, guest_zip
from fixture import limit, same

NAMES = ("one", "two", "three")
ALIASES = ("live", "test")
MIN_UNRESERVED, LIMIT = 100, 1000


class Refused(Exception):
    """The model refuses, with this code."""


class Function:
    def __init__(self, description):
        self.description = description
        self.versions = {}   # number -> description
        self.last = 0        # numbers are never used again
        self.published = None  # what the last version was made of
        self.aliases = {}    # name -> version
        self.reserved = None


class Model:
    """What the service would do."""

    def __init__(self):
        self.functions = {}

    def find(self, name):
        if name not in self.functions:
            raise Refused("ResourceNotFoundException")
        return self.functions[name]

    def find_version(self, function, version):
        if version != "$LATEST" and int(version) not in function.versions:
            raise Refused("ResourceNotFoundException")

    def create(self, name, description):
        if name in self.functions:
            raise Refused("ResourceConflictException")
        self.functions[name] = Function(description)

    def update(self, name, description):
        self.find(name).description = description

    def publish(self, name):
        function = self.find(name)
        if function.published != function.description:
            function.last += 1
            function.versions[function.last] = function.description
            function.published = function.description
        return str(function.last)

    def delete_version(self, name, version):
        function = self.find(name)
        if version in function.aliases.values():
            raise Refused("ResourceConflictException")
        if function.versions.pop(int(version), None) is not None and \
                int(version) == function.last:
            function.published = None

    def create_alias(self, name, alias, version):
        function = self.find(name)
        if alias in function.aliases:
            raise Refused("ResourceConflictException")
        self.find_version(function, version)
        function.aliases[alias] = version

    def update_alias(self, name, alias, version):
        function = self.find(name)
        if alias not in function.aliases:
            raise Refused("ResourceNotFoundException")
        self.find_version(function, version)
        function.aliases[alias] = version

    def delete_alias(self, name, alias):
        if name in self.functions:  # deleting what is not there is no error
            self.functions[name].aliases.pop(alias, None)

    def reserve(self, name, n):
        function = self.find(name)
        others = sum(f.reserved or 0 for f in self.functions.values() if f is not function)
        if LIMIT - others - n < MIN_UNRESERVED:
            raise Refused("InvalidParameterValueException")
        function.reserved = n

    def unreserve(self, name):
        self.find(name).reserved = None

    def delete(self, name):
        self.find(name)
        del self.functions[name]

    def state(self):
        return {name: (f.description, sorted(f.versions.items()), sorted(f.aliases.items()),
                       f.reserved) for name, f in self.functions.items()}


class Real:
    """The same calls by boto3."""

    def __init__(self, api):
        self.api = api
        self.code = guest_zip()

    def create(self, name, description):
        self.api.create_function(FunctionName=name, Description=description, Role=ROLE,
                                 Runtime="provided.al2023", Handler="x",
                                 Code={"ZipFile": self.code})
        self.settle(name)

    def settle(self, name):
        """Until no update is in progress: the model has no such moments."""
        for _ in range(400):
            config = self.api.get_function_configuration(FunctionName=name)
            if config["State"] != "Pending" and config["LastUpdateStatus"] != "InProgress":
                return
            time.sleep(0.01)
        raise AssertionError(f"{name} does not settle")

    def update(self, name, description):
        self.api.update_function_configuration(FunctionName=name, Description=description)
        self.settle(name)

    def publish(self, name):
        return self.api.publish_version(FunctionName=name)["Version"]

    def delete_version(self, name, version):
        self.api.delete_function(FunctionName=name, Qualifier=version)

    def create_alias(self, name, alias, version):
        self.api.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)

    def update_alias(self, name, alias, version):
        self.api.update_alias(FunctionName=name, Name=alias, FunctionVersion=version)

    def delete_alias(self, name, alias):
        self.api.delete_alias(FunctionName=name, Name=alias)

    def reserve(self, name, n):
        self.api.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=n)

    def unreserve(self, name):
        self.api.delete_function_concurrency(FunctionName=name)

    def delete(self, name):
        self.api.delete_function(FunctionName=name)

    def state(self):
        found = {}
        for f in self.api.list_functions()["Functions"]:
            name = f["FunctionName"]
            versions = self.api.list_versions_by_function(FunctionName=name)["Versions"]
            aliases = self.api.list_aliases(FunctionName=name)["Aliases"]
            found[name] = (
                f["Description"],
                sorted((int(v["Version"]), v["Description"]) for v in versions
                       if v["Version"] != "$LATEST"),
                sorted((a["Name"], a["FunctionVersion"]) for a in aliases),
                self.api.get_function_concurrency(FunctionName=name).get(
                    "ReservedConcurrentExecutions"))
        return found


def random_call(dice):
    """The name of a call and its arguments; most of them mean something."""
    name = dice.choice(NAMES)
    version = dice.choice(("$LATEST", "1", "1", "2", "3"))
    return dice.choice((
        ("create", name, dice.choice("abc")),
        ("create", name, dice.choice("abc")),
        ("update", name, dice.choice("abc")),
        ("publish", name),
        ("publish", name),
        ("delete_version", name, dice.choice("123")),
        ("create_alias", name, dice.choice(ALIASES), version),
        ("update_alias", name, dice.choice(ALIASES), version),
        ("delete_alias", name, dice.choice(ALIASES)),
        ("reserve", name, dice.choice((0, 5, 300, 500, 900, 950))),
        ("unreserve", name),
        *([("delete", name)] if dice.random() < 0.4 else []),
    ))


def outcome(subject, call):
    method, *arguments = call
    try:
        return getattr(subject, method)(*arguments)
    except Refused as refused:
        return str(refused)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


def compare(seed, steps):
    dice = random.Random(seed)
    done = []
    with Service() as (_, api):
        model, real = Model(), Real(api)
        for _ in range(steps):
            call = random_call(dice)
            done.append(call)
            what = f"seed {seed}, the last of {done[-12:]}"
            same(outcome(real, call), outcome(model, call), what)
            same(real.state(), model.state(), what)


@limit(120)
def test_random_calls_do_as_the_model():
    for seed in range(int(os.environ.get("LAMB_TEST_SEEDS", "3"))):
        compare(seed, 80)
