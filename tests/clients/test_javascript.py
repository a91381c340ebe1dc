# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript walks through the life of a function and its lists. The walk
writes down each answer as it came; here they are held against the model of the service."""

import base64
import json
import os
import subprocess
import sys
import types

import answers
import botocore.parsers
import clients
from fixture import clean_environment, limit, private_path, same
from proof import proved

HERE = os.path.dirname(os.path.abspath(__file__))
# What the walk reads itself as it comes: a stream of events.
STREAMED = ("InvokeWithResponseStream",)


def write(name, data):
    path = private_path(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def walk(lamb, api, *arguments):
    """Run the walk; all its answers are as the model says."""
    script = private_path("walk.mjs")
    with open(os.path.join(HERE, "walk.mjs"), "rb") as f:
        write("walk.mjs", f.read())
    os.symlink(os.path.join(sys.prefix, "node_modules"), private_path("node_modules"))
    told = private_path("answers")
    ran = subprocess.run(
        [os.path.join(sys.prefix, "bin", "node"), script, lamb.url, told, *arguments],
        capture_output=True, text=True, timeout=200, check=False,
        env=clean_environment(AWS_EC2_METADATA_DISABLED="true"))
    same(ran.returncode, 0, ran.stdout + ran.stderr)
    with open(told, encoding="utf-8") as f:
        lines = f.read().splitlines()
    for line in lines:
        hold(json.loads(line), api.meta.service_model)
    return {json.loads(line)["operation"] for line in lines}


def hold(answer, service):
    """One answer against the model, parsed as botocore parses it."""
    model = service.operation_model(answer["operation"])
    body = base64.b64decode(answer["body"])
    response = types.SimpleNamespace(status_code=answer["status"], content=body)
    if answer["operation"] not in STREAMED:
        parser = botocore.parsers.create_parser(service.metadata["protocol"])
        parsed = parser.parse({"body": body, "status_code": answer["status"],
                               "headers": Headers(answer["headers"])}, model.output_shape)
        answers.check(response, parsed, model)
    if answer["status"] < 300:
        proved("success", model.name, "JavaScript")


class Headers(dict):
    """By their names in any case."""

    def __init__(self, headers):
        super().__init__((name.lower(), value) for name, value in headers.items())

    def get(self, name, default=None):
        return super().get(name.lower(), default)

    def __contains__(self, name):
        return super().__contains__(name.lower())

    def __getitem__(self, name):
        return super().__getitem__(name.lower())


@limit(240)
def test_a_function_from_create_to_delete():
    with clients.Service() as (lamb, api):
        walk(lamb, api, write("f.zip", clients.guest_zip()),
             write("l.zip", clients.zipped({"a": (b"a", 0o644)})))


@limit(240)
def test_lists_are_read_page_by_page():
    with clients.Service() as (lamb, api):
        clients.furnish_lists(api)
        names = {name.replace("_", "").lower(): name for name, *_ in clients.LISTS}
        lists = [(name, *next(rest for mine, *rest in clients.LISTS
                              if mine == names[name.lower()]))
                 for name in api.meta.service_model.operation_names if name.lower() in names]
        same(len(lists), len(clients.LISTS))
        same(walk(lamb, api, json.dumps(lists)), {name for name, *_ in lists})
