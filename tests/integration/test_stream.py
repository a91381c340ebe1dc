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
