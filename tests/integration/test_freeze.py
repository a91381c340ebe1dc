# SPDX-License-Identifier: Apache-2.0
"""Between invocations an environment stands still, and its clock goes on."""

import time

from fixture import Emulator, contains, guest, run_lamb, same, wait_until


def idle(lamb, seconds):
    """What an environment counted, and how far its clock went, while it was idle."""
    lamb.ask_settled("background")
    before = lamb.ask_settled("ticks").json
    lamb.settle()
    time.sleep(seconds)
    after = lamb.ask_settled("ticks").json
    return after["ticks"] - before["ticks"], after["clock"] - before["clock"]


def test_background_work_stands_still_between_invocations():
    with Emulator(guest()) as lamb:
        ticks, clock = idle(lamb, 1.0)
        assert clock >= 1.0, clock  # the monotonic clock goes on
        assert ticks < 300, ticks  # it counts to almost a thousand when it is let


LATER = """
import threading, time
def flush():
    time.sleep(1)
    print("FLUSHED", flush=True)
threading.Thread(target=flush).start()
result = "done"
"""


def test_what_is_left_for_later_waits_for_the_next_invocation():
    """The bug of docs/freezing.md: it is there only when environments are frozen."""
    with Emulator(guest(), args=["--freeze", "off"]) as lamb:
        same(lamb.ask_settled("python", code=LATER).json, "done")
        lamb.wait_log("^FLUSHED$")
    with Emulator(guest()) as lamb:
        same(lamb.ask_settled("python", code=LATER).json, "done")
        lamb.settle()
        time.sleep(2)
        same("FLUSHED" in lamb.log, False, "it stands still")
        lamb.ask("sleep", s=0.3)
        lamb.wait_log("^FLUSHED$")


def test_freezing_can_be_turned_off():
    with Emulator(guest(), args=["--freeze", "off"]) as lamb:
        lamb.ask_settled("background")
        first = lamb.ask_settled("ticks").json["ticks"]
        time.sleep(1.0)  # no request comes in meanwhile
        assert lamb.ask_settled("ticks").json["ticks"] > first + 300


def test_a_grace_is_waited_for():
    with Emulator(guest(), args=["--freeze", "1h"]) as lamb:
        lamb.ask_settled("background")
        first = lamb.ask_settled("ticks").json["ticks"]
        time.sleep(1.0)
        assert lamb.ask_settled("ticks").json["ticks"] > first + 300


def test_what_was_running_is_told_once():
    with Emulator(guest()) as lamb:
        lamb.ask_settled("background", spin=True)
        lamb.wait_log(r"guest: \d+ threads? (was|were) still running when it was frozen")
        for _ in range(3):
            lamb.ask_settled("ticks")
        same(lamb.log.count("still running when it was frozen"), 1)


def test_the_report_tells_threads_and_sockets():
    code = ("import socket\nheld = socket.create_server(('127.0.0.1', 0))\n"
            "import sys\nsys.held = held\nresult = held.getsockname()[1]")
    with Emulator(guest(), args=["--freeze-report"]) as lamb:
        lamb.ask_settled("background", spin=True)
        port = lamb.ask_settled("python", code=code).json
        lamb.wait_log(rf"guest: stands still: socket \d+, tcp 127\.0\.0\.1:{port} to "
                      r"0\.0\.0\.0:0, listening")
        lamb.wait_log(r"guest: stands still: process \d+ bootstrap")
        # The thread that spins has used the CPU.
        lamb.wait_log(r"guest: stands still: thread \d+ bootstrap, [1-9]\d* ms of CPU")
    with Emulator(guest()) as lamb:
        lamb.ask_settled("background", spin=True)
        lamb.wait_log("still running when it was frozen")
    same("stands still:" in lamb.log, False, "only on request")


def test_a_frozen_environment_ends_as_any_other():
    with Emulator(guest()) as lamb:
        lamb.ask_settled("background", spin=True)
        lamb.wait_log("still running when it was frozen")
        ran = run_lamb("recycle", "--state", lamb.state, "guest")
        same(ran.code, 0, repr(ran))
        wait_until("it to end", lambda: lamb.status()["environments"] == 0)
        same(lamb.ask_settled("echo").json["count"], 1)
        lamb.ask_settled("background", spin=True)
        wait_until("the other", lambda: lamb.log.count("when it was frozen") == 2)
    # the fixture finds what is left behind


def test_a_frozen_environment_dies_with_the_emulator():
    with Emulator(guest()) as lamb:
        lamb.ask_settled("background", spin=True)
        lamb.wait_log("still running when it was frozen")
        lamb.kill()
    # nobody is left to thaw it: the test's end looks for processes


def test_a_grace_that_is_no_duration_is_refused():
    ran = run_lamb("start", "--freeze", "soon", guest())
    same(ran.code, 2)
    contains(ran.stderr, "'soon' is no grace")


def test_status_says_how_environments_are_frozen():
    with Emulator(guest()) as lamb:
        assert lamb.status()["isolation"]["freeze"] in ("cgroup v2", "SIGSTOP")
