# SPDX-License-Identifier: Apache-2.0
"""The proof itself: a test that leaves something, crashes or hangs is found out."""

import json
import os
import signal
import subprocess
import time

import supervise
from fixture import (Emulator, Skip, contains, guest, new_dir, private_path, same,
                     write_file)


def outcome_of(test, seconds=20):
    """Supervise TEST as the runner does; say how it went."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        with os.fdopen(theirs, "w", encoding="utf-8") as f:
            json.dump(supervise.supervise(test, seconds, grace=0.5), f)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as f:
        text = f.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def check(test, result, part="", seconds=20):
    outcome = outcome_of(test, seconds)
    same(outcome["result"], result, outcome["text"])
    contains(outcome["text"], part)


def test_a_test_that_leaves_nothing_passes():
    check(lambda: None, "pass")


def test_a_failed_a_skipped_and_a_crashed_test():
    def skip():
        raise Skip("for this reason")

    check(lambda: same(1, 2), "fail", "want 2")
    check(skip, "skip", "for this reason")
    check(os.abort, "fail", "died")
    check(lambda: time.sleep(100), "fail", "longer than 1 s", seconds=1)


def test_a_left_process_is_found_even_when_it_hides():
    def leave():
        subprocess.Popen(["/bin/sh", "-c", "sleep 1000 & exit"], start_new_session=True,
                         env={}, stdout=subprocess.DEVNULL)

    check(leave, "fail", "sleep 1000")


def test_a_left_file_is_found():
    def leave():
        write_file(private_path("tmp", "left"), "")

    check(leave, "fail", "tmp/left")


def test_a_left_mount_is_found():
    if os.geteuid() != 0:
        raise Skip("only root can mount")

    def leave():
        done = subprocess.run(["mount", "-t", "tmpfs", "left", new_dir("mount")], check=False,
                              stderr=subprocess.DEVNULL)
        if done.returncode:
            raise Skip("this root cannot mount")

    outcome = outcome_of(leave)
    if outcome["result"] == "skip":
        raise Skip(outcome["text"])
    same(outcome["result"], "fail")
    contains(outcome["text"], "left behind:\n  mount ")


def test_what_a_killed_spawner_left_is_found():
    def leave():
        lamb = Emulator(guest())
        lamb.ask("echo")
        with open(f"/proc/{lamb.pid}/task/{lamb.pid}/children", encoding="ascii") as f:
            os.kill(int(f.read().split()[0]), signal.SIGKILL)
        lamb.process.wait(15)

    check(leave, "fail", "/sandbox/")
