# SPDX-License-Identifier: Apache-2.0
"""Random calls against the emulator and against a small model of the service: what they
answer, and what is there afterwards, must be the same."""

import base64
import copy
import hashlib
import http.client
import json
import os
import random
import threading
import time

import botocore.exceptions
from clients import ROLE, Service, guest_zip
from fixture import limit, same

NAMES = ("one", "two", "three")
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
ALIASES = ("live", "test")
QUEUES = ("q", "r")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
MIN_UNRESERVED, LIMIT = 100, 1000
RUNTIME = "arn:aws:lambda:us-east-1::runtime:" + 64 * "0"


class Refused(Exception):
    """The model refuses, with this code."""


class Function:
    def __init__(self, description):
        self.description = description
        self.code = 0
        self.versions = {}   # number -> description and code
        self.last = 0        # numbers are never used again
        self.published = None  # what the last version was made of
        self.aliases = {}    # name -> version
        self.weights = {}    # alias -> {another version: its share}
        self.reserved = None
        self.tags = {}
        self.retries = None  # of asynchronous invocations
        self.allowed = set()  # statements of its policy
        self.provisioned = {}  # version or alias -> how many
        self.urls = {}       # "" or alias -> who may ask
        self.recursion = "Terminate"
        self.updates = {}    # version -> when its runtime is updated

    def apart(self):
        """What nobody else may use of the account's concurrency."""
        return sum(self.provisioned.values()) if self.reserved is None else self.reserved


