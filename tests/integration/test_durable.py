# SPDX-License-Identifier: Apache-2.0
"""What was accepted is never lost: functions survive the emulator's death."""

import os
import shutil

from fixture import Emulator, guest, same


def names(lamb):
    return sorted(function["name"] for function in lamb.status()["functions"])


def test_functions_survive_a_clean_end():
    with Emulator(guest("first")) as lamb:
        lamb.ask("echo", "first")
    with Emulator(guest("second"), state=lamb.state) as again:
        same(names(again), ["first", "second"])
        same(again.ask("echo", "first").status, 200, "the one of the earlier run")


def test_functions_survive_kill_9_right_behind_the_ready_line():
    for _ in range(3):
        lamb = Emulator(guest("kept"), held=False)
        lamb.kill()
        with Emulator(guest("other"), state=lamb.state) as again:
            same(names(again), ["kept", "other"])
            same(again.ask("echo", "kept").status, 200)


def test_a_function_runs_from_its_own_copy():
    code = guest("copied")
    with Emulator(code) as lamb:
        shutil.rmtree(os.path.dirname(code))
        same(lamb.ask("echo", "copied").status, 200, "its source is gone")
    with Emulator(guest("other"), state=lamb.state) as again:
        same(again.ask("echo", "copied").status, 200, "in the next run too")


def test_settings_survive():
    with Emulator(guest("set"), args=["--timeout", "42", "--memory", "321"],
                  guest_env={"KEY": "value"}) as lamb:
        before = lamb.status()["functions"]
    with Emulator(guest("other"), state=lamb.state) as again:
        after = [f for f in again.status()["functions"] if f["name"] == "set"]
        same(after, before)
        same(again.ask("env", "set").json["KEY"], "value")


def test_starting_again_replaces_the_function():
    with Emulator(guest("same"), args=["--timeout", "5"]) as lamb:
        lamb.ask("echo", "same")
    with Emulator(guest("same"), args=["--timeout", "6"], state=lamb.state) as again:
        same([(f["name"], f["timeoutS"]) for f in again.status()["functions"]],
             [("same", 6)])


def test_a_damaged_store_is_said_and_not_overwritten():
    with Emulator(guest()) as lamb:
        pass
    stores = [os.path.join(folder, file) for folder, _, files in os.walk(lamb.state)
              for file in files if file.endswith((".db", ".sqlite", ".sqlite3"))]
    same(len(stores), 1, f"databases in {os.listdir(lamb.state)}")
    with open(stores[0], "r+b") as f:
        f.write(b"this is no database, it was damaged" * 100)
    with open(stores[0], "rb") as f:
        before = f.read(3000)
    try:
        Emulator(guest(), state=lamb.state)
    except AssertionError as e:
        same("ended with 7" in str(e), True, str(e))
    else:
        raise AssertionError("the emulator started on a damaged store")
    with open(stores[0], "rb") as f:
        same(f.read(3000), before, "the damaged store")
