# SPDX-License-Identifier: Apache-2.0
"""Processes: whoever dies, however, nothing is left behind."""

import os
import signal
import subprocess
import sys

from fixture import (Emulator, Skip, clean_environment, control_groups, expect_leftovers,
                     guest, lamb_path, living, private_path, processes_of, same, wait_until)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(word) for word in f.read().split()]


def sandboxes(spawner):
    """The inits of all sandboxes that are somebody's: not the one kept spare."""
    names = {}
    for pid in children(spawner):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as f:
                names[pid] = f.read().strip()
        except OSError:
            continue  # it is gone
    return [pid for pid, name in names.items() if name == "lamb-init"]


def wait_alone(what, keep=()):
    """Wait until no process of this test is left but KEEP."""
    wait_until(f"every process to be gone after {what}",
               lambda: not set(living(processes_of())) - set(keep), 8)


def test_an_emulator_at_rest_has_one_child():
    with Emulator(guest()) as lamb:
        same(len(children(lamb.pid)), 1, "the spawner")


def test_the_control_groups_of_an_emulator_can_be_told():
    # Else the check at the end of every test would find none, whatever is left.
    with Emulator(guest()) as lamb:
        lamb.ask("echo")
        if not lamb.status()["isolation"]["memory"].startswith("cgroup"):
            raise Skip("no control group can be written here")
        same(len(control_groups(lamb.state)) >= 2, True, "a base group and a leaf")


def test_sigterm_ends_a_busy_emulator():
    for event in ({"do": "fork"}, {"do": "spin"}):
        with Emulator(guest(), args=["--timeout", "30"]) as lamb:
            sock = lamb.connect()
            body = str(event).replace("'", '"').encode()
            sock.sendall(b"POST /2015-03-31/functions/guest/invocations HTTP/1.1\r\n"
                         b"Host: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            wait_until("an environment", lambda: lamb.status()["environments"] == 1)
            lamb.stop()
            wait_alone(f"SIGTERM during {event}")
            sock.close()


def test_kill_9_of_the_emulator_leaves_nothing():
    for do in ("fork", "echo"):
        lamb = Emulator(guest())
        lamb.ask(do)
        same(len(living(processes_of())) >= 3, True, "emulator, spawner, sandbox")
        lamb.kill()
        wait_alone(f"kill -9 after {do}")
        lamb.check_nothing_listens()


def test_kill_9_of_the_spawner_ends_the_emulator():
    lamb = Emulator(guest())
    lamb.ask("fork")
    os.kill(children(lamb.pid)[0], signal.SIGKILL)
    same(lamb.process.wait(15), 7, "exit status")
    wait_alone("kill -9 of the spawner")
    same("start again" in lamb.log, True, lamb.log)
    # Nobody was there to clear up behind it: the next start does.
    with Emulator(guest(), state=lamb.state) as again:
        same(again.ask("echo").json["count"], 1)


def test_kill_9_of_a_sandbox_costs_one_environment():
    with Emulator(guest()) as lamb:
        lamb.ask("fork")
        lamb.settle()
        for init in children(children(lamb.pid)[0]):
            os.kill(init, signal.SIGKILL)
        wait_until("the environment to be given up",
                   lambda: lamb.status()["environments"] == 0)
        same(lamb.ask("echo").json["count"], 1, "a new environment")


PARENT = """
import os, subprocess, sys, time
process = subprocess.Popen(sys.argv[1:])
print(process.pid, flush=True)
time.sleep(1000)
"""


def test_an_emulator_can_end_with_its_parent():
    ready = private_path("ready")
    marks = ["--env", "LAMB_TEST_ID=" + os.environ["LAMB_TEST_ID"]]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, lamb_path(), "start", "--port", "0", "--state",
         private_path("state-parent"), "--ready-file", ready, "--exit-with-parent", *marks,
         guest()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=clean_environment(), cwd=private_path())
    try:
        int(parent.stdout.readline())
        wait_until("the ready file", lambda: os.path.exists(ready))
    finally:
        parent.kill()
        parent.communicate()
    wait_alone("the end of the parent")


def test_what_a_killed_emulator_left_is_swept_at_the_next_start():
    lamb = Emulator(guest())
    lamb.ask("fork")
    lamb.kill()
    wait_alone("kill -9")
    with Emulator(guest(), state=lamb.state) as again:
        same(again.ask("echo").json["count"], 1)
    expect_leftovers(False)


def test_a_killed_emulators_state_folder_is_no_obstacle():
    state = None
    for _ in range(3):
        lamb = Emulator(guest(), state=state)
        state = lamb.state
        lamb.ask("echo")
        lamb.kill()
    with Emulator(guest(), state=state) as lamb:
        same(lamb.ask("echo").status, 200)


def test_no_environment_outlives_its_invocations_unseen():
    with Emulator(guest(), args=["--timeout", "1"]) as lamb:
        for _ in range(3):
            lamb.invoke(payload={"do": "hang"})
        lamb.ask("echo")
        lamb.settle()
        spawner = children(lamb.pid)
        same(len(spawner), 1)
        wait_until("one sandbox per environment",
                   lambda: len(sandboxes(spawner[0])) == lamb.status()["environments"])


def test_stop_over_the_control_socket():
    with Emulator(guest()) as lamb:
        lamb.ask("echo")
        same(lamb.control("POST", "/stop").status, 202)
        lamb.wait_end(0)


def test_the_control_socket_belongs_to_its_user_alone():
    with Emulator(guest()) as lamb:
        mode = os.stat(os.path.join(lamb.state, "control.sock")).st_mode & 0o777
        same(oct(mode), "0o600")
        for path in ("/status", "/clock", "/stop"):
            same(lamb.request("GET", path).status, 404, f"{path} over TCP")
