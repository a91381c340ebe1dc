# SPDX-License-Identifier: Apache-2.0
"""lamb/extension.h: the sample extension beside a function of the emulator."""

import json
import os
import re
import shutil
import subprocess

from calls import Scripted, http
from fixture import (ROOT, Emulator, build_path, clean_environment, contains, guest, matches,
                     new_dir, same)


def layer(name="watcher", program="samples/extension/extension"):
    top = new_dir("layer")
    os.mkdir(os.path.join(top, "extensions"))
    shutil.copy(build_path(program), os.path.join(top, "extensions", name))
    return top


def test_the_sample_is_an_extension_in_thirty_lines():
    with open(os.path.join(ROOT, "samples", "extension", "extension.c"), encoding="utf-8") as f:
        code = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 30, f"{len(lines)} lines"


def test_an_extension_of_thirty_lines_sees_invocations_reports_and_the_end():
    with Emulator(guest(), args=["--layer", layer()]) as lamb:
        ids = [lamb.ask_settled("echo").id for _ in range(2)]
        lamb.wait_log(f"INVOKED {ids[1]}")
        lamb.settle()
        lamb.stop()
        same(re.findall(r"INVOKED (\S+)", lamb.log), ids)
        reports = [json.loads(text) for text in re.findall(r"REPORTED (\{.*\})", lamb.log)]
        same([report["requestId"] for report in reports], ids)
        same({report["status"] for report in reports}, {"success"})
        same(re.findall(r"ENDED (\S+)", lamb.log), ["spindown"])


def test_an_extension_is_there_again_after_the_emulator():
    top = layer()
    with Emulator(guest(), args=["--layer", top]) as lamb:
        first = lamb.ask("echo").id
        lamb.wait_log(f"INVOKED {first}")
        lamb.kill()
    with Emulator(guest(), args=["--layer", top], state=lamb.state) as again:
        second = again.ask("echo").id
        again.wait_log(f"INVOKED {second}")
        again.settle()
        again.stop()
        same(re.findall(r"(?:INVOKED|ENDED) (\S+)", again.log), [second, "spindown"])


def test_an_extension_tells_why_it_cannot_start_or_go_on():
    failing = "tests/calls/failing"
    with Emulator(guest(), args=["--layer", layer("init-fails", failing)]) as lamb:
        answer = lamb.invoke(payload={"do": "echo"})
        same((answer.error, answer.json["errorType"]), ("Unhandled", "Extension.InitError"))
        for line in ("State: InitError.*Error Type: Test.NoConfig$", "^REPORTED init: 0$"):
            lamb.wait_log(line)
    with Emulator(guest(), args=["--layer", layer("exit-fails", failing)]) as lamb:
        answer = lamb.invoke(payload={"do": "sleep", "s": 5})
        same((answer.error, answer.json["errorType"]), ("Unhandled", "Extension.ExitError"))
        for line in ("State: ExitError.*Error Type: Test.Lost$", "^REPORTED exit: 0$"):
            lamb.wait_log(line)


def test_an_extension_receives_what_it_asks_for_alone():
    with Emulator(guest(), args=["--layer", layer("listens", "tests/calls/failing")]) as lamb:
        lamb.ask("stderr", lines=["a line of the function"])
        lamb.wait_log(r'^HEARD function "a line of the function')
        lamb.settle()
        lamb.stop()
        same(set(re.findall(r"^HEARD (\S+)", lamb.log, re.M)), {"function"})


def test_an_extension_says_what_is_wrong_outside_of_lambda():
    ran = subprocess.run([build_path("samples/extension/extension")], capture_output=True,
                         text=True, env=clean_environment(), check=False, timeout=20)
    same(ran.returncode, 1)
    contains(ran.stderr, "AWS_LAMBDA_RUNTIME_API is not set")


REGISTERED = http(200, {"functionName": "f"}, "Lambda-Extension-Identifier: the-id")
SUBSCRIBED = http(200, b'"OK"')
SHUTDOWN = http(200, {"eventType": "SHUTDOWN", "deadlineMs": 1, "shutdownReason": "timeout"})


def against(*script):
    """(how the extension ended, what it asked for) against an API that follows a script."""
    with Scripted(*script) as server:
        ran = subprocess.run(
            [build_path("samples/extension/extension")], capture_output=True, text=True,
            env=clean_environment(AWS_LAMBDA_RUNTIME_API=server.url.removeprefix("http://")),
            check=False, timeout=20)
        return ran, server.requests


def test_an_extension_asks_for_what_it_wants():
    invoked = http(200, {"eventType": "INVOKE", "deadlineMs": 1, "requestId": "r-1"})
    ran, (first, second, third, fourth) = against(REGISTERED, SUBSCRIBED, invoked, SHUTDOWN)
    same((ran.returncode, ran.stdout), (0, "INVOKED r-1\nENDED timeout\n"), ran.stderr)
    same((first.method, first.target, json.loads(first.body)),
         ("POST", "/2020-01-01/extension/register", {"events": ["INVOKE", "SHUTDOWN"]}))
    same(first.fields["lambda-extension-name"], "extension")
    same((second.method, second.target), ("PUT", "/2022-07-01/telemetry"))
    wish = json.loads(second.body)
    same(wish["types"], ["platform", "function"])
    matches(wish["destination"]["URI"], r"^http://sandbox\.localdomain:\d+/$")
    for request in (second, third, fourth):
        same(request.fields["lambda-extension-identifier"], "the-id")
    same((third.method, third.target), ("GET", "/2020-01-01/extension/event/next"))
    same({request.connection for request in (first, fourth)}, {1})


def test_what_the_service_refuses_is_told_in_its_words():
    refusal = http(403, {"errorType": "Extension.AlreadyRegistered", "errorMessage": "twice"})
    for script, text in [
        ([refusal], "403 to the POST of /2020-01-01/extension/register"),
        ([http(200, {})], "without an identifier"),
        ([REGISTERED, http(202, {"errorType": "Telemetry.NotSupported"})], "NotSupported"),
        ([REGISTERED, SUBSCRIBED, refusal], "AlreadyRegistered"),
        ([REGISTERED, SUBSCRIBED, http(200, b"{")], "no event"),
        ([REGISTERED, SUBSCRIBED, http(200, {"eventType": "OTHER"})], "no event"),
        ([REGISTERED, SUBSCRIBED, b"nonsense\r\n\r\n"], ""),
        ([Scripted.CLOSE], "without answering"),
    ]:
        ran, _ = against(*script)
        same((ran.returncode, ran.stdout), (1, ""), str(script))
        contains(ran.stderr, text, str(script))
        assert ran.stderr.strip(), script


def test_a_kept_connection_that_is_gone_is_replaced():
    ran, requests = against(REGISTERED, SUBSCRIBED, Scripted.CLOSE, SHUTDOWN)
    same((ran.returncode, ran.stdout), (0, "ENDED timeout\n"), ran.stderr)
    same([request.connection for request in requests], [1, 1, 1, 2])
