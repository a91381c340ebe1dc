# SPDX-License-Identifier: Apache-2.0
"""The Runtime API and its wrong uses: what a runtime is told, and that it breaks nothing.

The guest makes the calls from inside the sandbox; each row says what it has to hear. The
texts are those of AWS's own core.
"""

import json

from fixture import Emulator, bootstrap, contains, guest, matches, same, wait_until

BASE = "/2018-06-01/runtime"
NEXT = BASE + "/invocation/next"
RESPONSE = BASE + "/invocation/{id}/response"
ERROR = BASE + "/invocation/{id}/error"
INIT_ERROR = BASE + "/init/error"
NOT_CURRENT = BASE + "/invocation/9ff3ebc7-0f85-4b6d-a7b0-2f9e8d3ac4b1"
RESPONSE_MAX = 6 * 1024 * 1024 + 100

INVALID_ID = {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}
OK = {"status": "OK"}


def refused(before, to):
    return {"errorMessage": f"State transition from {before} to {to} failed for runtime. "
                            "Error: State transition is not allowed",
            "errorType": "InvalidStateTransition"}


TOO_LARGE = {"errorMessage": "Exceeded maximum allowed payload size (6291556 bytes).",
             "errorType": "RequestEntityTooLarge"}


def call(method, path, body="", **more):
    return {"method": method, "path": path, "body": body, **more}


def check(results, wanted):
    """RESULTS of the guest against pairs (what, status, JSON or text of the body)."""
    same(len(results), len(wanted), f"results {results}")
    for got, (what, status, body) in zip(results, wanted):
        same(got.get("status"), status, f"{what}: {got}")
        if isinstance(body, dict):
            same(json.loads(got["body"]), body, what)
        elif body is not None:
            same(got["body"], body, what)


def check_calls(lamb, rows, answered=False):
    """Let the guest make the calls of ROWS (what, call, status, body) and compare."""
    event = {"do": "calls", "calls": [row[1] for row in rows], "answered": answered}
    answer = lamb.invoke(payload=event)
    same(answer.status, 200, repr(answer))
    check(lamb.results(), [(row[0], row[2], row[3]) for row in rows])
    return answer


def test_wrong_paths_methods_and_ids_during_an_invocation():
    rows = [
        ("unknown path", call("GET", "/2018-06-01/nothing"), 404, "404 page not found\n"),
        ("unknown version", call("GET", "/2099-01-01/runtime/invocation/next"), 404,
         "404 page not found\n"),
        ("no such call", call("POST", BASE + "/invocation/{id}/later"), 404,
         "404 page not found\n"),
        ("POST next", call("POST", NEXT), 405, ""),
        ("GET response", call("GET", RESPONSE), 405, ""),
        ("PUT error", call("PUT", ERROR), 405, ""),
        ("GET init/error", call("GET", INIT_ERROR), 405, ""),
        ("ping", call("GET", "/2018-06-01/ping"), 200, "pong"),
        ("response to another id", call("POST", NOT_CURRENT + "/response"), 400, INVALID_ID),
        ("error to another id", call("POST", NOT_CURRENT + "/error"), 400, INVALID_ID),
        ("response to no id", call("POST", BASE + "/invocation//response"), 400, INVALID_ID),
        ("response to garbage", call("POST", BASE + "/invocation/%00%ff/response"), 400,
         INVALID_ID),
        ("init/error after next", call("POST", INIT_ERROR, "{}"), 403,
         refused("Running", "InitError")),
    ]
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, rows)
        same(answer.error, None)
        for got in lamb.results()[:2]:
            same(got["headers"].get("content-type"), "text/plain; charset=utf-8")
            same(got["headers"].get("x-content-type-options"), "nosniff")
        same(lamb.ask_settled("echo").json["count"], 2, "the same process goes on")


def test_answering_twice():
    rows = [
        ("response", call("POST", RESPONSE, '"first"'), 202, OK),
        ("response again", call("POST", RESPONSE, '"second"'), 403,
         refused("RuntimeResponseSentState", "InvocationResponse")),
        ("error after response", call("POST", ERROR, "{}"), 403,
         refused("RuntimeResponseSentState", "InvocationErrorResponse")),
    ]
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, rows, answered=True)
        same((answer.body, answer.error), (b'"first"', None))
        same(lamb.status()["refused"]["runtime"], 2, "what was refused is counted")
        same(lamb.ask("echo").json["event"], {"do": "echo"})


