# SPDX-License-Identifier: Apache-2.0
"""Hostile and clumsy HTTP on the port that clients use."""

import json
import os
import re
import socket
import time

from fixture import Emulator, guest, same, wait_until

PATH = "/2015-03-31/functions/guest/invocations"


def post(headers="", body="{}", length=True, path=PATH, method="POST", version="HTTP/1.1"):
    text = f"{method} {path} {version}\r\nHost: localhost\r\n{headers}"
    if length:
        text += f"Content-Length: {len(body)}\r\n"
    return (text + "\r\n" + body).encode("latin-1")


def read_answers(sock, seconds=5, count=1):
    """What comes until the other side closes, or says no more behind COUNT answers;
    the bytes, and whether it closed."""
    sock.settimeout(seconds)
    data = b""
    try:
        while True:
            piece = sock.recv(65536)
            if not piece:
                return data, True
            data += piece
            if len(whole_answers(data)) >= count:
                sock.settimeout(0.2)
    except TimeoutError:
        return data, False
    except ConnectionError:
        return data, True


def whole_answers(data):
    """Statuses and bodies of the whole answers in DATA."""
    found = []
    while b"\r\n\r\n" in data:
        head, data = data.split(b"\r\n\r\n", 1)
        status = re.match(rb"HTTP/1\.[01] (\d{3})", head)
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        size = int(length.group(1)) if length else 0
        if not status or len(data) < size:
            break
        if status.group(1) != b"100":
            found.append((int(status.group(1)), data[:size]))
        data = data[size:]
    return found


def talk(lamb, data, half_close=False, seconds=5):
    """Send DATA; give the whole answers, and whether the connection was closed."""
    with lamb.connect() as sock:
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it may have closed already
        got, closed = read_answers(sock, seconds)
    return whole_answers(got), closed


def still_serves(lamb, what):
    same(lamb.ask("echo").status, 200, f"after {what}")


def test_malformed_requests_are_refused_and_closed():
    rows = {
        "no version": (400, f"POST {PATH}\r\n\r\n".encode()),
        "spaces in the path": (400, post(path=PATH + " x y")),
        "another version": (505, post(version="HTTP/9.9")),
        "no colon": (400, post(headers="Nonsense\r\n")),
        "negative length": (400, post(headers="Content-Length: -1\r\n", length=False)),
        "text as length": (400, post(headers="Content-Length: two\r\n", length=False)),
        "length with plus": (400, post(headers="Content-Length: +2\r\n", length=False)),
        "length with NUL": (400, post(headers="Content-Length: 2\0\r\n", length=False)),
        "endless length": (413, post(headers="Content-Length: 99999999999999999999\r\n",
                                     length=False)),
        "one header of 64 KB": (431, post(f"X-Big: {'x' * 65536}\r\n")),
        "many headers": (431, post("".join(f"X-{n}: {'y' * 100}\r\n" for n in range(1000)))),
        "a header without an end": (431, b"POST / HTTP/1.1\r\nX: " + b"z" * 200000),
        "a long path": (414, post(path="/" + "p" * 65536)),
    }
    with Emulator(guest()) as lamb:
        for what, (status, data) in rows.items():
            answers, closed = talk(lamb, data)
            # A client that still sends may lose the answer to the reset of the connection.
            same(closed, True, f"{what}: the connection is closed")
            same([got for got, _ in answers] in ([status], []), True, f"{what}: {answers}")
            still_serves(lamb, what)
        answers, _ = talk(lamb, post(f"X-Fine: {'x' * 8000}\r\n"))
        same([status for status, _ in answers], [200], "8 KB of header are fine")


def test_what_is_no_http_at_all_breaks_nothing():
    with Emulator(guest()) as lamb:
        for data in (b"\x00\x01\x02\x03\r\n\r\n", b"\r\n" * 100, b"\n", b"\xff" * 4096,
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64):
            answers, _ = talk(lamb, data, half_close=True)
            same([status for status, _ in answers if status < 400], [], repr(data[:20]))
            still_serves(lamb, "garbage")


def test_ambiguous_framing_is_refused():
    smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    rows = {
        "both lengths": post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled),
        "both lengths, other order": (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled).encode(),
        "two lengths": post("Content-Length: 30\r\n", "{}" + smuggled),
        "two equal lengths": post("Content-Length: 2\r\n", "{}"),
        "a list of lengths": post("Content-Length: 2, 2\r\n", "{}", length=False),
        "two codings": post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                            "0\r\n\r\n", length=False),
        "unknown coding": post("Transfer-Encoding: gzip\r\n", "{}", length=False),
        "coding in disguise": post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n",
                                   length=False),
        "space before the colon": post("Content-Length : 2\r\n", "{}", length=False),
        "space before the coding's colon": post("Transfer-Encoding : chunked\r\n",
                                                "0\r\n\r\n", length=False),
        "folded header": post("X-One: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n",
                              "0\r\n\r\n", length=False),
    }
    with Emulator(guest()) as lamb:
        for what, data in rows.items():
            answers, closed = talk(lamb, data)
            same([status for status, _ in answers], [400], f"{what}: {answers}")
            same(closed, True, f"{what}: the connection is closed")
        still_serves(lamb, "smuggling")


def test_bodies_that_stop_short_run_nothing():
    with Emulator(guest()) as lamb:
        for what, data in {
                "length": post("Content-Length: 100\r\n", '{"do":"echo"}', length=False),
                "chunk": post("Transfer-Encoding: chunked\r\n", "64\r\n{}", length=False),
                "no last chunk": post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n",
                                      length=False)}.items():
            answers, _ = talk(lamb, data, half_close=True)
            same(all(status >= 400 for status, _ in answers), True, f"{what}: {answers}")
        same(lamb.status()["environments"], 0, "environments started by half requests")
        still_serves(lamb, "half requests")


