# SPDX-License-Identifier: Apache-2.0
"""lamb/aws.h in several threads at once: with a client for all, and with one for each."""

from calls import Calls, Scripted, http
from fixture import same

THREADS, EACH = 8, 25
OK = http(200, {"fine": True})


def together(script, options=(), **wish):
    with Scripted(*script) as server:
        with Calls(server.url, *options) as calls:
            got = calls(service="sqs", threads=THREADS, each=EACH, body="b", **wish)
        return got["good"], server


def test_several_threads_share_a_client():
    good, server = together([OK] * THREADS * EACH)
    same((good, len(server.requests)), (THREADS * EACH, THREADS * EACH))
    assert server.connections <= THREADS, f"{server.connections} connections"


def test_several_threads_have_a_client_each():
    good, server = together([OK] * THREADS * EACH, own=True)
    same((good, len(server.requests)), (THREADS * EACH, THREADS * EACH))
    same(server.connections, THREADS)


def test_several_threads_lose_nothing_on_connections_that_break():
    # Who meets how many of them is chance: there are attempts enough for any.
    script = [OK, OK, OK, OK, Scripted.RESET] * THREADS * EACH
    good, server = together(script, ["attempts=20"])
    same(good, THREADS * EACH)
    assert len(server.requests) > THREADS * EACH
