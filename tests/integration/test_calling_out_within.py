# SPDX-License-Identifier: Apache-2.0
"""lamb/aws.h within invocations: the time they leave, and connections from one to the next."""

import errno
import json
import threading

from calls import Scripted, http
from fixture import Emulator, build_path, same

OK = http(200, {"fine": True})


def caller(server, *args):
    """An emulator with a function that calls SERVER."""
    return Emulator(build_path("tests", "calls", "within.so"), args=args,
                    guest_env={"AWS_ENDPOINT_URL": server.url})


def came(lamb):
    """What a call within one invocation came to."""
    answer = lamb.invoke("within", {"n": 1})
    same(answer.status, 200)
    assert answer.error is None, answer.body
    return json.loads(answer.body)


def test_a_server_that_never_answers_ends_the_call_and_not_the_invocation():
    done = threading.Event()
    try:
        with Scripted(lambda _: done.wait(60), OK) as server:
            with caller(server, "--timeout", "3") as lamb:
                same(came(lamb), [-errno.ETIMEDOUT, 1, "Client.Timeout"])
                same(came(lamb), [0, 1, ""], "the next invocation, in the same environment")
            same(server.connections, 2)
    finally:
        done.set()


def test_a_connection_is_kept_from_one_invocation_to_the_next():
    with Scripted(*[OK] * 3) as server:
        with caller(server) as lamb:
            for _ in range(3):
                same(came(lamb), [0, 1, ""])
                lamb.settle()
        same(server.connections, 1)


def test_a_connection_that_was_lost_while_the_function_was_frozen_is_not_noticed():
    with Scripted(*[OK] * 3) as server:
        with caller(server, "--freeze", "1ms") as lamb:
            for _ in range(3):
                same(came(lamb), [0, 1, ""])
                lamb.settle()
                server.hang_up(server.sockets[-1])
        same((server.connections, len(server.requests)), (3, 3))