class Model:
    """What the service would do."""

    def __init__(self):
        self.functions = {}
        self.layers = {}     # name -> {version that is there: statements of its policy}
        self.layer_last = {}
        self.mappings = {}   # (function, queue) -> whether it is enabled

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

    def update_code(self, name, code):
        self.find(name).code = code

    def publish(self, name):
        function = self.find(name)
        now = (function.description, function.code)
        if function.published != now:
            function.last += 1
            function.versions[function.last] = function.published = now
        return str(function.last)

    def delete_version(self, name, version):
        function = self.find(name)
        if version in function.aliases.values() or any(
                version in weights for weights in function.weights.values()):
            raise Refused("ResourceConflictException")
        function.provisioned.pop(version, None)
        function.updates.pop(version, None)
        if function.versions.pop(int(version), None) is not None and \
                int(version) == function.last:
            function.published = None

    def lead_alias(self, function, alias, version, weights):
        self.find_version(function, version)
        for other in weights:
            if version in ("$LATEST", other):
                raise Refused("InvalidParameterValueException")
            self.find_version(function, other)
        function.aliases[alias] = version
        function.weights[alias] = weights

    def create_alias(self, name, alias, version, weights):
        function = self.find(name)
        if alias in function.aliases:
            raise Refused("ResourceConflictException")
        self.lead_alias(function, alias, version, weights or {})

    def update_alias(self, name, alias, version, weights):
        """What is not given, None, stays as it is; no weights are taken away by {}."""
        function = self.find(name)
        if alias not in function.aliases:
            raise Refused("ResourceNotFoundException")
        self.lead_alias(function, alias, version or function.aliases[alias],
                        function.weights[alias] if weights is None else weights)

    def delete_alias(self, name, alias):
        if name in self.functions:  # deleting what is not there is no error
            function = self.functions[name]
            for of_alias in (function.aliases, function.weights, function.provisioned,
                             function.urls):
                of_alias.pop(alias, None)

    def reserve(self, name, n):
        function = self.find(name)
        others = sum(f.apart() for f in self.functions.values() if f is not function)
        if (LIMIT - others - n < MIN_UNRESERVED and n) or n < sum(
                function.provisioned.values()):
            raise Refused("InvalidParameterValueException")
        function.reserved = n

    def unreserve(self, name):
        self.find(name).reserved = None

    def tag(self, name, key, value):
        self.find(name).tags[key] = value

    def retry(self, name, n):
        self.find(name).retries = n

    def allow(self, name, statement):
        function = self.find(name)
        if statement in function.allowed:
            raise Refused("ResourceConflictException")
        function.allowed.add(statement)

    def disallow(self, name, statement):
        function = self.find(name)
        if statement not in function.allowed:
            raise Refused("ResourceNotFoundException")
        function.allowed.remove(statement)

    def untag(self, name, key):
        self.find(name).tags.pop(key, None)

    def unretry(self, name):
        if name not in self.functions or self.functions[name].retries is None:
            raise Refused("ResourceNotFoundException")
        self.functions[name].retries = None

    def recur(self, name, how):
        self.find(name).recursion = how

    def manage(self, name, version, when, runtime):
        """When the runtime of VERSION is updated; "" is $LATEST."""
        function = self.find(name)
        self.find_version(function, version or "$LATEST")
        if (when == "Manual") != bool(runtime):
            raise Refused("InvalidParameterValueException")
        function.updates[version or "$LATEST"] = when

    # -- provisioned

    def lead(self, name, qualifier):
        function = self.find(name)
        version = qualifier if qualifier.isdigit() else function.aliases.get(qualifier)
        if version is None:
            raise Refused("ResourceNotFoundException")
        self.find_version(function, version)
        return function, version

    def provision(self, name, qualifier, n):
        function, version = self.lead(name, qualifier)
        if version == "$LATEST":
            raise Refused("InvalidParameterValueException")
        others = [other for other in function.provisioned if other != qualifier and
                  (other == version or qualifier == version and
                   function.aliases.get(other) == version)]
        if others:
            raise Refused("ResourceConflictException")
        total = sum(m for other, m in function.provisioned.items() if other != qualifier) + n
        apart = sum(f.apart() for f in self.functions.values() if f is not function)
        if total > function.reserved if function.reserved is not None else \
                LIMIT - apart - total < MIN_UNRESERVED:
            raise Refused("InvalidParameterValueException")
        function.provisioned[qualifier] = n

    def unprovision(self, name, qualifier):
        self.lead(name, qualifier)[0].provisioned.pop(qualifier, None)

    # -- URLs

    def find_url(self, name, alias, is_there):
        if name not in self.functions or (alias and alias not in self.functions[name].aliases):
            raise Refused("ResourceNotFoundException")
        urls = self.functions[name].urls
        if (alias in urls) != is_there:
            raise Refused("ResourceNotFoundException" if is_there else
                          "ResourceConflictException")
        return urls

    def create_url(self, name, alias, auth):
        self.find_url(name, alias, False)[alias] = auth

    def update_url(self, name, alias, auth):
        self.find_url(name, alias, True)[alias] = auth

    def delete_url(self, name, alias):
        del self.find_url(name, alias, True)[alias]

    # -- what belongs to no function

    def publish_layer(self, layer):
        self.layer_last[layer] = self.layer_last.get(layer, 0) + 1
        self.layers.setdefault(layer, {})[self.layer_last[layer]] = set()
        return self.layer_last[layer]

    def delete_layer(self, layer, version):
        self.layers.get(layer, {}).pop(version, None)

    def layer_policy(self, layer, version):
        if version not in self.layers.get(layer, {}):
            raise Refused("ResourceNotFoundException")
        return self.layers[layer][version]

    def share_layer(self, layer, version, statement):
        policy = self.layer_policy(layer, version)
        if statement in policy:
            raise Refused("ResourceConflictException")
        policy.add(statement)

    def unshare_layer(self, layer, version, statement):
        policy = self.layer_policy(layer, version)
        if statement not in policy:
            raise Refused("ResourceNotFoundException")
        policy.remove(statement)

    def map(self, name, queue):
        if name not in self.functions:
            raise Refused("InvalidParameterValueException")
        if (name, queue) in self.mappings:
            raise Refused("ResourceConflictException")
        self.mappings[name, queue] = True

    def switch(self, name, queue, is_on):
        if (name, queue) not in self.mappings:
            raise Refused("ResourceNotFoundException")
        self.mappings[name, queue] = is_on

    def unmap(self, name, queue):
        if self.mappings.pop((name, queue), None) is None:
            raise Refused("ResourceNotFoundException")

    def delete(self, name):
        self.find(name)
        del self.functions[name]

    def state(self):
        return {name: (f.description, f.code, sorted(f.versions.items()),
                       sorted((alias, version, f.weights[alias])
                              for alias, version in f.aliases.items()),
                       f.reserved, f.tags, f.retries, sorted(f.allowed), f.provisioned, f.urls,
                       f.recursion, {version: f.updates.get(version, "Auto")
                                     for version in ("$LATEST", *map(str, f.versions))})
                for name, f in self.functions.items()}, {
                    layer: {version: sorted(policy) for version, policy in versions.items()}
                    for layer, versions in self.layers.items() if versions}, self.mappings


