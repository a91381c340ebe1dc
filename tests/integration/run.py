#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run - the integration tests: the emulator as a process, asked over its sockets.

    run.py --build DIR [--tests DIR] [--only WORD] [--jobs N] [--tally FILE] [--list]

DIR holds the built programs (DIR/emulator/lamb). Each function test_NAME of a file
test_*.py is one test, in a process of its own with a time limit; several run at a time.
One line per test; the output of those that fail. --tally appends "passed failed skipped"
to FILE. The status is 0 when nothing failed.
"""

import argparse
import importlib
import json
import os
import select
import signal
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import supervise  # noqa: E402  (its folder is put on the path above)

LIMIT_SECONDS = 40


def discover(folder, word):
    """All tests of FOLDER with WORD in their name, or of the file WORD.py, as (name,
    function)."""
    tests = []
    sys.path.insert(0, folder)
    for file in sorted(os.listdir(folder)):
        if not file.startswith("test_") or not file.endswith(".py"):
            continue
        module = importlib.import_module(file[:-3])
        for attribute, test in vars(module).items():
            if attribute.startswith("test_") and callable(test):
                name = f"{file[5:-3]}: {attribute[5:].replace('_', ' ')}"
                if word in name or word == file[:-3]:
                    tests.append((name, test))
    return tests


class Running:
    """A test under way: its supervisor's pid and the pipe its outcome comes through."""

    def __init__(self, name, test):
        self.name = name
        self.pipe, theirs = os.pipe()
        self.text = b""
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            self.supervise(test, theirs)
        os.close(theirs)

    @staticmethod
    def supervise(test, pipe):
        os.setpgid(0, 0)
        try:
            outcome = supervise.supervise(test, getattr(test, "limit", LIMIT_SECONDS))
        except BaseException:
            outcome = {"result": "fail", "text": traceback.format_exc(), "seconds": 0}
        with os.fdopen(pipe, "w", encoding="utf-8") as f:
            json.dump(outcome, f)
        os._exit(0)

    def read(self):
        """Take what came; the outcome when all of it is there."""
        piece = os.read(self.pipe, 65536)
        if piece:
            self.text += piece
            return None
        os.close(self.pipe)
        os.waitpid(self.pid, 0)
        if not self.text:
            return {"result": "fail", "text": "the supervisor died", "seconds": 0}
        return json.loads(self.text)


class Report:
    """Counts, and one line per test."""

    def __init__(self, total):
        self.total = total
        self.counts = {"pass": 0, "fail": 0, "skip": 0}

    def tell(self, name, outcome):
        self.counts[outcome["result"]] += 1
        number = sum(self.counts.values())
        word = {"pass": "ok", "fail": "FAILED", "skip": "skipped"}[outcome["result"]]
        line = f"[{number}/{self.total}] {word}: {name} ({outcome['seconds']:.1f} s)"
        if outcome["result"] == "skip":
            line += f": {outcome['text']}"
        print(line, flush=True)
        if outcome["result"] == "fail":
            print("    " + outcome["text"].rstrip().replace("\n", "\n    "), flush=True)


def run_all(tests, jobs, report):
    waiting = list(tests)
    running = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            one = Running(*waiting.pop(0))
            running[one.pipe] = one
        for pipe in select.select(list(running), [], [])[0]:
            outcome = running[pipe].read()
            if outcome:
                report.tell(running.pop(pipe).name, outcome)


def arguments():
    parser = argparse.ArgumentParser(description="Run the integration tests.")
    parser.add_argument("--build", default="build", help="folder with the built programs")
    parser.add_argument("--only", default="", help="run tests with this word in the name")
    parser.add_argument("--tests", default=HERE, help="folder with the tests")
    parser.add_argument("--jobs", type=int, default=0, help="how many at a time")
    parser.add_argument("--tally", help="file to append the counts to")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    return parser.parse_args()


def main():
    options = arguments()
    tests = discover(os.path.abspath(options.tests), options.only)
    if options.list:
        print("\n".join(name for name, _ in tests))
        return 0
    os.environ["LAMB_TEST_BUILD"] = os.path.abspath(options.build)
    # What a shell put into the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    report = Report(len(tests))
    run_all(tests, options.jobs or 2 * (os.cpu_count() or 1), report)
    counts = report.counts
    print(f"integration: {counts['pass']} passed, {counts['fail']} failed, "
          f"{counts['skip']} skipped")
    if options.tally:
        with open(options.tally, "a", encoding="utf-8") as f:
            f.write(f"{counts['pass']} {counts['fail']} {counts['skip']}\n")
    return 1 if counts["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