def test_broken_chunks_run_nothing():
    with Emulator(guest()) as lamb:
        for what, chunks in {
                "no number": "zz\r\n{}\r\n0\r\n\r\n", "negative": "-2\r\n{}\r\n0\r\n\r\n",
                "endless": "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                "no end of line": "2\r\n{}0\r\n\r\n"}.items():
            answers, _ = talk(lamb, post("Transfer-Encoding: chunked\r\n", chunks,
                                         length=False), half_close=True)
            same(all(status >= 400 for status, _ in answers), True, f"{what}: {answers}")
        same(lamb.status()["environments"], 0)
        still_serves(lamb, "broken chunks")


def test_a_chunked_request_is_put_together():
    with Emulator(guest()) as lamb:
        for what, chunks in {
                "plain": '8\r\n{"do":"e\r\n5\r\ncho"}\r\n0\r\n\r\n',
                "extensions": '8;a=b\r\n{"do":"e\r\n5;c\r\ncho"}\r\n0\r\n\r\n',
                "trailers": '8\r\n{"do":"e\r\n5\r\ncho"}\r\n0\r\nX-T: 1\r\n\r\n'}.items():
            answers, _ = talk(lamb, post("Transfer-Encoding: chunked\r\n", chunks,
                                         length=False))
            same([status for status, _ in answers], [200], f"{what}: {answers}")
            same(json.loads(answers[0][1])["body"], '{"do":"echo"}', what)


def test_a_request_in_single_bytes_is_put_together():
    with Emulator(guest()) as lamb, lamb.connect() as sock:
        for byte in post(body='{"do":"echo"}'):
            sock.sendall(bytes([byte]))
        data, _ = read_answers(sock)
        same([status for status, _ in whole_answers(data)], [200])


def test_expect_100_continue_is_honoured():
    with Emulator(guest()) as lamb, lamb.connect() as sock:
        request = post("Expect: 100-continue\r\n")
        sock.sendall(request[:-2])
        same(sock.recv(65536)[:12], b"HTTP/1.1 100")
        sock.sendall(request[-2:])
        data, _ = read_answers(sock)
        same([status for status, _ in whole_answers(data)], [200])


def test_a_body_announced_as_too_large_is_refused_before_it_is_sent():
    with Emulator(guest()) as lamb:
        answers, _ = talk(lamb, post("Expect: 100-continue\r\nContent-Length: 6291457\r\n",
                                     "", length=False))
        same([status for status, _ in answers], [413])


def test_requests_in_a_row_on_one_connection():
    with Emulator(guest()) as lamb, lamb.connect() as sock:
        for n in range(1, 11):
            lamb.settle()
            sock.sendall(post(body='{"do":"echo"}'))
            data, closed = read_answers(sock)
            answers = whole_answers(data)
            same([status for status, _ in answers], [200], f"request {n}")
            same(json.loads(answers[0][1])["count"], n)
            same(closed, False, f"the connection after request {n}")


def test_pipelined_requests_are_answered_in_order():
    with Emulator(guest()) as lamb:
        bodies = [json.dumps({"do": "echo", "n": n}) for n in range(5)]
        with lamb.connect() as sock:
            sock.sendall(b"".join(post(body=body) for body in bodies))
            data, _ = read_answers(sock, count=5)
        answers = whole_answers(data)
        same([status for status, _ in answers], [200] * 5)
        same([json.loads(body)["event"]["n"] for _, body in answers], list(range(5)))


def test_a_client_that_closes_its_sending_half_still_gets_its_answer():
    with Emulator(guest()) as lamb:
        answers, _ = talk(lamb, post("Connection: close\r\n", '{"do":"echo"}'),
                          half_close=True, seconds=5)
        # A proper answer, or a closed connection: never a hang and never half an answer.
        same([status for status, _ in answers] in ([200], []), True, str(answers))
        still_serves(lamb, "a half-open client")


def test_slow_and_silent_clients_stand_in_nobodys_way():
    with Emulator(guest()) as lamb:
        silent = [lamb.connect() for _ in range(100)]
        slow = [lamb.connect() for _ in range(50)]
        for sock in slow:
            sock.sendall(b"POST /2015-03-31/functions/guest/invocations HTTP/1.1\r\nHost: ")
        half = [lamb.connect() for _ in range(50)]
        for sock in half:
            sock.sendall(post("Content-Length: 1000\r\n", "{", length=False))
        started = time.monotonic()
        for _ in range(5):
            still_serves(lamb, "slow clients")
            for sock in slow:
                sock.sendall(b"x")
        same(time.monotonic() - started < 10, True, "five answers within 10 s")
        # One, or another where a busy machine kept its runtime from asking again in time.
        same(lamb.status()["environments"] <= 5, True, "none for who has not finished asking")
        for sock in silent + slow + half:
            sock.close()


def test_connections_come_and_go_without_a_trace():
    with Emulator(guest()) as lamb:
        lamb.ask("echo")
        files = f"/proc/{lamb.pid}/fd"
        before = len(os.listdir(files))
        for n in range(200):
            sock = lamb.connect()
            if n % 2:
                sock.sendall(post()[: n % 60])
            sock.close()
        wait_until("the descriptors to be closed",
                   lambda: len(os.listdir(files)) <= before + 1)


def test_a_head_request_and_others_get_no_body_by_mistake():
    with Emulator(guest()) as lamb:
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"):
            answers, _ = talk(lamb, post(method=method, body=""), half_close=False)
            same([status for status, _ in answers], [405], method)
        still_serves(lamb, "other methods")
