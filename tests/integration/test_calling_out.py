# SPDX-License-Identifier: Apache-2.0
"""lamb/aws.h against a server that misbehaves."""

import errno
import json
import os
import signal
import threading
import urllib.parse

from calls import KEY, REGION, SECRET, Calls, Scripted, http
from fixture import Skip, build_path, contains, matches, private_path, same, write_file
from sigv4 import sign

REFUSED, NOT_FOUND, CONDITION, THROTTLED = 1, 2, 3, 4
OK = http(200, {"fine": True})


def one(script, options=(), env=(), **wish):
    """(answer, server) of one call against SCRIPT."""
    with Scripted(*script) as server:
        with Calls(server.url, *options, **dict(env)) as calls:
            return calls(service="sqs", **wish), server


def test_a_request_is_signed_as_others_sign_it():
    got, server = one([OK], method="PUT", path="/a%20b", query="y=2&x=%2F", body="hello",
                      headers={"X-Test": "  some   words ", "Content-Type": "text/plain"})
    same((got["r"], got["status"], got["attempts"]), (0, 200, 1))
    same(json.loads(got["value"]), {"fine": True})
    request = server.requests[0]
    same((request.method, request.target, request.body), ("PUT", "/a%20b?y=2&x=%2F", b"hello"))
    matches(request.fields["user-agent"], r"^lamb/\d")
    import datetime
    now = datetime.datetime.strptime(request.fields["x-amz-date"], "%Y%m%dT%H%M%SZ")
    wanted = sign("PUT", request.target, b"hello",
                  {"Host": request.fields["host"], "X-Test": "some words",
                   "Content-Type": "text/plain"},
                  KEY, SECRET, region=REGION, service="sqs",
                  now=now.replace(tzinfo=datetime.timezone.utc))
    same(request.fields["authorization"], wanted["Authorization"])


def test_a_session_token_and_the_trace_header_go_along():
    _, server = one([OK], env={"AWS_SESSION_TOKEN": "the token", "_X_AMZN_TRACE_ID": "Root=1-2"})
    fields = server.requests[0].fields
    same(fields["x-amz-security-token"], "the token")
    contains(fields["authorization"], "x-amz-security-token")
    same(fields["x-amzn-trace-id"], "Root=1-2")
    assert "x-amzn-trace-id" not in fields["authorization"]


def test_an_endpoint_with_a_path_stands_before_the_requests_own():
    with Scripted(OK) as server:
        with Calls(None, AWS_ENDPOINT_URL_SQS=server.url + "/prefix/") as calls:
            same(calls(service="sqs", path="/x")["r"], 0)
        same(server.requests[0].target, "/prefix/x")


def test_faults_of_the_service_are_tried_again_on_the_same_connection():
    got, server = one([http(500), http(503, b"<html>"), OK])
    same((got["r"], got["attempts"], server.connections), (0, 3, 1))


def test_after_the_last_attempt_the_last_error_counts():
    error = http(500, {"__type": "x#InternalFailure", "message": "no luck"})
    got, server = one([error] * 2, options=["attempts=2"])
    same((got["r"], got["attempts"], got["code"], got["message"]),
         (REFUSED, 2, "InternalFailure", "no luck"))
    same(len(server.requests), 2)


def test_throttling_is_tried_again_and_named():
    got, _ = one([http(429, b"", "Retry-After: 0"),
                  http(400, {"__type": "ThrottlingException"}, "Retry-After: 0"), OK])
    same((got["r"], got["attempts"]), (0, 3))
    got, _ = one([http(429, b"", "Retry-After: 0")] * 3)
    same((got["r"], got["status"], got["code"]), (THROTTLED, 429, "HttpStatus429"))