class Real:
    """The same calls by boto3. The clock is held: what the service does by itself, it
    does when `settle` moves the clock."""

    def __init__(self, lamb, api):
        self.lamb = lamb
        self.api = api
        self.codes = [guest_zip(), guest_zip(extra="1"), guest_zip(extra="2")]
        self.hashes = [base64.b64encode(hashlib.sha256(code).digest()).decode()
                       for code in self.codes]

    def create(self, name, description):
        self.api.create_function(FunctionName=name, Description=description, Role=ROLE,
                                 Runtime="provided.al2023", Handler="x",
                                 Code={"ZipFile": self.codes[0]})
        self.settle(name)

    def advance(self):
        same(self.lamb.control("POST", "/clock/advance", {"by": "1s"}).status, 200)

    def settle(self, name):
        """No update is in progress any more: the model has no such moments."""
        self.advance()
        config = self.api.get_function_configuration(FunctionName=name)
        same((config["State"], config["LastUpdateStatus"]), ("Active", "Successful"), name)

    def update(self, name, description):
        self.api.update_function_configuration(FunctionName=name, Description=description)
        self.settle(name)

    def update_code(self, name, code):
        self.api.update_function_code(FunctionName=name, ZipFile=self.codes[code])
        self.settle(name)

    def publish(self, name):
        return self.api.publish_version(FunctionName=name)["Version"]

    def delete_version(self, name, version):
        self.api.delete_function(FunctionName=name, Qualifier=version)

    @staticmethod
    def leading(version, weights):
        return {**({"FunctionVersion": version} if version else {}),
                **({} if weights is None else
                   {"RoutingConfig": {"AdditionalVersionWeights": weights}})}

    def create_alias(self, name, alias, version, weights):
        self.api.create_alias(FunctionName=name, Name=alias, **self.leading(version, weights))

    def update_alias(self, name, alias, version, weights):
        self.api.update_alias(FunctionName=name, Name=alias, **self.leading(version, weights))

    def delete_alias(self, name, alias):
        self.api.delete_alias(FunctionName=name, Name=alias)

    def reserve(self, name, n):
        self.api.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=n)

    def unreserve(self, name):
        self.api.delete_function_concurrency(FunctionName=name)

    def tag(self, name, key, value):
        self.api.tag_resource(Resource=ARN + name, Tags={key: value})

    def retry(self, name, n):
        self.api.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=n)

    def allow(self, name, statement):
        self.api.add_permission(FunctionName=name, StatementId=statement,
                                Action="lambda:InvokeFunction", Principal="*")

    def disallow(self, name, statement):
        self.api.remove_permission(FunctionName=name, StatementId=statement)

    def untag(self, name, key):
        self.api.untag_resource(Resource=ARN + name, TagKeys=[key])

    def unretry(self, name):
        self.api.delete_function_event_invoke_config(FunctionName=name)

    def recur(self, name, how):
        self.api.put_function_recursion_config(FunctionName=name, RecursiveLoop=how)

    def manage(self, name, version, when, runtime):
        self.api.put_runtime_management_config(
            UpdateRuntimeOn=when, **self.at(name, version),
            **({"RuntimeVersionArn": runtime} if runtime else {}))

    def provision(self, name, qualifier, n):
        self.api.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=n)

    def unprovision(self, name, qualifier):
        self.api.delete_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)

    @staticmethod
    def at(name, alias):
        return {"FunctionName": name, **({"Qualifier": alias} if alias else {})}

    def create_url(self, name, alias, auth):
        self.api.create_function_url_config(AuthType=auth, **self.at(name, alias))

    def update_url(self, name, alias, auth):
        self.api.update_function_url_config(AuthType=auth, **self.at(name, alias))

    def delete_url(self, name, alias):
        self.api.delete_function_url_config(**self.at(name, alias))

    def publish_layer(self, layer):
        return self.api.publish_layer_version(
            LayerName=layer, Content={"ZipFile": self.codes[0]})["Version"]

    def delete_layer(self, layer, version):
        self.api.delete_layer_version(LayerName=layer, VersionNumber=version)

    def share_layer(self, layer, version, statement):
        self.api.add_layer_version_permission(
            LayerName=layer, VersionNumber=version, StatementId=statement,
            Action="lambda:GetLayerVersion", Principal="*")

    def unshare_layer(self, layer, version, statement):
        self.api.remove_layer_version_permission(
            LayerName=layer, VersionNumber=version, StatementId=statement)

    def map(self, name, queue):
        self.api.create_event_source_mapping(FunctionName=name, EventSourceArn=QUEUE + queue)
        self.advance()

    def uuid(self, name, queue):
        """Of the mapping; where there is none, one that nothing has."""
        found = self.api.list_event_source_mappings(
            FunctionName=name, EventSourceArn=QUEUE + queue)["EventSourceMappings"]
        return found[0]["UUID"] if found else "00000000-0000-4000-8000-000000000000"

    def switch(self, name, queue, is_on):
        self.api.update_event_source_mapping(UUID=self.uuid(name, queue), Enabled=is_on)
        self.advance()

    def unmap(self, name, queue):
        self.api.delete_event_source_mapping(UUID=self.uuid(name, queue))
        self.advance()

    def delete(self, name):
        self.api.delete_function(FunctionName=name)

    def retries(self, name):
        try:
            return self.api.get_function_event_invoke_config(
                FunctionName=name)["MaximumRetryAttempts"]
        except self.api.exceptions.ResourceNotFoundException:
            return None

    def statements(self, get, **resource):
        try:
            policy = json.loads(get(**resource)["Policy"])
        except self.api.exceptions.ResourceNotFoundException:
            return []
        return sorted(statement["Sid"] for statement in policy["Statement"])

    def updates(self, name, versions):
        return {v["Version"]: self.api.get_runtime_management_config(
            **self.at(name, v["Version"]))["UpdateRuntimeOn"] for v in versions}

    def provisioned(self, name):
        configs = self.api.list_provisioned_concurrency_configs(
            FunctionName=name)["ProvisionedConcurrencyConfigs"]
        return {config["FunctionArn"].rsplit(":", 1)[1]:
                config["RequestedProvisionedConcurrentExecutions"] for config in configs}

    def urls(self, name):
        configs = self.api.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
        return {config["FunctionArn"].removeprefix(ARN + name).removeprefix(":"):
                config["AuthType"] for config in configs}

    def layers(self):
        return {layer["LayerName"]: {
            version["Version"]: self.statements(
                self.api.get_layer_version_policy, LayerName=layer["LayerName"],
                VersionNumber=version["Version"])
            for version in self.api.list_layer_versions(
                LayerName=layer["LayerName"])["LayerVersions"]}
                for layer in self.api.list_layers()["Layers"]}

    def mappings(self):
        return {(m["FunctionArn"].removeprefix(ARN), m["EventSourceArn"].removeprefix(QUEUE)):
                m["State"] == "Enabled"
                for m in self.api.list_event_source_mappings()["EventSourceMappings"]}

    def state(self):
        self.advance()  # what was begun when a kill came
        found = {}
        for f in self.api.list_functions()["Functions"]:
            name = f["FunctionName"]
            versions = self.api.list_versions_by_function(FunctionName=name)["Versions"]
            aliases = self.api.list_aliases(FunctionName=name)["Aliases"]
            found[name] = (
                f["Description"], self.hashes.index(f["CodeSha256"]),
                sorted((int(v["Version"]),
                        (v["Description"], self.hashes.index(v["CodeSha256"])))
                       for v in versions if v["Version"] != "$LATEST"),
                sorted((a["Name"], a["FunctionVersion"], a.get("RoutingConfig", {}).get(
                    "AdditionalVersionWeights", {})) for a in aliases),
                self.api.get_function_concurrency(FunctionName=name).get(
                    "ReservedConcurrentExecutions"),
                self.api.list_tags(Resource=ARN + name)["Tags"],
                self.retries(name), self.statements(self.api.get_policy, FunctionName=name),
                self.provisioned(name), self.urls(name),
                self.api.get_function_recursion_config(FunctionName=name)["RecursiveLoop"],
                self.updates(name, versions))
        return found, self.layers(), self.mappings()


