# SPDX-License-Identifier: Apache-2.0
"""Bodies that are slow, huge, cut short or no JSON, on every route of the API: an error or
a closed connection, nothing that stays, and nothing that changes."""

import os
import re

from fixture import ROOT, Emulator, guest, same, wait_until
from test_functions import FUNCTIONS, call, create, settle

with open(os.path.join(ROOT, "emulator", "api", "operations.c"), encoding="utf-8") as table:
    ROUTES = re.findall(r'\{ "\w+",\s*"([A-Z]+)",\s*"([^"]+)",\s*(\w+) \}', table.read())
# One function, one layer, one mapping would be meant: what stands for a segment.
VALUE = "f"
HUGE = 200 * 1024 * 1024  # more than any operation takes


def request(method, path, length, fields=""):
    return (f"{method} {path.replace('*', VALUE)} HTTP/1.1\r\nHost: localhost\r\n{fields}"
            f"Content-Length: {length}\r\n\r\n").encode()


def status_of(connection):
    """Of the answer; None: the connection was closed without one."""
    with connection.makefile("rb") as answer:
        line = answer.readline()
    return int(line.split(b" ")[1]) if line else None


def test_no_body_on_any_route_hangs_or_changes_anything():
    same(len(ROUTES) > 80, True, f"{len(ROUTES)} routes were read")
    with Emulator(guest()) as lamb:
        create(lamb)
        settle(lamb)
        before = call(lamb, "GET", f"{FUNCTIONS}/f"), call(lamb, "GET", FUNCTIONS)
        slow = []
        for method, path, run in ROUTES:
            what = f"{method} {path}"
            wanted = (501,) if run == "NULL" else (400, 404, 413)
            if method in ("POST", "PUT"):
                is_event = re.search("invocations$|invoke-async", path)
                for body in (b"{", b"\xff\xfe", b'{"a":' * 2000,
                             *(() if is_event else (b"[]", b'"x"'))):  # any JSON is one
                    with lamb.connect() as connection:
                        connection.sendall(request(method, path, len(body)) + body)
                        status = status_of(connection)
                    same(status in wanted, True, f"{what} {body[:9]}: {status}")
                with lamb.connect() as connection:
                    connection.sendall(request(method, path, HUGE))
                    same(status_of(connection) in (*wanted, None), True, f"{what}, huge")
                with lamb.connect() as connection:  # half of it, and gone
                    connection.sendall(request(method, path, 100) + b"{")
            slow.append(lamb.connect())
            slow[-1].sendall(request(method, path, 100) + b'{"a')
        same(call(lamb, "GET", f"{FUNCTIONS}/f"), before[0], "while all are slow")
        for connection in slow:
            connection.close()
        same((call(lamb, "GET", f"{FUNCTIONS}/f"), call(lamb, "GET", FUNCTIONS)), before)
        wait_until("nothing to run", lambda: lamb.status()["running"] == 0)