def test_response_after_error():
    rows = [
        ("error", call("POST", ERROR, '{"errorType":"T","errorMessage":"m"}'), 202, OK),
        ("response after it", call("POST", RESPONSE, "1"), 403,
         refused("RuntimeResponseSentState", "InvocationResponse")),
        ("error again", call("POST", ERROR, "{}"), 403,
         refused("RuntimeResponseSentState", "InvocationErrorResponse")),
    ]
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, rows, answered=True)
        same((answer.json, answer.error),
             ({"errorType": "T", "errorMessage": "m"}, "Unhandled"))


def test_error_bodies_of_any_kind_are_accepted():
    for body in ("", "not json", '{"a":', "x" * 100000):
        with Emulator(guest()) as lamb:
            answer = check_calls(lamb, [("error", call("POST", ERROR, body), 202, OK)],
                                 answered=True)
            same((answer.body, answer.error), (body.encode(), "Unhandled"))


def test_the_same_event_again_for_a_poll_before_the_answer():
    with Emulator(guest()) as lamb:
        event = {"do": "calls", "calls": [call("GET", NEXT), call("GET", NEXT)]}
        results = lamb.invoke(payload=event).json
        for got in results:
            same(got["status"], 200)
            same(json.loads(got["body"]), event, "the event")
        same(results[0]["headers"]["lambda-runtime-aws-request-id"],
             results[1]["headers"]["lambda-runtime-aws-request-id"])


def test_two_polls_wait_and_each_invocation_releases_one():
    with Emulator(guest()) as lamb:
        same(lamb.invoke(payload={"do": "two_pollers"}).body, b'"two"')
        lamb.wait_log("POLLING")
        for n in range(4):
            answer = lamb.invoke(payload={"n": n})
            same((answer.status, answer.error), (200, None), repr(answer))
            same(answer.json["poller"] in (0, 1), True)
        wait_until("nothing to run", lambda: lamb.status()["running"] == 0)


def test_a_response_over_the_limit():
    rows = [
        ("response", call("POST", RESPONSE, fill=RESPONSE_MAX + 1), 413, TOO_LARGE),
        ("error after it", call("POST", ERROR, "{}"), 403,
         refused("RuntimeResponseSentState", "InvocationErrorResponse")),
    ]
    with Emulator(guest(), args=["--memory", "512", "--timeout", "20"]) as lamb:
        answer = check_calls(lamb, rows, answered=True)
        same(answer.json["errorType"], "Function.ResponseSizeTooLarge")
        same(lamb.ask_settled("echo").json["count"], 2)


def test_an_error_body_over_one_megabyte():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        answer = check_calls(lamb, [("error", call("POST", ERROR, fill=1024 * 1024 + 1), 413,
                                     TOO_LARGE)], answered=True)
        same(answer.error, "Unhandled")
        same(lamb.ask("echo").status, 200)


def test_an_answer_with_another_invocation_s_id_is_too_late():
    late = {"Lambda-Runtime-Invocation-Id": "another"}
    gone = {"errorMessage": "Invoke timeout", "errorType": "InvokeTimeout"}
    rows = [("response", call("POST", RESPONSE, "1", headers=late), 410, gone),
            ("error", call("POST", ERROR, "{}", headers=late), 410, gone),
            ("without it, as older runtimes do", call("POST", RESPONSE, "2"), 202, OK)]
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, rows, answered=True)
        same((answer.body, answer.error), (b"2", None))


def test_a_response_mode_that_does_not_exist():
    rows = [("response", call("POST", RESPONSE, "1", headers={
        "Lambda-Runtime-Function-Response-Mode": "sometimes"}), 400,
             {"errorMessage": "Invalid function response mode",
              "errorType": "InvalidFunctionResponseMode"})]
    with Emulator(guest(), args=["--timeout", "2"]) as lamb:
        answer = check_calls(lamb, rows, answered=True)
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(lamb.ask("echo").status, 200, "the next invocation")


