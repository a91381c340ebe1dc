# SPDX-License-Identifier: Apache-2.0
"""Invoke as a client of the service sees it: answers, errors, limits, placement."""

import base64
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from fixture import (Emulator, Skip, contains, guest, matches, run_lamb, same, wait_until)

ACCOUNT = "000000000000"
REQUEST_MAX = 6 * 1024 * 1024
RESPONSE_MAX = 6 * 1024 * 1024 + 100
UUID = r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"


def arn(name, qualifier=None):
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}" + (
        f":{qualifier}" if qualifier else "")


def in_parallel(*calls):
    """Run the calls at the same time; give their results in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


# -- answers ----------------------------------------------------------------------------


def test_an_event_is_judged_by_its_body_whatever_its_content_type():
    with Emulator(guest()) as lamb:
        for kind in (None, "application/json", "binary/octet-stream", "text/plain",
                     "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                     "what ever"):
            headers = {"Content-Type": kind} if kind else {}
            got = lamb.invoke(payload=b'{"a": 1}', headers=headers)
            same((got.status, got.json["body"]), (200, '{"a": 1}'), kind)
            same(lamb.invoke(payload=b"a=1", headers=headers).status, 400, kind)


def test_an_answer_carries_what_the_service_sends():
    with Emulator(guest()) as lamb:
        answer = lamb.ask("echo", n=1)
        same(answer.json["event"], {"do": "echo", "n": 1})
        same(answer.headers["content-type"], "application/json")
        same(answer.headers["x-amz-executed-version"], "$LATEST")
        matches(answer.id, f"^{UUID}$")
        same(answer.json["id"], answer.id, "the id the function saw")
        matches(answer.headers["x-amzn-trace-id"], r"^Root=1-[0-9a-f]{8}-[0-9a-f]{24}")


def test_the_log_names_the_request_as_the_answer_does():
    with Emulator(guest()) as lamb:
        answer = lamb.ask("stdout", lines=["written by the guest"])
        lamb.wait_log(rf"REPORT RequestId: {answer.id}\t")
        log = lamb.log
        matches(log, rf"START RequestId: {answer.id} Version: \$LATEST\n")
        matches(log, rf"END RequestId: {answer.id}\n")
        matches(log, rf"REPORT RequestId: {answer.id}\tDuration: \d+\.\d\d ms\t"
                     r"Billed Duration: \d+ ms\tMemory Size: 128 MB\t"
                     r"Max Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t")
        order = [log.index(text) for text in (
            f"START RequestId: {answer.id}", "written by the guest",
            f"END RequestId: {answer.id}", f"REPORT RequestId: {answer.id}")]
        same(order, sorted(order), "START, output, END, REPORT")


def test_only_a_cold_start_reports_its_init():
    with Emulator(guest()) as lamb:
        first, second = lamb.ask("echo"), lamb.ask_settled("echo")
        cold = lamb.wait_log(rf"REPORT RequestId: {first.id}\t.*").group(0)
        warm = lamb.wait_log(rf"REPORT RequestId: {second.id}\t.*").group(0)
        contains(cold, "Init Duration:")
        same("Init Duration:" in warm, False, warm)


def test_the_response_is_passed_on_byte_for_byte():
    with Emulator(guest()) as lamb:
        for text in ('"plain"', '{"b": 1,\t"a":\n2}', "null", "", "not json at all",
                     '"caf\u00e9 \u2603"'):
            answer = lamb.ask("raw", text=text)
            same(answer.body, text.encode(), f"response {text!r}")


def test_the_event_reaches_the_function_byte_for_byte():
    with Emulator(guest()) as lamb:
        for body in (b'{"a" : 1 ,\n "b":[ ]}', b"null", b"[1,2]", b'"text"', b"17",
                     ' {"caf\u00e9":"\u2603"} '.encode()):
            answer = lamb.invoke(payload=body)
            same(answer.status, 200, repr(answer))
            same(answer.json["body"].encode(), body)


def test_an_empty_body_becomes_an_empty_object():
    with Emulator(guest()) as lamb:
        same(lamb.invoke(payload=b"").json["body"], "{}")


def test_the_function_gets_the_headers_of_the_runtime_api():
    with Emulator(guest(), args=["--timeout", "7"]) as lamb:
        context = base64.b64encode(b'{"custom":{"k":"v"}}').decode()
        trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        before = time.time()
        answer = lamb.invoke(payload={"do": "echo"}, headers={
            "X-Amz-Client-Context": context, "X-Amzn-Trace-Id": trace})
        headers = answer.json["headers"]
        same(headers["lambda-runtime-aws-request-id"], answer.id)
        same(headers["lambda-runtime-invoked-function-arn"], arn("guest"))
        same(headers["lambda-runtime-client-context"], '{"custom":{"k":"v"}}')
        contains(headers["lambda-runtime-trace-id"], "Root=1-5759e988-bd862e3fe1be46a994272793")
        same(headers["content-type"], "application/json")
        left = int(headers["lambda-runtime-deadline-ms"]) / 1000 - before
        same(5 < left < 9, True, f"{left} s to the deadline, of 7")


def test_the_function_sees_the_environment_of_the_service():
    with Emulator(guest(), guest_env={"MINE": "a b=c"}) as lamb:
        env = lamb.ask("env").json
        for name, value in {
                "MINE": "a b=c", "AWS_LAMBDA_FUNCTION_NAME": "guest",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1", "TZ": ":UTC",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/guest",
                "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}.items():
            same(env.get(name), value, name)
        matches(env["AWS_LAMBDA_LOG_STREAM_NAME"],
                r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$")
        for name in ("HOME", "TMPDIR_OF_THE_HOST", "ASAN_OPTIONS", "LAMB_ISOLATION"):
            same(env.get(name), None, f"{name} of the emulator")


def test_each_form_of_a_name_finds_the_function():
    with Emulator(guest()) as lamb:
        for name, invoked in {
                "guest": arn("guest"), "guest:$LATEST": arn("guest", "$LATEST"),
                "guest%3A%24LATEST": arn("guest", "$LATEST"),
                "function:guest": arn("guest"),
                f"{ACCOUNT}:function:guest": arn("guest"),
                arn("guest"): arn("guest"),
                arn("guest").replace(":", "%3A"): arn("guest"),
                arn("guest", "$LATEST"): arn("guest", "$LATEST")}.items():
            answer = lamb.invoke(name, {"do": "echo"})
            same(answer.status, 200, f"{name}: {answer}")
            same(answer.json["headers"]["lambda-runtime-invoked-function-arn"], invoked, name)
        answer = lamb.invoke("guest", {"do": "echo"}, qualifier="$LATEST")
        same(answer.json["headers"]["lambda-runtime-invoked-function-arn"],
             arn("guest", "$LATEST"))


def test_the_tail_of_the_log_comes_with_the_answer():
    with Emulator(guest()) as lamb:
        answer = lamb.ask("stdout", lines=["first", "second"],
                          headers={"X-Amz-Log-Type": "Tail"})
        matches(answer.tail, rf"^START RequestId: {answer.id} Version: \$LATEST\n"
                             rf"first\nsecond\nEND RequestId: {answer.id}\n"
                             rf"REPORT RequestId: {answer.id}\t")
        same("x-amz-log-result" in lamb.ask("echo").headers, False, "unasked")


def test_the_tail_is_the_last_4096_bytes():
    with Emulator(guest()) as lamb:
        lines = [f"{n:05d} " + "x" * 90 for n in range(200)]
        answer = lamb.ask("stdout", lines=lines, headers={"X-Amz-Log-Type": "Tail"})
        same(len(base64.b64decode(answer.headers["x-amz-log-result"])), 4096)
        contains(answer.tail, lines[-1])
        contains(answer.tail, f"REPORT RequestId: {answer.id}")


# -- refusals ---------------------------------------------------------------------------


def check_refusal(answer, status, exception, key, text):
    same(answer.status, status, repr(answer))
    same(answer.headers.get("x-amzn-errortype"), exception, repr(answer))
    same(answer.headers.get("content-type"), "application/json")
    matches(answer.id, f"^{UUID}$")
    contains(answer.json.get(key, ""), text, repr(answer))


def test_a_missing_function_is_404_with_its_arn():
    with Emulator(guest()) as lamb:
        for name, missing in {
                "nobody": arn("nobody", "$LATEST"), "guest:7": arn("guest", "7"),
                "guest:prod": arn("guest", "prod"),
                arn("nobody"): arn("nobody", "$LATEST")}.items():
            answer = lamb.invoke(name)
            check_refusal(answer, 404, "ResourceNotFoundException", "Message",
                          f"Function not found: {missing}")
            same(answer.json, {"Type": "User", "Message": f"Function not found: {missing}"})


def test_a_body_that_is_no_json_is_refused_before_anything_runs():
    with Emulator(guest()) as lamb:
        for body in (b"{", b"{'a':1}", b'{"a":1}}', b"\x87", b'"\xff"', b"nul", b"01",
                     b'"\x01"', b"[1,]", b"\xef\xbb\xbf{}", b" ", b'{"a":NaN}'):
            check_refusal(lamb.invoke(payload=body), 400, "InvalidRequestContentException",
                          "message", "Could not parse request body into json: "
                          "Could not parse payload into json: ")
        same(lamb.status()["environments"], 0, "environments started by refused requests")


def test_json_deeper_than_the_service_reads_is_refused():
    with Emulator(guest()) as lamb:
        same(lamb.invoke(payload=b"[" * 900 + b"]" * 900).status, 200)
        check_refusal(lamb.invoke(payload=b"[" * 100000 + b"]" * 100000), 400,
                      "InvalidRequestContentException", "message", "Could not parse")


def test_a_request_of_the_largest_size_passes_and_one_byte_more_does_not():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        frame = len(b'{"do":"file","pad":""}')
        body = b'{"do":"file","pad":"' + b"x" * (REQUEST_MAX - frame) + b'"}'
        same(len(body), REQUEST_MAX)
        answer = lamb.invoke(payload=body)
        same((answer.status, answer.error), (200, None), repr(answer))
        answer = lamb.invoke(payload=body[:-2] + b'x"}')
        check_refusal(answer, 413, "RequestEntityTooLargeException", "message",
                      "Request must be smaller than 6291456 bytes for the "
                      "InvokeFunction operation")
        same("Type" in answer.json, False, "a 413 has no Type")


def test_a_response_of_the_largest_size_passes_and_one_byte_more_does_not():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        same(len(lamb.ask("big", n=RESPONSE_MAX).body), RESPONSE_MAX)
        lamb.settle()
        answer = lamb.invoke(payload={"do": "big", "n": RESPONSE_MAX + 1})
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(answer.json, {
            "errorMessage": "Response payload size exceeded maximum allowed payload size "
                            "(6291556 bytes).",
            "errorType": "Function.ResponseSizeTooLarge"})
        same(lamb.ask_settled("echo").json["count"], 3, "the environment stays usable")


def test_invocation_types():
    with Emulator(guest()) as lamb:
        answer = lamb.invoke(payload={}, headers={"X-Amz-Invocation-Type": "DryRun"})
        same((answer.status, answer.body), (204, b""))
        same("x-amz-executed-version" in answer.headers, False)
        check_refusal(lamb.invoke("nobody", {}, {"X-Amz-Invocation-Type": "DryRun"}), 404,
                      "ResourceNotFoundException", "Message", "Function not found")
        same(lamb.status()["environments"], 0, "a dry run starts nothing")
        answer = lamb.invoke(payload={}, headers={"X-Amz-Invocation-Type": "Sometimes"})
        check_refusal(answer, 400, "ValidationException", "message",
                      "Value 'Sometimes' at 'invocationType' failed to satisfy constraint")


def test_what_is_not_supported_says_so_by_name():
    with Emulator(guest()) as lamb:
        for method, path, name in (
                ("GET", "/2020-04-22/code-signing-configs/", "ListCodeSigningConfigs"),
                ("POST", "/2025-11-30/capacity-providers", "CreateCapacityProvider"),
                ("PUT", "/2020-06-30/functions/guest/code-signing-config",
                 "PutFunctionCodeSigningConfig")):
            answer = lamb.request(method, path, b"{}" if method == "POST" else None)
            same(answer.status, 501, f"{method} {path}: {answer}")
            contains(answer.json["Message"], name)
        same(lamb.request("GET", "/nowhere").status, 404)
        same(lamb.request("PATCH", "/2015-03-31/functions/guest/invocations").status, 405)
        answer = lamb.request("POST", "/", b"{}",
                              {"X-Amz-Target": "AmazonSQS.SendMessage"})
        same(answer.status, 501)
        contains(answer.json["Message"], "AmazonSQS.SendMessage")


def test_a_name_that_cannot_be_is_a_validation_error():
    with Emulator(guest()) as lamb:
        for name in ("a%20b", "a%2Fb", "guest:a:b:c:d:e:f:g", "%24"):
            check_refusal(lamb.invoke(name), 400, "ValidationException", "message",
                          "at 'functionName' failed to satisfy constraint")


# -- function errors --------------------------------------------------------------------


def test_the_ways_a_runtime_can_die():
    with Emulator(guest()) as lamb:
        for event, text in (
                ({"do": "exit", "code": 0}, "Runtime exited without providing a reason"),
                ({"do": "exit", "code": 1}, "Runtime exited with error: exit status 1"),
                ({"do": "exit", "code": 255}, "Runtime exited with error: exit status 255"),
                ({"do": "abort"}, "Runtime exited with error: signal: aborted"),
                ({"do": "segv"}, "Runtime exited with error: signal: segmentation fault"),
                ({"do": "kill", "signal": 9}, "Runtime exited with error: signal: killed"),
                ({"do": "kill", "signal": 15},
                 "Runtime exited with error: signal: terminated"),
                ({"do": "kill", "signal": 7}, "Runtime exited with error: signal: bus error")):
            answer = lamb.invoke(payload=event)
            same((answer.status, answer.error), (200, "Unhandled"), f"{event}: {answer}")
            same(answer.json, {"errorType": "Runtime.ExitError",
                               "errorMessage": f"RequestId: {answer.id} Error: {text}"},
                 str(event))
            lamb.wait_log(rf"REPORT RequestId: {answer.id}\t.*Status: error\t"
                          r"Error Type: Runtime\.ExitError")
            same(lamb.ask("echo").status, 200, f"after {event}")


def test_an_error_of_the_function_is_passed_on_as_posted():
    with Emulator(guest()) as lamb:
        for body in ('{"errorType":"Mine","errorMessage":"m","stackTrace":["a"]}',
                     '{"anything":1}', "not json"):
            lamb.settle()
            answer = lamb.invoke(payload={"do": "error", "body": body})
            same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
            same(answer.body, body.encode())
        same(lamb.ask_settled("echo").json["count"], 4, "the process lives on")


def test_a_timeout_kills_and_says_so():
    with Emulator(guest(), args=["--timeout", "1"]) as lamb:
        for do in ("hang", "spin"):
            lamb.ask("echo")
            started = time.monotonic()
            answer = lamb.invoke(payload={"do": do})
            took = time.monotonic() - started
            same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
            same(answer.json, {
                "errorType": "Sandbox.Timedout",
                "errorMessage": f"RequestId: {answer.id} Error: Task timed out after "
                                "1.00 seconds"})
            same(0.9 < took < 5, True, f"{do}: answered after {took:.2f} s")
            lamb.wait_log(rf"REPORT RequestId: {answer.id}\t.*Status: timeout")
            same(lamb.ask("echo").json["count"], 1, f"a new process after {do}")
            lamb.invoke(payload={"do": "exit"})


def test_tmp_survives_a_crash_and_globals_do_not():
    with Emulator(guest()) as lamb:
        same(lamb.ask("file").json["lines"], 1)
        lamb.settle()
        lamb.invoke(payload={"do": "exit", "code": 3})
        time.sleep(0.5)  # its environment is free again; a new one would have its own /tmp
        same(lamb.ask_settled("file").json["lines"], 2, "lines in /tmp after the crash")
        same(lamb.ask_settled("echo").json["count"], 2, "invocations of the new process")


def test_processes_left_by_a_function_die_with_its_environment():
    with Emulator(guest(), args=["--timeout", "2"]) as lamb:
        lamb.ask("fork")
        lamb.invoke(payload={"do": "exit", "code": 1})
        same(lamb.ask("echo").status, 200)
    # The supervisor of this test looks for what is left.


def test_a_function_that_exits_behind_its_answer_has_answered():
    with Emulator(guest()) as lamb:
        answer = lamb.invoke(payload={"do": "answer_then_exit", "code": 1})
        same((answer.status, answer.error, answer.body), (200, None, b'"answered"'))
        same(lamb.ask("echo").status, 200)


def test_the_memory_limit_kills():
    with Emulator(guest(), args=["--memory", "128", "--timeout", "20"]) as lamb:
        memory = lamb.status()["isolation"]["memory"]
        if memory == "none":
            raise Skip("nothing holds the memory limit at this isolation level")
        answer = lamb.invoke(payload={"do": "memory", "mb": 900})
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(answer.json["errorMessage"], f"RequestId: {answer.id} Error: Runtime exited "
                                          "with error: signal: killed")
        lamb.wait_log(rf"REPORT RequestId: {answer.id}\t.*Runtime\.OutOfMemory")
        same(lamb.ask("memory", mb=20).json, {"mb": 20})


# -- init -------------------------------------------------------------------------------


def test_an_init_error_is_what_the_first_caller_gets():
    with Emulator(guest(), guest_env={"GUEST_INIT": "error"}) as lamb:
        answer = lamb.invoke()
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(answer.json, {"errorType": "Guest.Init", "errorMessage": "as told"})


def test_an_exit_in_init_is_told():
    with Emulator(guest(), guest_env={"GUEST_INIT": "exit", "GUEST_CODE": "5"}) as lamb:
        for _ in range(2):
            answer = lamb.invoke()
            same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
            same(answer.json["errorType"], "Runtime.ExitError")
            contains(answer.json["errorMessage"], "Runtime exited with error: exit status 5")


def test_an_init_that_fails_once_is_repeated_inside_the_invocation():
    with Emulator(guest(), guest_env={"GUEST_INIT": "once"}) as lamb:
        answer = lamb.ask("echo")
        same(answer.json["count"], 1)


# -- placement --------------------------------------------------------------------------


def test_simultaneous_invocations_get_environments_of_their_own():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        answers = in_parallel(*[lambda: lamb.ask("sleep", s=1)] * 3)
        same(len({a.json["id"] for a in answers}), 3)
        same(lamb.status()["environments"], 3)
        same(all(a.json["count"] == 1 for a in answers), True, "each its own process")


def test_a_warm_environment_is_used_again():
    with Emulator(guest()) as lamb:
        for n in range(1, 21):
            same(lamb.ask_settled("echo").json["count"], n)
        same(lamb.status()["environments"], 1)


def test_the_most_recently_used_environment_is_taken_first():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        slow, fast = in_parallel(lambda: lamb.ask("sleep", s=1.0),
                                 lambda: lamb.ask("sleep", s=0.4))
        names = {}
        for who, answer in (("slow", slow), ("fast", fast)):
            names[who] = answer.json["count"]
        same(names, {"slow": 1, "fast": 1}, "two environments")
        # Both are idle; the slow one was used last and is used from now on.
        counts = [lamb.ask_settled("echo").json["count"] for _ in range(4)]
        same(counts, [2, 3, 4, 5], "always the same one")
        same(lamb.status()["environments"], 2)


def test_several_functions_side_by_side():
    with Emulator(guest("first"), guest("second")) as lamb:
        for name in ("first", "second"):
            env = lamb.ask("env", name).json
            same(env["AWS_LAMBDA_FUNCTION_NAME"], name)
        same(sorted(f["name"] for f in lamb.status()["functions"]), ["first", "second"])


def test_a_client_that_hangs_up_breaks_nothing():
    with Emulator(guest(), args=["--timeout", "10"]) as lamb:
        body = json.dumps({"do": "sleep", "s": 0.5}).encode()
        for _ in range(5):
            sock = lamb.connect()
            sock.sendall(b"POST /2015-03-31/functions/guest/invocations HTTP/1.1\r\n"
                         b"Host: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            time.sleep(0.05)
            sock.close()
        # The function runs on, as in the service: each invocation is reported.
        wait_until("five reports", lambda: len(re.findall("^.*REPORT RequestId", lamb.log,
                                                          re.MULTILINE)) >= 5)
        same(lamb.ask("echo").status, 200)
        wait_until("nothing to run", lambda: lamb.status()["running"] == 0)


def test_one_invocation_more_than_the_account_may_is_throttled():
    with Emulator(guest(), args=["--timeout", "20", "--account-concurrency", "1"]) as lamb:
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(lambda: lamb.ask("sleep", s=1.0))
            wait_until("the first to run", lambda: lamb.status()["running"] == 1)
            answer = lamb.invoke(payload={"do": "echo"})
            same((answer.status, answer.headers["x-amzn-errortype"],
                  answer.headers["retry-after"]), (429, "TooManyRequestsException", "1"))
            same(answer.json, {"Reason": "ConcurrentInvocationLimitExceeded",
                               "Type": "User", "message": "Rate Exceeded."})
            same(run_lamb("invoke", "guest", "--endpoint", lamb.url).code, 5)
            same(busy.result().status, 200)
        wait_until("the slot to be free", lambda: lamb.status()["running"] == 0)
        same(lamb.ask("echo").status, 200)


def test_many_invocations_in_a_row_and_side_by_side():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        def loop(who):
            for n in range(25):
                same(lamb.ask("echo", who=who, n=n).json["event"]["who"], who)

        in_parallel(*[lambda who=who: loop(who) for who in range(4)])
        lamb.settle()
        status = lamb.status()
        # At worst each of the four meets an environment that has not polled again.
        same(1 <= status["environments"] <= 8, True, str(status))


def test_both_families_of_loopback_answer():
    with Emulator(guest()) as lamb:
        try:
            sock = socket.create_connection(("::1", lamb.port), timeout=5)
        except OSError as e:
            if socket.has_ipv6 and "refused" in str(e):
                raise
            raise Skip(f"this machine has no IPv6 loopback: {e}") from e
        with sock:
            sock.sendall(b"POST /2015-03-31/functions/guest/invocations HTTP/1.1\r\n"
                         b"Host: localhost\r\nContent-Length: 2\r\n\r\n{}")
            matches(sock.recv(65536).decode("latin-1"), "^HTTP/1.1 200 ")
