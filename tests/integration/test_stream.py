# SPDX-License-Identifier: Apache-2.0
"""InvokeWithResponseStream: the answer as an event stream."""

import base64
import json
import struct
import time
import zlib

from fixture import Emulator, guest, matches, same, wait_until
from test_invoke import UUID, check_refusal

PATH = "/2021-11-15/functions/{}/response-streaming-invocations"


def messages(raw):
    """Every message of an event stream: (headers, payload)."""
    found = []
    while raw:
        total, length, crc = struct.unpack(">III", raw[:12])
        same(zlib.crc32(raw[:8]), crc, "checksum of the prelude")
        same(zlib.crc32(raw[:total - 4]), struct.unpack(">I", raw[total - 4:total])[0],
             "checksum of the message")
        at, headers = 12, {}
        while at < 12 + length:
            name_end = at + 1 + raw[at]
            name = raw[at + 1:name_end].decode()
            same(raw[name_end], 7, "a header that is a string")
            size = struct.unpack(">H", raw[name_end + 1:name_end + 3])[0]
            headers[name] = raw[name_end + 3:name_end + 3 + size].decode()
            at = name_end + 3 + size
        found.append((headers, raw[at:total - 4]))
        raw = raw[total:]
    return found


def stream(lamb, event, name="guest", headers=None):
    """Invoke; gives the answer, the payload and the members of InvokeComplete."""
    answer = lamb.request("POST", PATH.format(name), json.dumps(event), headers)
    same((answer.status, answer.headers.get("content-type")),
         (200, "application/vnd.amazon.eventstream"), repr(answer))
    *chunks, (last, complete) = messages(answer.body)
    for head, _ in chunks:
        same(head, {":message-type": "event", ":event-type": "PayloadChunk",
                    ":content-type": "application/octet-stream"})
    same(last, {":message-type": "event", ":event-type": "InvokeComplete",
                ":content-type": "application/json"})
    return answer, b"".join(payload for _, payload in chunks), json.loads(complete)


def test_a_whole_answer_comes_as_chunks_and_an_end():
    with Emulator(guest()) as lamb:
        answer, payload, complete = stream(lamb, {"do": "raw", "text": "caf\u00e9"})
        same((payload, complete), ("caf\u00e9".encode(), {}))
        matches(answer.id, f"^{UUID}$")
        same(answer.headers["x-amz-executed-version"], "$LATEST")
        matches(answer.headers["x-amzn-trace-id"], "^Root=1-")
        same("x-amz-function-error" in answer.headers, False)
        lamb.settle()
        same(stream(lamb, {"do": "raw", "text": ""})[1:], (b"", {}))


def test_a_big_answer_comes_whole():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        _, payload, complete = stream(lamb, {"do": "big", "n": 6291556})
        same((len(payload), complete), (6291556, {}))


def test_a_function_error_is_told_at_the_end():
    with Emulator(guest(), args=["--timeout", "1"]) as lamb:
        body = '{"errorType":"Mine","errorMessage":"m"}'
        answer, payload, complete = stream(lamb, {"do": "error", "body": body})
        same((payload, complete), (b"", {"ErrorCode": "Mine", "ErrorDetails": body}))
        same("x-amz-function-error" in answer.headers, False)
        lamb.settle()
        answer, _, complete = stream(lamb, {"do": "hang"})
        same(complete["ErrorCode"], "Sandbox.Timedout")
        matches(complete["ErrorDetails"], "Task timed out after 1.00 seconds")
        same(stream(lamb, {"do": "exit", "code": 1})[2]["ErrorCode"], "Runtime.ExitError")


def test_the_tail_of_the_log_comes_at_the_end():
    with Emulator(guest()) as lamb:
        answer, _, complete = stream(lamb, {"do": "stdout", "lines": ["said"]},
                                     headers={"X-Amz-Log-Type": "Tail"})
        tail = base64.b64decode(complete["LogResult"]).decode()
        matches(tail, rf"^START RequestId: {answer.id} Version: \$LATEST\nsaid\nEND ")


def test_what_cannot_be_streamed_is_an_ordinary_error():
    with Emulator(guest()) as lamb:
        path = PATH.format("guest")
        check_refusal(lamb.request("POST", PATH.format("nobody"), b"{}"), 404,
                      "ResourceNotFoundException", "Message", "Function not found: ")
        check_refusal(lamb.request("POST", path, b"{"), 400,
                      "InvalidRequestContentException", "message", "Could not parse")
        check_refusal(lamb.request("POST", path, b"{}", {"X-Amz-Invocation-Type": "Event"}),
                      400, "ValidationException", "message",
                      "Value 'Event' at 'invocationType' failed to satisfy constraint: "
                      "Member must satisfy enum value set: [RequestResponse, DryRun]")
        answer = lamb.request("POST", path, b"{}", {"X-Amz-Invocation-Type": "DryRun"})
        same((answer.status, answer.body), (204, b""))
        same(lamb.status()["environments"], 0)