# How every history begins: most calls mean nothing where nothing is.
BEGINNING = (("create", "one", "a"), ("publish", "one"), ("update_code", "one", 1),
             ("publish", "one"), ("create_alias", "one", "live", "1", {"2": 0.5}),
             ("delete_version", "one", "2"), ("update_alias", "one", "live", "2", None),
             ("update_alias", "one", "live", "2", {"1": 0.25}),
             ("manage", "one", "", "Manual", RUNTIME), ("manage", "one", "1", "Auto", None),
             ("publish_layer", "live"), ("share_layer", "live", 1, "s"))


def random_call(dice):
    """The name of a call and its arguments; most of them mean something."""
    name = dice.choice((*NAMES, *4 * NAMES[:1]))  # one of them has a long life
    version = dice.choice(("$LATEST", "1", "1", "2", "3"))
    alias, queue = dice.choice((*ALIASES, ALIASES[0])), dice.choice(QUEUES)
    qualifier = dice.choice((*ALIASES, "1", "2"))
    at, auth = dice.choice(("", *ALIASES)), dice.choice(("NONE", "AWS_IAM"))
    weights = dice.choice((None, None, {}, {"1": 0.25}, {"2": 0.5}))
    when, runtime = dice.choice((("Auto", None), ("FunctionUpdate", None),
                                 ("Manual", RUNTIME), ("Manual", None), ("Auto", RUNTIME)))
    if dice.random() < 0.4:
        return dice.choice((
            ("provision", name, qualifier, dice.choice((1, 2, 990))),
            ("unprovision", name, qualifier),
            ("create_url", name, at, auth), ("update_url", name, at, auth),
            ("delete_url", name, at),
            *2 * (("publish_layer", alias),), ("delete_layer", alias, dice.choice((1, 2, 3))),
            ("map", name, queue), ("switch", name, queue, dice.random() < 0.5),
            ("unmap", name, queue),
            ("untag", name, dice.choice("kl")), ("disallow", name, dice.choice("st")),
            ("unretry", name), ("recur", name, dice.choice(("Allow", "Terminate"))),
            *2 * (("manage", name, dice.choice(("", "$LATEST", "1")), when, runtime),),
            *2 * (("share_layer", alias, dice.choice((1, 1, 2)), dice.choice("st")),),
            ("unshare_layer", alias, dice.choice((1, 1, 2)), dice.choice("st")),
        ))
    return dice.choice((
        ("create", name, dice.choice("abc")),
        ("create", name, dice.choice("abc")),
        ("update", name, dice.choice("abc")),
        ("update_code", name, dice.choice((0, 1, 2))),
        ("publish", name),
        ("publish", name),
        ("delete_version", name, dice.choice("123")),
        *2 * (("create_alias", name, alias, version, weights),
              ("update_alias", name, alias, dice.choice((None, version)), weights)),
        ("reserve", name, dice.choice((0, 5, 300, 500, 900, 950))),
        ("unreserve", name),
        ("tag", name, dice.choice("kl"), dice.choice("ab")),
        ("retry", name, dice.choice((0, 1, 2))),
        ("allow", name, dice.choice("st")),
        *([("delete", name), ("delete_alias", name, alias)] if dice.random() < 0.3 else []),
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
    with Service(held=True) as (lamb, api):
        model, real = Model(), Real(lamb, api)
        for i in range(steps):
            call = BEGINNING[i] if i < len(BEGINNING) else random_call(dice)
            done.append(call)
            what = f"seed {seed}, the last of {done[-12:]}"
            same(outcome(real, call), outcome(model, call), what)
            same(real.state(), model.state(), what)


@limit(300)
def test_random_calls_do_as_the_model():
    for seed in range(int(os.environ.get("LAMB_TEST_SEEDS", "3"))):
        compare(seed, 100)


class Moments:
    """How long each kind of call takes: a kill comes somewhere in it, or just behind."""

    def __init__(self, dice):
        self.dice = dice
        self.taken = {}

    def take(self, real, call):
        begun = time.monotonic()
        got = outcome(real, call)
        self.taken[call[0]] = time.monotonic() - begun
        return got

    def killed_in(self, real, call):
        """Make CALL and kill the emulator meanwhile; whether it answered before."""
        taken = self.taken.get(call[0], 0.01)
        killer = threading.Timer(self.dice.uniform(0, 1.2 * taken), real.lamb.kill)
        killer.start()
        try:
            outcome(real, call)
        except (botocore.exceptions.BotoCoreError, OSError, http.client.HTTPException,
                AssertionError):
            return False
        finally:
            killer.join()
        return True


@limit(300)
def test_a_kill_in_the_middle_of_a_call_leaves_before_or_after():
    """And after it where it was answered."""
    dice = random.Random(int(os.environ.get("LAMB_TEST_SEEDS", "7")))
    moments = Moments(dice)
    before, state, done = Model(), None, []
    for _ in range(20):
        with Service(state=state, held=True) as (lamb, api):
            state, real = lamb.state, Real(lamb, api)
            for name in before.functions:
                real.settle(name)
            same(real.state(), before.state(), f"after a kill in {done[-8:]}")
            for _ in range(5):
                done.append(random_call(dice))
                same(moments.take(real, done[-1]), outcome(before, done[-1]), f"{done[-8:]}")
            done.append(random_call(dice))
            after = copy.deepcopy(before)
            outcome(after, done[-1])
            answered = moments.killed_in(real, done[-1])
        with Service(state=state, held=True) as (lamb, api):
            found = Real(lamb, api).state()
            lamb.kill()
        wanted = [after.state()] + ([] if answered else [before.state()])
        same(found in wanted, True, f"{done[-8:]}: {found} is none of {wanted}")
        before = after if found == after.state() else before
