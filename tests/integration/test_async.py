# SPDX-License-Identifier: Apache-2.0
"""Asynchronous invocation: accepted is committed, committed runs at least once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

from fixture import Emulator, bootstrap, guest, limit, matches, same, wait_until
from test_invoke import UUID, check_refusal

EVENT = {"X-Amz-Invocation-Type": "Event"}
ASYNC_MAX = 1024 * 1024


def send(lamb, event=None, name="guest", headers=None):
    """Send an event; gives its request id."""
    answer = lamb.invoke(name, event, {**EVENT, **(headers or {})})
    same((answer.status, answer.body), (202, b""), repr(answer))
    matches(answer.id, f"^{UUID}$")
    return answer.id


def queued(lamb):
    return lamb.status()["queued"]


def drained(lamb, seconds=20):
    wait_until("the queue to be empty", lambda: queued(lamb) == 0, seconds)
    lamb.settle()


def runs(lamb, request_id):
    """How often it ran; the log may be a moment late."""
    lamb.wait_log(rf"REPORT RequestId: {request_id}")
    return len(re.findall(rf"^START RequestId: {request_id} ", lamb.log, re.MULTILINE))


def test_an_event_is_accepted_and_runs_under_its_request_id():
    with Emulator(guest()) as lamb:
        answer = lamb.invoke(payload={"do": "stdout", "lines": ["here"]}, headers=EVENT)
        same((answer.status, answer.body), (202, b""))
        same("x-amz-executed-version" in answer.headers, False)
        same("x-amz-log-result" in answer.headers, False)
        lamb.wait_log(rf"START RequestId: {answer.id} Version: \$LATEST\nhere\n")
        drained(lamb)
        same(runs(lamb, answer.id), 1)


def test_what_cannot_be_an_event_is_refused_and_not_kept():
    with Emulator(guest()) as lamb:
        check_refusal(lamb.invoke("nobody", {}, EVENT), 404, "ResourceNotFoundException",
                      "Message", "Function not found: ")
        check_refusal(lamb.invoke(payload=b"{", headers=EVENT), 400,
                      "InvalidRequestContentException", "message", "Could not parse")
        body = b'"' + b"x" * (ASYNC_MAX - 1) + b'"'
        answer = lamb.invoke(payload=body, headers=EVENT)
        check_refusal(answer, 413, "RequestEntityTooLargeException", "message",
                      "1048577 byte payload is too large for the Event invocation type "
                      "(limit 1048576 bytes)")
        same("Type" in answer.json, False)
        same((queued(lamb), lamb.status()["environments"]), (0, 0))
        same(lamb.invoke(payload=body[:-2] + b'"', headers=EVENT).status, 202)
        drained(lamb)


def test_an_event_carries_the_trace_and_no_client_context():
    with Emulator(guest()) as lamb:
        trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        send(lamb, {"do": "headers"},
             headers={"X-Amzn-Trace-Id": trace, "X-Amz-Client-Context": "no base64!"})
        headers = json.loads(lamb.wait_log(r"HEADERS (\{.*\})").group(1))
        same(headers["lambda-runtime-trace-id"], trace)
        same("lambda-runtime-client-context" in headers, False)
        drained(lamb)


def test_a_function_error_ends_an_event():
    with Emulator(guest()) as lamb:
        failed = send(lamb, {"do": "error", "body": '{"errorType":"Mine"}'})
        crashed = send(lamb, {"do": "exit", "code": 1})
        drained(lamb)
        same((runs(lamb, failed), runs(lamb, crashed)), (1, 1))


@limit(90)
def test_more_events_than_memory_holds_all_run_once():
    with Emulator(guest(), args=["--account-concurrency", "4", "--timeout", "20"],
                  held=False) as lamb:
        with ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(lambda n: send(lamb, {"n": n}), range(200)))
        drained(lamb, 60)
        same([i for i in ids if runs(lamb, i) != 1], [], "events that did not run once")


def test_a_throttled_event_stays_and_is_tried_again():
    with Emulator(guest(), args=["--account-concurrency", "1", "--timeout", "20"]) as lamb:
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(lambda: lamb.ask("sleep", s=1.0))
            wait_until("the first to run", lambda: lamb.status()["running"] == 1)
            event = send(lamb)
            same(busy.result().status, 200)
        lamb.settle()
        same(queued(lamb), 1, "it waits on the platform clock")
        same(lamb.control("POST", "/clock/advance", {"by": "999ms"}).status, 200)
        same(queued(lamb), 1)
        same(lamb.control("POST", "/clock/advance", {"by": "1ms"}).status, 200)
        same(queued(lamb), 0, "an advance ends when nothing that could run is left")
        lamb.wait_log(rf"START RequestId: {event} ")


@limit(90)
def test_accepted_events_survive_kill_9():
    code = bootstrap("#!/bin/sh\nexec sleep 1000\n", "guest")  # never polls
    lamb = Emulator(code, args=["--timeout", "20"])
    ids = [send(lamb, {"n": n}) for n in range(70)]
    lamb.kill()
    with Emulator(guest(), args=["--timeout", "20"], state=lamb.state) as again:
        drained(again, 60)
        for i in ids:
            runs(again, i)


def test_an_event_that_runs_at_the_end_runs_again():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        event = send(lamb, {"do": "sleep", "s": 3})
        lamb.wait_log(rf"START RequestId: {event} ")
    with Emulator(guest(), args=["--timeout", "20"], state=lamb.state) as again:
        again.wait_log(rf"START RequestId: {event} ")
        drained(again)


def test_invoke_async_is_an_event():
    with Emulator(guest()) as lamb:
        path = "/2014-11-13/functions/guest/invoke-async"
        answer = lamb.request("POST", path, b'{"do":"stdout","lines":["old"]}')
        same((answer.status, answer.body), (202, b""))
        lamb.wait_log(rf"START RequestId: {answer.id} Version: \$LATEST\nold\n")
        check_refusal(lamb.request("POST", path, b"{"), 400,
                      "InvalidRequestContentException", "message", "Could not parse")
        check_refusal(lamb.request("POST", path.replace("guest", "nobody"), b"{}"), 404,
                      "ResourceNotFoundException", "Message", "Function not found")
        drained(lamb)


def test_a_tenant_id_is_refused_where_tenants_are_not_kept_apart():
    with Emulator(guest()) as lamb:
        for kind in ("RequestResponse", "Event", "DryRun"):
            answer = lamb.invoke(payload={}, headers={"X-Amz-Invocation-Type": kind,
                                                      "X-Amz-Tenant-Id": "blue"})
            check_refusal(answer, 400, "InvalidParameterValueException", "message",
                          "is not enabled with tenancy configuration")
        answer = lamb.invoke(payload={}, headers={"X-Amz-Tenant-Id": "a#b"})
        check_refusal(answer, 400, "ValidationException", "message",
                      "Value 'a#b' at 'tenantId' failed to satisfy constraint: Member must "
                      "satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+")
        answer = lamb.invoke(payload={}, headers={"X-Amz-Tenant-Id": "a" * 257})
        check_refusal(answer, 400, "ValidationException", "message",
                      "Member must have length less than or equal to 256")
