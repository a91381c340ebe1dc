# SPDX-License-Identifier: Apache-2.0
"""Runtimes of other languages, unmodified, as guests of the emulator.

scripts/guests.sh puts what they need into a folder (LAMB_TEST_GUESTS); a guest that it
could not make is skipped with the reason that it left in NAME.reason.
"""

import os
import shutil

from fixture import (Emulator, Skip, contains, limit, matches, new_dir, same, write_file)

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 4  # seconds; also what a runtime may take to start again in an invocation
TAIL = {"X-Amz-Log-Type": "Tail"}


def source(name):
    return os.path.join(HERE, "guests", name)


def made(name):
    """The folder that scripts/guests.sh made for this guest."""
    root = os.environ.get("LAMB_TEST_GUESTS")
    if not root:
        raise Skip("the guests are not made: run scripts/guests.sh and set "
                   "LAMB_TEST_GUESTS to its folder")
    path = os.path.join(root, name)
    if os.path.isdir(path):
        return path
    try:
        with open(path + ".reason", encoding="utf-8") as f:
            raise Skip(f"{name}: {f.read().strip()}")
    except FileNotFoundError:
        raise Skip(f"{name}: only made by scripts/test.sh --all") from None


def code(bootstrap=None):
    path = os.path.join(new_dir("code"), "guest")
    os.mkdir(path)
    if bootstrap:
        write_file(os.path.join(path, "bootstrap"), bootstrap, 0o755)
    return path


def behaves(folder, error_type, handler="handler.handler", memory=256, args=()):
    """What every runtime has to do here."""
    args = ["--timeout", str(TIMEOUT), "--memory", str(memory), "--handler", handler, *args]
    with Emulator(folder, args=args) as lamb:
        same(lamb.ask("echo", n=[1, "\u00e4"]).json, {"do": "echo", "n": [1, "\u00e4"]})
        lamb.settle()

        answer = lamb.ask("context")
        got = answer.json
        same(got["id"], answer.id)
        same(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:guest")
        same((got["name"], got["version"], got["memory"]), ("guest", "$LATEST", memory))
        same(0 < got["remaining"] <= TIMEOUT * 1000, True, f"remaining {got['remaining']}")
        lamb.settle()

        answer = lamb.ask("log", headers=TAIL)
        matches(answer.tail, r"(?s)^START .*a word from the guest\n.*END .*REPORT ")

        answer = lamb.invoke(payload={"do": "error"})
        same(answer.error, "Unhandled")
        contains(answer.json["errorMessage"], "told to fail")
        matches(answer.json["errorType"], error_type)
        lamb.settle()

        answer = lamb.invoke(payload={"do": "exit"})
        same(answer.json, {"errorType": "Runtime.ExitError", "errorMessage":
                           f"RequestId: {answer.id} Error: Runtime exited with error: "
                           "exit status 7"})
        lamb.settle()
        same(lamb.ask("echo").json, {"do": "echo"}, "after the exit")

        answer = lamb.invoke(payload={"do": "sleep"})
        same(answer.json, {"errorType": "Sandbox.Timedout", "errorMessage":
                           f"RequestId: {answer.id} Error: Task timed out after "
                           f"{TIMEOUT}.00 seconds"})
        lamb.settle()
        same(lamb.ask("echo").json, {"do": "echo"}, "after the timeout")


@limit(90)
def test_a_bootstrap_in_shell():
    if not shutil.which("curl", path="/usr/bin:/bin"):
        raise Skip("shell: there is no curl")
    with open(source("shell.sh"), encoding="utf-8") as f:
        behaves(code(f.read()), "^ShellError$")


@limit(90)
def test_python_with_awslambdaric():
    folder = code('#!/bin/sh\nPYTHONPATH=site exec /usr/bin/python3 -m awslambdaric '
                  '"$_HANDLER"\n')
    shutil.copytree(made("python"), os.path.join(folder, "site"))
    shutil.copy(source("handler.py"), folder)
    behaves(folder, "^ValueError$")


@limit(90)
def test_node_with_aws_lambda_ric():
    folder = code('#!/bin/sh\nexec /usr/bin/node node_modules/aws-lambda-ric/bin/index.mjs '
                  '"$_HANDLER"\n')
    shutil.copytree(made("node"), os.path.join(folder, "node_modules"))
    shutil.copy(source("handler.mjs"), folder)
    behaves(folder, "^RangeError$")


@limit(90)
def test_go_with_aws_lambda_go():
    folder = code()
    shutil.copy(os.path.join(made("go"), "bootstrap"), folder)
    behaves(folder, "^errorString$")


@limit(90)
def test_rust_with_lambda_runtime():
    folder = code()
    shutil.copy(os.path.join(made("rust"), "bootstrap"), folder)
    behaves(folder, "String|Box|Error|&str")


@limit(120)
def test_java_with_the_runtime_interface_client():
    folder = code('#!/bin/sh\nexec /usr/bin/java -XX:+UseSerialGC -Xshare:auto -cp "$PWD/*:$PWD" '
                  'com.amazonaws.services.lambda.runtime.api.client.AWSLambda "$_HANDLER"\n')
    shutil.copytree(made("java"), folder, dirs_exist_ok=True)
    behaves(folder, "IllegalStateException$", "Handler::handleRequest", 512)
