#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count - turn meson's test log into counts, with the output of every failure.

    count.py LOG TITLE TALLY     read testlog.json, append "passed failed skipped"
    count.py --names DIR WORD [FOLDER...]
                                 names of the tests in the build folder DIR with WORD in
                                 them, of programs in one of the FOLDERs, one a line

A test that speaks TAP counts once for each of its own tests; any other counts once.
One that crashed, ran out of time or ended before its plan was done counts one failure
more than its lines say.
"""

import json
import re
import subprocess
import sys

TAP_LINE = re.compile(r"^(not )?ok\b\s*(\d+)?\s*(?:- )?(.*?)\s*(?:# *(SKIP)\b\s*(.*))?$",
                      re.IGNORECASE)
TAP_PLAN = re.compile(r"^1\.\.(\d+)\s*(?:# *SKIP\b\s*(.*))?$", re.IGNORECASE)
BROKEN = {"FAIL": "failed", "ERROR": "broke off", "TIMEOUT": "ran out of time",
          "INTERRUPT": "was interrupted", "UNEXPECTEDPASS": "passed, which nobody expected"}


class Tally:
    """Counts of one log, and what is to be told about it."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.skips = []
        self.failures = []

    def skip(self, name, reason):
        self.skipped += 1
        self.skips.append(f"skipped: {name}: {reason or 'no reason given'}")

    def fail(self, entry, why):
        self.failed += 1
        self.failures.append((entry, why))


def tap_lines(text):
    """Yield (ok, name, is_skip, reason) for each test line.

    cmocka writes "not ok N # SKIP name"; why stands in the comment before it, if anywhere.
    """
    comment = ""
    for line in text.splitlines():
        m = TAP_LINE.match(line)
        if m:
            bad, number, name, directive, reason = m.groups()
            if directive and bad and not name:
                name, reason = reason, comment
            yield not bad, name or number or "?", directive is not None, reason or ""
            comment = ""
        elif line.startswith("#"):
            comment = line.lstrip("# ")


def tap_plan(text):
    """The planned number of tests and the reason why there is none, if so."""
    for line in text.splitlines():
        m = TAP_PLAN.match(line)
        if m:
            return int(m.group(1)), m.group(2) or ""
    return None, ""


def count_tap(entry, tally):
    """Count a TAP log; False when the text is none."""
    text = entry.get("stdout", "")
    plan, reason = tap_plan(text)
    if plan is None:
        return False
    seen = failed = 0
    for ok, name, is_skip, why in tap_lines(text):
        seen += 1
        if is_skip:
            tally.skip(f"{entry['name']}: {name}", why)
        elif ok:
            tally.passed += 1
        else:
            failed += 1
            tally.fail(entry, f"not ok: {name}")
    if plan == 0:
        tally.skip(entry["name"], reason)
    elif seen != plan:
        tally.fail(entry, f"{seen} of {plan} planned tests were seen")
    elif failed == 0 and (entry["result"] == "TIMEOUT" or entry["returncode"] != 0):
        tally.fail(entry, f"it {BROKEN.get(entry['result'], 'failed')} "
                          f"after its last test (status {entry['returncode']})")
    return True


def count_plain(entry, tally):
    result = entry["result"]
    if result in ("OK", "EXPECTEDFAIL"):
        tally.passed += 1
    elif result == "SKIP":
        lines = [l for l in entry.get("stdout", "").splitlines() if l.strip()]
        lines += [l for l in entry.get("stderr", "").splitlines() if l.strip()]
        tally.skip(entry["name"], lines[-1].strip() if lines else "")
    else:
        tally.fail(entry, f"it {BROKEN.get(result, result)} (status {entry['returncode']})")


def count(path):
    tally = Tally()
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            entry = json.loads(line)
            if not count_tap(entry, tally):
                count_plain(entry, tally)
    return tally


def tell(tally, title):
    shown = set()
    for entry, why in tally.failures:
        print(f"FAILED: {entry['name']}: {why}")
        if entry["name"] in shown:
            continue
        shown.add(entry["name"])
        print("    command: " + " ".join(entry.get("command", [])))
        for stream in ("stdout", "stderr"):
            for text in entry.get(stream, "").splitlines():
                print("    " + text)
    for text in tally.skips:
        print(text)
    print(f"{title}: {tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")


def names(build, word, folders):
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True,
                                      stdout=subprocess.PIPE).stdout)
    for test in tests:
        is_there = not folders or any(f"/{folder}/" in test["cmd"][0] for folder in folders)
        if word in test["name"] and is_there:
            print(test["name"])


def main():
    if sys.argv[1] == "--names":
        names(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    path, title, out = sys.argv[1:]
    tally = count(path)
    tell(tally, title)
    with open(out, "a", encoding="utf-8") as f:
        f.write(f"{tally.passed} {tally.failed} {tally.skipped}\n")


main()
