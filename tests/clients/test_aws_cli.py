# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI walks through the life of a function."""

import json
import os
import subprocess
import sys

from clients import ROLE, Service, guest_zip, zipped
from fixture import clean_environment, contains, limit, private_path, same


class Aws:
    """`aws lambda ...` against one emulator."""

    def __init__(self, lamb):
        self.lamb = lamb

    def run(self, *arguments):
        env = clean_environment(
            AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true",
            AWS_ENDPOINT_URL_LAMBDA=self.lamb.url, AWS_MAX_ATTEMPTS="1", AWS_PAGER="")
        return subprocess.run([os.path.join(sys.prefix, "bin", "aws"), "lambda", *arguments],
                              capture_output=True, text=True, timeout=60, check=False, env=env)

    def __call__(self, *arguments):
        ran = self.run(*arguments)
        same(ran.returncode, 0, ran.stderr)
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def refused(self, text, *arguments):
        ran = self.run(*arguments)
        same(ran.returncode != 0, True, arguments)
        contains(ran.stderr, text)


def write(name, data):
    path = private_path(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


@limit(180)
def test_a_function_from_create_to_delete():
    code = "fileb://" + write("f.zip", guest_zip())
    layer = "fileb://" + write("l.zip", zipped({"a.txt": (b"a", 0o644)}))
    out = private_path("out.json")
    with Service() as (lamb, _):
        aws = Aws(lamb)
        made = aws("create-function", "--function-name", "f", "--role", ROLE, "--runtime",
                   "provided.al2023", "--handler", "bootstrap", "--zip-file", code,
                   "--timeout", "10")
        same(made["State"], "Pending")
        aws("wait", "function-active-v2", "--function-name", "f")
        got = aws("invoke", "--function-name", "f", "--payload", '{"do":"echo"}',
                  "--log-type", "Tail", out)
        same((got["StatusCode"], got["ExecutedVersion"], "LogResult" in got),
             (200, "$LATEST", True))
        with open(out, encoding="utf-8") as f:
            contains(f.read(), "body")
        same(aws("invoke", "--function-name", "f", "--payload", '{"do":"error","body":"{}"}', out)
             ["FunctionError"], "Unhandled")
        same(aws("invoke", "--function-name", "f", "--invocation-type", "Event", out)
             ["StatusCode"], 202)
        same(aws("invoke", "--function-name", "f", "--invocation-type", "DryRun", out)
             ["StatusCode"], 204)
        aws("update-function-configuration", "--function-name", "f", "--memory-size", "256")
        aws("wait", "function-updated-v2", "--function-name", "f")
        aws("update-function-code", "--function-name", "f", "--zip-file", code)
        aws("wait", "function-updated-v2", "--function-name", "f")
        same(aws("publish-version", "--function-name", "f")["Version"], "1")
        aws("create-alias", "--function-name", "f", "--name", "live", "--function-version", "1")
        same(aws("invoke", "--function-name", "f:live", "--payload", '{"do":"echo"}', out)
             ["ExecutedVersion"], "1")
        aws("put-function-concurrency", "--function-name", "f",
            "--reserved-concurrent-executions", "0")
        aws.refused("(TooManyRequestsException)", "invoke", "--function-name", "f", out)
        aws("delete-function-concurrency", "--function-name", "f")
        published = aws("publish-layer-version", "--layer-name", "l", "--zip-file", layer)
        aws("update-function-configuration", "--function-name", "f", "--layers",
            published["LayerVersionArn"])
        aws("wait", "function-updated-v2", "--function-name", "f")
        same([f["FunctionName"] for f in aws("list-functions", "--page-size", "1")["Functions"]],
             ["f"])
        aws("delete-function", "--function-name", "f")
        aws.refused("(ResourceNotFoundException)", "get-function", "--function-name", "f")
