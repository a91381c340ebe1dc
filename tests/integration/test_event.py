# SPDX-License-Identifier: Apache-2.0
"""`lamb event`: samples of what sources send."""

import json
import subprocess

from fixture import Emulator, build_path, lamb_path, run_lamb, same


def event(*words):
    return subprocess.run([lamb_path(), "event", *words], capture_output=True, text=True,
                          timeout=30)


def test_each_listed_sample_is_an_object():
    names = [line.split()[0] for line in event("--list").stdout.splitlines()]
    same("sqs" in names, True)
    for name in names:
        same(isinstance(json.loads(event(name).stdout), dict), True, name)


def test_fields_of_a_sample_can_be_changed():
    changed = json.loads(event("sqs", "--set", "Records.0.body=hi").stdout)
    same(changed["Records"][0]["body"], "hi")


def test_what_a_sample_does_not_have_is_refused():
    for words in (["sqsx"], [], ["sqs", "--set", "Records.7.body=hi"]):
        same(event(*words).returncode, 2, words)


def test_each_sample_is_read_by_a_typed_handler():
    names = [line.split()[0] for line in event("--list").stdout.splitlines()]
    same(len(names) >= 28, True, names)
    with Emulator(build_path("tests", "events", "typed.so")) as lamb:
        for name in names:
            ran = run_lamb("invoke", "typed", "--state", lamb.state, "-F", "-",
                           stdin=event(name).stdout.encode())
            same(ran.code, 0, f"{name}: {ran}")
            said = json.loads(ran.stdout)
            same((said["wrong"], said["error"], said["found"] > 2), (0, "", True),
                 f"{name}: {said}")