def chunked(*pieces, trailers=""):
    body = "".join(f"{len(piece):x}\r\n{piece}\r\n" for piece in pieces)
    return body + "0\r\n" + trailers + "\r\n"


def test_a_chunked_response_is_put_together():
    raw = ("POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
           + chunked('{"a":', "1", "}"))
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, [("chunked", {"raw": raw}, 202, OK)], answered=True)
        same((answer.body, answer.error), (b'{"a":1}', None))


def test_a_streamed_response_is_put_together():
    raw = ("POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
           "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
           "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"
           "\r\n\r\n" + chunked("one,", "two"))
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, [("streamed", {"raw": raw}, 202, OK)], answered=True)
        same((answer.body, answer.error), (b"one,two", None))


def test_a_stream_that_fails_on_the_way_gives_its_error():
    # The trailer's body is the base64 text of {"errorType":"T"}.
    raw = ("POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
           "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
           "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"
           "\r\n\r\n" + chunked("half", trailers="Lambda-Runtime-Function-Error-Type: "
                                "Function.Broken\r\nLambda-Runtime-Function-Error-Body: "
                                "eyJlcnJvclR5cGUiOiJUIn0=\r\n"))
    with Emulator(guest()) as lamb:
        answer = check_calls(lamb, [("failed stream", {"raw": raw}, 202, OK)], answered=True)
        same((answer.json, answer.error), ({"errorType": "T"}, "Unhandled"))


def test_a_response_that_is_cut_short_fails_the_invocation_only():
    head = "POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\n"
    for what, raw in (("length", head + "Content-Length: 100\r\n\r\nshort"),
                      ("chunk", head + "Transfer-Encoding: chunked\r\n\r\n64\r\nshort")):
        with Emulator(guest(), args=["--timeout", "2"]) as lamb:
            answer = lamb.invoke(payload={"do": "calls", "answered": True,
                                          "calls": [{"raw": raw, "cut": True}]})
            same((answer.status, answer.error), (200, "Unhandled"), f"{what}: {answer}")
            same(b"short" in answer.body, False, "half an answer is none")
            same(lamb.ask("echo").status, 200, f"after a cut {what}")


def test_a_response_framed_twice_is_refused():
    raw = ("POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
           "Transfer-Encoding: chunked\r\n\r\n" + chunked("abc"))
    with Emulator(guest(), args=["--timeout", "3"]) as lamb:
        answer = lamb.invoke(payload={"do": "calls", "calls": [{"raw": raw}]})
        same((answer.status, answer.error), (200, None), repr(answer))
        same(answer.json[0].get("status"), 400, str(answer.json))


