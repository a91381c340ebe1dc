# SPDX-License-Identifier: Apache-2.0
"""Runtimes of other languages, unmodified, as guests of the emulator.

scripts/guests.sh puts what they need into a folder (LAMB_TEST_GUESTS); a guest that it
could not make is skipped with the reason that it left in NAME.reason.
"""

import os
import shutil

from fixture import (Emulator, Skip, contains, limit, matches, new_dir, run_lamb,
                     same, write_file)

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


# -- managed runtimes -------------------------------------------------------------------


@limit(90)
def test_a_managed_runtime_is_run_by_its_configured_client():
    folder = code()
    shutil.copytree(made("python"), os.path.join(folder, "site"))
    shutil.copy(source("handler.py"), folder)
    client = "python3.*=/usr/bin/env PYTHONPATH=site /usr/bin/python3 -m awslambdaric"
    behaves(folder, "^ValueError$",
            args=["--runtime", "python3.12", "--runtime-client", client])


def test_a_runtime_client_is_found_in_the_state_folder_and_shown_with_a_mount():
    folder = code()
    shutil.copy(source("handler.mjs"), folder)
    ric = os.path.join(made("node"), "aws-lambda-ric")
    state = new_dir("state")
    write_file(os.path.join(state, "runtimes"),
               "# clients\nnodejs*=/usr/bin/node /var/ric/bin/index.mjs\n")
    args = ["--handler", "handler.handler", "--runtime", "nodejs20.x",
            "--mount", f"{ric}:/var/ric"]
    try:
        lamb = Emulator(folder, state=state, args=args)
    except AssertionError as e:
        if "which --mount needs" in str(e):
            raise Skip("this isolation level has no mounts") from None
        raise
    with lamb:
        same(lamb.ask("echo", n=1).json, {"do": "echo", "n": 1})
        lamb.wait_log(r"INIT_START Runtime Version: nodejs:20\.x\.v0\t")
        lamb.settle()
        tail = lamb.ask("log", headers=TAIL).tail
        matches(tail, r"(?s)^START .*a word from the guest\n.*END ", "by the framed pipe")


def test_a_runtime_without_a_client_says_what_to_do():
    with Emulator(code(), args=["--runtime", "ruby3.3"]) as lamb:
        answer = lamb.invoke()
        same(answer.json["errorType"], "Runtime.InvalidEntrypoint")
        contains(answer.json["errorMessage"], "--runtime-client 'ruby3.3=COMMAND'")


def test_a_runtime_client_of_another_form_is_refused():
    ran = run_lamb("start", "--port", "0", "--runtime-client", "python3.12", code())
    same(ran.code, 7, repr(ran))
    contains(ran.stderr, "'python3.12' is not of the form NAME=COMMAND")