def test_a_client_that_reads_slowly_or_leaves_holds_nobody_up():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        body = b'{"do":"big","n":6000000}'
        head = (f"POST {PATH.format('guest')} HTTP/1.1\r\nHost: {lamb.url[7:]}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
        slow, gone = lamb.connect(20), lamb.connect(20)
        for sock in (slow, gone):
            sock.sendall(head + body)
        gone.recv(1000)
        gone.close()
        lamb.ask("echo")
        wait_until("both to be over", lambda: lamb.status()["running"] == 0)
        got = b""
        time.sleep(0.2)
        while piece := slow.recv(1 << 20):
            got += piece
        slow.close()
        same(got.endswith(b"0\r\n\r\n"), True, "it got its end")
        same(len(got) > 6000000, True)


# -- streamed by the function -----------------------------------------------------------


def open_stream(lamb, event):
    """Begin to invoke; gives the socket behind the head of the answer."""
    body = json.dumps(event).encode()
    sock = lamb.connect(20)
    sock.sendall(f"POST {PATH.format('guest')} HTTP/1.1\r\nHost: {lamb.url[7:]}\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return sock


def read_until(sock, mark):
    tail = b""
    while mark not in tail:
        piece = sock.recv(1 << 20)
        if not piece:
            raise AssertionError(f"{mark!r} did not come: {tail[-500:]!r}")
        tail = tail[-len(mark):] + piece


def resident(lamb):
    with open(f"/proc/{lamb.pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * 4096


def test_pieces_arrive_while_the_function_is_at_work():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        sock = open_stream(lamb, {"do": "stream", "pieces": ["first", "second"], "pause": 1})
        read_until(sock, b"first")
        same(lamb.status()["running"], 1, "the function has not ended")
        read_until(sock, b"InvokeComplete")
        sock.close()
        lamb.wait_log("STREAMED 202")


def test_a_stream_comes_as_it_was_written():
    with Emulator(guest()) as lamb:
        _, payload, complete = stream(lamb, {"do": "stream", "pieces": ["a", "b" * 70000, "c"]})
        same((payload, complete), (b"a" + b"b" * 70000 + b"c", {}))
        lamb.settle()
        same(stream(lamb, {"do": "stream", "pieces": []})[1:], (b"", {}))
        same(lamb.ask_settled("echo").json["count"], 3, "one process served all")


def test_a_stream_that_fails_on_the_way_says_so_behind_what_was_sent():
    error = '{"errorType":"Mine","errorMessage":"too late"}'
    with Emulator(guest(), args=["--timeout", "1"]) as lamb:
        _, payload, complete = stream(lamb, {"do": "stream", "pieces": ["half"],
                                             "trailer": error})
        same((payload, complete), (b"half", {"ErrorCode": "Mine", "ErrorDetails": error}))
        # Whether the end of the process or of its connection is seen first is open.
        for how, codes in (("hang", ["Sandbox.Timedout"]),
                           ("exit", ["Runtime.TruncatedResponse", "Runtime.ExitError"])):
            lamb.settle()
            _, payload, complete = stream(lamb, {"do": "stream", "pieces": ["half"],
                                                 "pause": 0.3, how: True})
            same((payload, complete["ErrorCode"] in codes), (b"half", True), str(complete))
        same(lamb.ask_settled("echo").status, 200)


def test_a_streamed_answer_may_be_bigger_than_a_whole_one():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        _, payload, complete = stream(lamb, {"do": "stream", "pieces": ["x"] * 10,
                                             "size": 1000000})
        same((len(payload), complete), (10000000, {}))


def test_a_function_waits_for_a_client_that_reads_slowly():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        before = resident(lamb)
        sock = open_stream(lamb, {"do": "stream", "pieces": ["x"] * 40, "size": 1000000})
        read_until(sock, b"PayloadChunk")
        time.sleep(0.5)
        same("STREAMED" in lamb.log, False, "40 MB are nowhere but in the function")
        grown = resident(lamb) - before
        same(grown < 20000000, True, f"{grown} bytes more are resident")
        read_until(sock, b"InvokeComplete")
        sock.close()
        lamb.wait_log("STREAMED 202")


def test_a_client_that_leaves_a_stream_holds_nobody_up():
    with Emulator(guest(), args=["--timeout", "20", "--memory", "512"]) as lamb:
        sock = open_stream(lamb, {"do": "stream", "pieces": ["x"] * 20, "size": 1000000})
        read_until(sock, b"PayloadChunk")
        sock.close()
        lamb.wait_log("STREAMED 202")
        same(lamb.ask_settled("echo").json["count"], 2)


def test_a_buffered_caller_gets_a_stream_whole():
    with Emulator(guest()) as lamb:
        answer = lamb.invoke(payload={"do": "stream", "pieces": ["a", "b"]})
        same((answer.status, answer.error, answer.body), (200, None, b"ab"))