def test_error_while_the_response_is_still_being_read():
    head = ("POST " + RESPONSE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
    with Emulator(guest(), args=["--timeout", "8"]) as lamb:
        lamb.invoke(payload={"do": "calls", "answered": True, "calls": [
            {"raw": head, "keep": True}, call("POST", ERROR, "{}")]})
        results = lamb.results()
        same(results[0], {"timeout": True}, "nothing is said before the body is there")
        check(results[1:], [("error meanwhile", 403,
                             refused("InvocationResponse", "InvocationErrorResponse"))])
        same(lamb.ask("echo").status, 200)


def init_calls(*calls):
    return {"GUEST_INIT": "calls", "GUEST_CALLS": json.dumps(calls)}


def test_calls_before_the_first_poll():
    env = init_calls(call("POST", NOT_CURRENT + "/response"), call("POST", NOT_CURRENT + "/error"),
                     call("GET", "/2018-06-01/ping"))
    with Emulator(guest(), guest_env=env) as lamb:
        same(lamb.ask("echo").json["count"], 1)
        check(lamb.results(), [("response before any invocation", 400, INVALID_ID),
                               ("error before any invocation", 400, INVALID_ID),
                               ("ping", 200, "pong")])


def test_init_error_twice_and_a_poll_after_it():
    env = init_calls(call("POST", INIT_ERROR, '{"errorType":"I","errorMessage":"m"}'),
                     call("POST", INIT_ERROR, "{}"), call("GET", NEXT))
    with Emulator(guest(), guest_env=env) as lamb:
        answer = lamb.invoke()
        same((answer.json, answer.error),
             ({"errorType": "I", "errorMessage": "m"}, "Unhandled"))
        results = lamb.results() if "RESULTS" in lamb.log else []
        wanted = [("init/error", 202, OK),
                  ("init/error again", 403, refused("InitError", "InitError")),
                  ("next after it", 403, refused("InitError", "Ready"))]
        # The environment may be ended right behind the first answer.
        check(results, wanted[:len(results)])


def test_a_runtime_that_never_polls_is_ended_by_the_init_limit_and_the_timeout():
    with Emulator(guest(), args=["--timeout", "1"], guest_env={"GUEST_INIT": "hang"}) as lamb:
        answer = lamb.invoke(seconds=25)
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(answer.json["errorType"], "Sandbox.Timedout")


def test_a_bootstrap_that_cannot_run_is_an_invalid_entrypoint():
    with Emulator(bootstrap("#!/no/such/interpreter\n")) as lamb:
        answer = lamb.invoke("fn")
        same((answer.status, answer.error), (200, "Unhandled"), repr(answer))
        same(answer.json["errorType"], "Runtime.InvalidEntrypoint")
        contains(answer.json["errorMessage"], "RequestId: ")


def test_what_a_web_page_of_somebody_else_sends_is_refused():
    def headed(headers):
        return {"raw": f"GET /2018-06-01/ping HTTP/1.1\r\n{headers}\r\n"}

    rows = [
        ("a name that leads here", headed("Host: evil.example:80\r\n"), 403,
         {"errorType": "ForeignHostLocally", "errorMessage":
          "the header Host names another server than AWS_LAMBDA_RUNTIME_API"}),
        ("a page of another origin",
         headed("Host: localhost\r\nOrigin: http://evil.example\r\n"), 403,
         {"errorType": "ForeignOriginLocally", "errorMessage":
          "a web page sent this request: the Runtime API is not for pages"}),
        ("an image of another site",
         headed("Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n"), 403, None),
        ("a name of the sandbox", headed("Host: sandbox.localdomain:9001\r\n"), 200, "pong"),
        ("no page", headed("Host: localhost\r\n"), 200, "pong"),
    ]
    with Emulator(guest()) as lamb:
        check_calls(lamb, rows)


METADATA = "/2026-01-15/metadata/execution-environment"


def test_the_metadata_endpoint_tells_the_zone_to_who_has_the_token():
    with Emulator(guest()) as lamb:
        env = lamb.ask("env").json
        same(env["AWS_LAMBDA_METADATA_API"], env["AWS_LAMBDA_RUNTIME_API"])
        token = env["AWS_LAMBDA_METADATA_TOKEN"]
        right = {"Authorization": f"Bearer {token}"}
        rows = [
            ("the token", call("GET", METADATA, headers=right), 200, None),
            ("once more", call("GET", METADATA, headers={"authorization": f"bearer {token}"}),
             200, None),
            ("no token", call("GET", METADATA), 401, ""),
            ("a wrong token", call("GET", METADATA, headers={
                "Authorization": "Bearer " + "0" * len(token)}), 401, ""),
            ("half a token", call("GET", METADATA, headers={
                "Authorization": f"Bearer {token[:8]}"}), 401, ""),
            ("another scheme", call("GET", METADATA, headers={
                "Authorization": f"Basic {token}"}), 401, ""),
            ("another method", call("POST", METADATA, headers=right), 405, ""),
            ("another path", call("GET", METADATA + "/more", headers=right), 404, None),
        ]
        check_calls(lamb, rows)
        first, again, none, *_ = lamb.results()
        same(list(json.loads(first["body"])), ["AvailabilityZoneID"])
        matches(first["body"], "use1-az[1-3]")
        same(first["body"], again["body"], "it stays in its zone")
        same(first["headers"]["cache-control"], "private, max-age=43200, immutable")
        same(first["headers"]["content-type"], "application/json")
        same(none["headers"]["www-authenticate"], "Bearer")


def test_each_environment_has_a_metadata_token_of_its_own():
    with Emulator(guest(), args=["--recycle", "1"]) as lamb:
        tokens = {lamb.ask("env").json["AWS_LAMBDA_METADATA_TOKEN"] for _ in range(2)}
        same(len(tokens), 2, str(tokens))
