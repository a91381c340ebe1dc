# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI walks through the life of a function and of what hangs on it. A plug-in
(cli_checks) holds every answer that the CLI gets against its own model of the service."""

import base64
import json
import os
import subprocess
import sys

import clients
from botocore import xform_name
from clients import ROLE, Service, guest_zip, zipped
from fixture import HERE as INTEGRATION
from fixture import (clean_environment, contains, limit, new_dir, private_path, same,
                     wait_until)
from proof import proved

HERE = os.path.dirname(os.path.abspath(__file__))
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
F = ("--function-name", "f")
CONFIG = "[plugins]\nlamb = cli_checks\n"


class Aws:
    """`aws lambda ...` against one emulator."""

    def __init__(self, lamb):
        self.lamb = lamb
        self.proof = new_dir("proof")
        self.out = private_path("out")
        self.config = write("config", CONFIG.encode())

    def run(self, *arguments):
        env = clean_environment(
            AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true",
            AWS_ENDPOINT_URL_LAMBDA=self.lamb.url, AWS_MAX_ATTEMPTS="1", AWS_PAGER="",
            AWS_CONFIG_FILE=self.config, LAMB_TEST_PROOF=self.proof,
            PYTHONPATH=f"{HERE}:{INTEGRATION}", PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run([os.path.join(sys.prefix, "bin", "aws"), "lambda", *arguments],
                              capture_output=True, text=True, timeout=120, check=False, env=env)

    def __call__(self, *arguments):
        """The answer of a command that succeeds, each answer behind it as the model says."""
        before = len(self.validated())
        ran = self.run(*arguments)
        same(ran.returncode, 0, ran.stderr)
        same(len(self.validated()) > before, True, f"{arguments} was held against the model")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def invoke(self, *arguments, name="f"):
        """What the CLI prints, and the payload that it wrote into a file."""
        told = self("invoke", "--function-name", name, *arguments, self.out)
        with open(self.out, encoding="utf-8") as f:
            return told, f.read()

    def refused(self, text, *arguments):
        ran = self.run(*arguments)
        same(ran.returncode != 0, True, arguments)
        contains(ran.stderr, text)

    def validated(self):
        """A line for each answer that the plug-in has seen and found right."""
        lines = []
        for name in os.listdir(self.proof):
            with open(os.path.join(self.proof, name), encoding="utf-8") as f:
                lines += f.read().splitlines()
        return lines

    def hand_on(self):
        for line in self.validated():
            proved(*line.split(" ", 2))


def write(name, data):
    path = private_path(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


@limit(400)
def test_a_function_from_create_to_delete():
    code = "fileb://" + write("f.zip", guest_zip())
    with Service() as (lamb, _):
        aws = Aws(lamb)
        made = aws("create-function", *F, "--role", ROLE, "--runtime", "provided.al2023",
                   "--handler", "bootstrap", "--zip-file", code, "--timeout", "10")
        same(made["State"], "Pending")
        for waiter in ("function-exists", "function-active", "function-active-v2"):
            aws("wait", waiter, *F)
        every_kind_of_invocation(aws)
        aws("update-function-configuration", *F, "--memory-size", "256")
        aws("wait", "function-updated", *F)
        aws("update-function-code", *F, "--zip-file", code)
        aws("wait", "function-updated-v2", *F)
        same(aws("get-function-configuration", *F)["MemorySize"], 256)
        same(aws("publish-version", *F)["Version"], "1")
        aws("wait", "published-version-active", *F, "--qualifier", "1")
        aws("create-alias", *F, "--name", "live", "--function-version", "1")
        same(aws.invoke("--payload", '{"do":"echo"}', name="f:live")[0]["ExecutedVersion"], "1")
        live = (*F, "--qualifier", "live")
        aws("put-provisioned-concurrency-config", *live,
            "--provisioned-concurrent-executions", "1")
        wait_until("an environment to be ready", lambda: aws(
            "get-provisioned-concurrency-config", *live)["Status"] == "READY", 60)
        aws("delete-provisioned-concurrency-config", *live)
        aws("update-alias", *F, "--name", "live", "--function-version", "$LATEST")
        same(aws("get-alias", *F, "--name", "live")["FunctionVersion"], "$LATEST")
        aws("delete-alias", *F, "--name", "live")
        aws("delete-function", *F)
        aws.refused("(ResourceNotFoundException)", "get-function", *F)
        aws.hand_on()


def every_kind_of_invocation(aws):
    context = base64.b64encode(b'{"custom":{"who":"Ada"}}').decode()
    told, body = aws.invoke("--payload", '{"do":"echo"}', "--log-type", "Tail",
                            "--client-context", context)
    same((told["StatusCode"], told["ExecutedVersion"]), (200, "$LATEST"))
    contains(base64.b64decode(told["LogResult"]).decode(), "REPORT RequestId")
    heard = {name.lower(): value for name, value in json.loads(body)["headers"].items()}
    same(json.loads(heard["lambda-runtime-client-context"])["custom"], {"who": "Ada"})
    told, _ = aws.invoke("--payload", '{"do":"error","body":"{}"}')
    same((told["StatusCode"], told["FunctionError"]), (200, "Unhandled"))
    same(aws.invoke("--payload", '{"do":"echo"}', "--qualifier", "$LATEST")[0]
         ["ExecutedVersion"], "$LATEST")
    same(aws.invoke("--invocation-type", "Event", "--payload",
                    '{"do":"stdout","lines":["it ran later"]}')[0]["StatusCode"], 202)
    aws.lamb.wait_log("it ran later")
    same(aws.invoke("--invocation-type", "DryRun")[0]["StatusCode"], 204)
    # Streams of events are not for this client: it has no command for them.
    told = aws("invoke-async", *F, "--invoke-args", write("args", b'{"do":"echo"}'))
    same(told["Status"], 202)


@limit(400)
def test_throttles_and_layers():
    code = write("l.zip", zipped({"a.txt": (b"a", 0o644)}))
    with Service() as (lamb, api):
        clients.create(api)
        aws = Aws(lamb)
        aws("put-function-concurrency", *F, "--reserved-concurrent-executions", "0")
        aws.refused("(TooManyRequestsException)", "invoke", *F, aws.out)
        same(aws("get-function-concurrency", *F), {"ReservedConcurrentExecutions": 0})
        aws("delete-function-concurrency", *F)
        same(aws("get-account-settings")["AccountLimit"]["ConcurrentExecutions"], 1000)

        layer = aws("publish-layer-version", "--layer-name", "l", "--zip-file", "fileb://" + code)
        version = ("--layer-name", "l", "--version-number", "1")
        aws("update-function-configuration", *F, "--layers", layer["LayerVersionArn"])
        aws("wait", "function-updated-v2", *F)
        same(json.loads(aws.invoke("--payload", '{"do":"read","path":"/opt/a.txt"}')[1])["text"],
             "a")
        same(aws("get-layer-version", *version)["Version"], 1)
        same(aws("get-layer-version-by-arn", "--arn", layer["LayerVersionArn"])["Version"], 1)
        aws("add-layer-version-permission", *version, "--statement-id", "s", "--action",
            "lambda:GetLayerVersion", "--principal", "*")
        contains(aws("get-layer-version-policy", *version)["Policy"], "lambda:GetLayerVersion")
        aws("remove-layer-version-permission", *version, "--statement-id", "s")
        aws("delete-layer-version", *version)
        aws.refused("(ResourceNotFoundException)", "get-layer-version", *version)
        aws.hand_on()


@limit(400)
def test_what_hangs_on_a_function():
    with Service() as (lamb, api):
        clients.create(api)
        aws = Aws(lamb)
        aws("tag-resource", "--resource", ARN, "--tags", "team=a,more=b")
        aws("untag-resource", "--resource", ARN, "--tag-keys", "more")
        same(aws("list-tags", "--resource", ARN)["Tags"], {"team": "a"})
        same(aws("get-function", *F)["Tags"], {"team": "a"})
        aws("add-permission", *F, "--statement-id", "s3", "--action", "lambda:InvokeFunction",
            "--principal", "s3.amazonaws.com")
        contains(aws("get-policy", *F)["Policy"], "s3.amazonaws.com")
        aws("remove-permission", *F, "--statement-id", "s3")
        aws("put-function-event-invoke-config", *F, "--maximum-retry-attempts", "1")
        aws("update-function-event-invoke-config", *F, "--maximum-event-age-in-seconds", "60")
        got = aws("get-function-event-invoke-config", *F)
        same((got["MaximumRetryAttempts"], got["MaximumEventAgeInSeconds"]), (1, 60))
        aws("delete-function-event-invoke-config", *F)
        aws("create-function-url-config", *F, "--auth-type", "NONE")
        aws("update-function-url-config", *F, "--auth-type", "AWS_IAM")
        same(aws("get-function-url-config", *F)["AuthType"], "AWS_IAM")
        aws("delete-function-url-config", *F)
        made = ("--uuid", aws("create-event-source-mapping", *F, "--event-source-arn", QUEUE,
                              "--no-enabled")["UUID"])
        clients.settle_mapping(api, made[1])
        same(aws("update-event-source-mapping", *made, "--batch-size", "7")["BatchSize"], 7)
        clients.settle_mapping(api, made[1])
        same(aws("get-event-source-mapping", *made)["BatchSize"], 7)
        aws("delete-event-source-mapping", *made)
        same(aws("get-function-code-signing-config", *F)["FunctionName"], "f")
        aws("put-function-recursion-config", *F, "--recursive-loop", "Allow")
        same(aws("get-function-recursion-config", *F)["RecursiveLoop"], "Allow")
        aws("put-runtime-management-config", *F, "--update-runtime-on", "FunctionUpdate")
        same(aws("get-runtime-management-config", *F)["UpdateRuntimeOn"], "FunctionUpdate")
        aws.hand_on()


@limit(400)
def test_lists_are_read_page_by_page():
    with Service() as (lamb, api):
        clients.furnish_lists(api)
        aws = Aws(lamb)
        for name, member, arguments, count in clients.LISTS:
            options = [f"--{xform_name(option, '-')}={value}"
                       for option, value in arguments.items()]
            before = len(aws.validated())
            got = aws(name.replace("_", "-"), "--page-size", "2", *options)
            same(len(got[member]), count, name)
            same(len(aws.validated()) - before >= count / 2, True, f"{name}: pages of two")
        aws.hand_on()
