# SPDX-License-Identifier: Apache-2.0
"""How long execution environments are kept: recycled, reaped, sent away for others."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from fixture import (Emulator, contains, guest, private_path, run_lamb, same, wait_until,
                     write_file)


def count(lamb, function="guest"):
    """Which invocation of its environment one more is."""
    return lamb.ask_settled("echo", function).json["count"]


def advance(lamb, by):
    lamb.settle()
    same(lamb.control("POST", "/clock/advance", {"by": by}).status, 200)


@contextmanager
def busy(lamb, function="guest"):
    """Meanwhile an invocation runs; it is not disturbed."""
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: lamb.ask("sleep", function, s=1.0))
        lamb.wait_log("START RequestId")
        yield
        same(call.result().status, 200)


def test_environments_are_kept_unless_told_otherwise():
    with Emulator(guest()) as lamb:
        same([count(lamb) for _ in range(4)], [1, 2, 3, 4])


def test_recycle_lets_the_next_invocation_start_cold():
    with Emulator(guest()) as lamb:
        same([count(lamb), count(lamb)], [1, 2])
        lamb.settle()
        ran = run_lamb("recycle", "--state", lamb.state, "guest")
        same((ran.code, ran.stdout), (0, b""), repr(ran))
        same(ran.stderr, "guest: 1 idle ended, 0 busy will\n")
        same([count(lamb), count(lamb)], [1, 2])


def test_recycle_lets_a_busy_environment_finish():
    with Emulator(guest()) as lamb:
        with busy(lamb):
            answer = lamb.control("POST", "/recycle", {"function": "guest"})
            same((answer.status, answer.json), (200, {"idle": 0, "busy": 1}))
        same(count(lamb), 1)


def test_recycle_names_what_it_does_not_know():
    with Emulator(guest()) as lamb:
        ran = run_lamb("recycle", "--state", lamb.state, "gust")
        same(ran.code, 2)
        contains(ran.stderr, "no function 'gust' is running here")
        same(lamb.control("POST", "/recycle", {"name": "guest"}).status, 400)
    ran = run_lamb("recycle", "--state", lamb.state, "guest")
    same(ran.code, 7)
    contains(ran.stderr, "no emulator answers in that state folder")


def test_every_environment_ends_after_a_number_of_invocations():
    with Emulator(guest(), args=["--recycle", "2"]) as lamb:
        same([count(lamb) for _ in range(5)], [1, 2, 1, 2, 1])


def test_random_lives_are_those_of_the_seed():
    def run(seed):
        with Emulator(guest(), args=["--recycle", f"random:{seed}"]) as lamb:
            return [count(lamb) for _ in range(12)]

    first = run(7)
    same(run(7), first)
    assert 1 in first[1:], first


def test_a_life_that_is_no_number_is_refused():
    ran = run_lamb("start", "--recycle", "often", guest())
    same(ran.code, 2)
    contains(ran.stderr, "'often' is no number of invocations")


def test_idle_environments_end_on_the_platform_clock():
    with Emulator(guest(), args=["--idle-limit", "60"]) as lamb:
        same(count(lamb), 1)
        advance(lamb, "59s")
        same(count(lamb), 2)
        advance(lamb, "59s")
        same(lamb.status()["environments"], 1)
        advance(lamb, "1s")
        wait_until("it to end", lambda: lamb.status()["environments"] == 0)
        same(count(lamb), 1)


def test_the_least_recently_used_goes_when_the_machine_runs_short():
    limits = write_file(private_path("limits.json"), json.dumps({"MachineEnvironments": 2}))
    with Emulator(guest("one"), guest("two"), guest("three"),
                  args=["--quotas", limits]) as lamb:
        same([count(lamb, "one"), count(lamb, "two"), count(lamb, "one")], [1, 1, 2])
        same(count(lamb, "three"), 1)
        wait_until("one of three to end", lambda: lamb.status()["environments"] == 2)
        same([count(lamb, "one"), count(lamb, "three")], [3, 2])
        same(count(lamb, "two"), 1)


def test_a_busy_environment_does_not_go_for_another():
    limits = write_file(private_path("limits.json"), json.dumps({"MachineEnvironments": 1}))
    with Emulator(guest("one"), guest("two"), args=["--quotas", limits]) as lamb:
        with busy(lamb, "one"):
            answer = lamb.invoke("two", payload={"do": "echo"})
            same((answer.status, answer.headers["x-amzn-errortype"]),
                 (503, "LocalMachineLimitExceeded"), repr(answer))
            contains(answer.json["Message"], "quota MachineEnvironments")
        same(count(lamb, "two"), 1)