def test_what_the_caller_did_wrong_is_not_tried_again():
    got, server = one([http(400, {"__type": "a.b#ValidationException", "message": "bad"})])
    same((got["r"], got["code"], got["message"], len(server.requests)),
         (REFUSED, "ValidationException", "bad", 1))
    got, _ = one([http(403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")])
    same((got["r"], got["code"], got["message"]), (REFUSED, "AccessDenied", "no"))
    got, _ = one([http(404, {"Message": "no f"}, "x-amzn-ErrorType: ResourceNotFoundException:")])
    same((got["r"], got["code"], got["message"]), (NOT_FOUND, "ResourceNotFoundException", "no f"))


def test_broken_connections_are_tried_again():
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"

    def cut(connection):
        connection.sendall(short)
        connection.close()

    for breaks in (Scripted.CLOSE, Scripted.RESET, cut):
        got, server = one([breaks, OK])
        same((got["r"], got["attempts"], server.connections), (0, 2, 2), str(breaks))
        same(json.loads(got["body"]), {"fine": True})
    got, _ = one([Scripted.RESET] * 2, options=["attempts=2"])
    same((got["r"], got["attempts"], got["code"], got["status"], got["body"]),
         (-errno.ECONNRESET, 2, "Client.Connection", 0, ""))


def test_nobody_there_is_said():
    with Calls("http://127.0.0.1:1", "attempts=2") as calls:
        got = calls(service="sqs")
    same((got["r"], got["attempts"], got["code"]), (-errno.ECONNREFUSED, 2, "Client.Connection"))
    contains(got["message"], "127.0.0.1")


def test_a_server_that_is_too_slow_ends_with_the_limit_of_the_call():
    done = threading.Event()

    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not done.wait(0.05):
            connection.sendall(b"x")

    try:
        for slow in (drip, lambda _: done.wait(15)):
            def answer(connection, slow=slow):
                if server.requests[-1].body:
                    slow(connection)
                else:
                    connection.sendall(OK)

            with Scripted(*[answer] * 10) as server:
                with Calls(server.url, "call_ms=1500") as calls:
                    # libcurl is loaded: that takes long under sanitizers
                    same(0 in [calls(service="sqs")["r"] for _ in range(3)], True)
                    got = calls(service="sqs", body="slowly")
            same((got["r"], got["attempts"], got["code"], got["body"]),
                 (-errno.ETIMEDOUT, 1, "Client.Timeout", ""))
    finally:
        done.set()


def test_answers_are_bounded():
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")

    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1000)

    for answer in (endless, flood, http(200, b"y" * 5000)):
        got, server = one([answer], options=["max_answer=4096"])
        same((got["r"], got["code"], got["body"], len(server.requests)),
             (-errno.EMSGSIZE, "Client.BadAnswer", "", 1), str(answer)[:40])


def test_what_is_no_http_is_said():
    got, _ = one([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], options=["attempts=1"])
    same(got["code"], "Client.BadAnswer")


def test_redirects_are_not_followed():
    moved = http(301, b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message>"
                 b"</Error>", "Location: http://127.0.0.1:1/")
    got, server = one([moved])
    same((got["r"], got["status"], got["code"], len(server.requests)),
         (REFUSED, 301, "PermanentRedirect", 1))


def test_garbage_for_an_error_is_still_an_error():
    for garbage in (b"{" * 100_000, b"<Code>", b"\0\xff\xfe", b"null", b'{"__type": 3}'):
        got, _ = one([http(400, garbage)])
        same((got["r"], got["code"]), (REFUSED, "HttpStatus400"), repr(garbage[:10]))


def test_an_interim_answer_is_no_answer():
    got, _ = one([b"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n" + http(200, b"", "X-B: 2")],
                 show="x-a")
    same((got["status"], got["header"]), (200, None))


def test_connections_are_kept_and_dead_ones_replaced_at_once():
    with Scripted(OK, OK, Scripted.RESET, OK, http(200, close=True), OK) as server:
        with Calls(server.url) as calls:
            same([calls(service="sqs")["attempts"] for _ in range(2)], [1, 1])
            same(server.connections, 1)
            # the kept connection breaks under the request: not an attempt that failed
            same(calls(service="sqs")["attempts"], 1)
            same(server.connections, 2)
            same([calls(service="sqs")["r"] for _ in range(2)], [0, 0])
            same(server.connections, 3)
        same([r.connection for r in server.requests], [1, 1, 1, 2, 2, 3])


def test_a_connection_that_was_closed_during_a_freeze_is_replaced():
    with Scripted(OK, OK) as server:
        with Calls(server.url) as calls:
            same(calls(service="sqs")["r"], 0)
            calls.process.send_signal(signal.SIGSTOP)
            server.hang_up(server.sockets[0])
            calls.process.send_signal(signal.SIGCONT)
            got = calls(service="sqs")
            same((got["r"], got["attempts"], server.connections), (0, 1, 2))


def test_a_connection_idle_for_too_long_is_not_used():
    with Scripted(OK, OK) as server:
        with Calls(server.url, "idle_ms=1") as calls:
            same(calls(service="sqs")["r"], 0)
            same(server.sockets[0].fileno() >= 0, True)
            threading.Event().wait(0.01)  # longer than the millisecond, however much
            same((calls(service="sqs")["r"], server.connections), (0, 2))


def test_what_cannot_be_sent_is_refused_before_anything_is():
    with Scripted() as server:
        with Calls(server.url) as calls:
            for wish in ({"path": "x"}, {"path": "/a b"}, {"path": "/a?b"}, {"query": "a#b"},
                         {"method": "GET /"}, {"headers": {"A:": "b"}},
                         {"headers": {"A": "b\r\nC: d"}}, {"headers": {"Host": "x"}},
                         {"service": "a/b"}, {"service": None}):
                got = calls(**{"service": "sqs", **wish})
                same((got["r"], got["code"], got["attempts"]),
                     (-errno.EINVAL, "Client.Invalid", 0), str(wish))
                assert got["message"], wish
        same(server.connections, 0)


def test_no_region_and_no_credentials_are_said():
    with Calls("http://127.0.0.1:1", AWS_REGION=None) as calls:
        got = calls(service="sqs")
        same((got["r"], got["code"]), (-errno.ENOENT, "Client.NoRegion"))
    with Calls("http://127.0.0.1:1", AWS_SECRET_ACCESS_KEY=None) as calls:
        got = calls(service="sqs")
        same((got["r"], got["code"]), (-errno.ENOENT, "Client.NoCredentials"))
        contains(got["message"], "AWS_ACCESS_KEY_ID")


def test_credentials_come_from_the_container_and_are_kept():
    served = http(200, {"AccessKeyId": "SERVED", "SecretAccessKey": "s", "Token": "t",
                        "Expiration": "2999-01-01T00:00:00Z"})
    token = write_file(private_path("token"), "the proof\n")
    with Scripted(served, OK, OK) as server:
        url = urllib.parse.urljoin(server.url, "/creds?x=1")
        with Calls(server.url, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
                   AWS_CONTAINER_CREDENTIALS_FULL_URI=url,
                   AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=token) as calls:
            same([calls(service="sqs")["r"] for _ in range(2)], [0, 0])
        first, second, third = server.requests
        same((first.method, first.target, first.fields["authorization"]),
             ("GET", "/creds?x=1", "the proof"))
        for each in (second, third):
            contains(each.fields["authorization"], "Credential=SERVED/")
            same(each.fields["x-amz-security-token"], "t")


def test_credentials_that_are_not_served_are_said():
    with Scripted(http(403, b"no")) as server:
        with Calls(server.url, AWS_ACCESS_KEY_ID=None,
                   AWS_CONTAINER_CREDENTIALS_FULL_URI=server.url + "/c") as calls:
            got = calls(service="sqs")
    same((got["r"], got["code"]), (-errno.ENOENT, "Client.NoCredentials"))
    contains(got["message"], "403")


def test_a_static_program_says_that_it_cannot_call():
    if not os.path.exists(build_path("tests", "calls", "calls-static")):
        raise Skip("programs with sanitizers are not static")
    with Scripted() as server:
        with Calls(server.url, program="calls-static") as calls:
            got = calls(service="sqs")
    same((got["r"], got["code"], got["attempts"]), (-errno.ENOSYS, "Client.NoLibrary", 0))
    contains(got["message"], "linked statically")
