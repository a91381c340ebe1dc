#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cost - what sandboxes, freezing and idle environments cost (scripts/bench.sh --cost).

docs/performance.md says how to read it.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import processes
import report
from processes import Failure

LEVELS = ["full", "rootless", "limits", "none"]
COLD_MARK_US = 500  # what a sandbox may add to fork and exec at level full
IDLE_MARK = 1.10  # p50 with many idle environments, against that with one
FILL_TRIES = 30
QUIET_SECONDS = 0.01  # in which an environment is frozen: ten times the grace


def run_json(command, seconds=120):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise Failure(f"{os.path.basename(command[0])}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def judge(what, got, limit, digits):
    print(f"mark: {what}: {got:.{digits}f}, at most {limit:.{digits}f}: "
          f"{'reached' if got <= limit else 'missed'}")


# -- cold starts ------------------------------------------------------------------------


def cold_round(options, state):
    """Medians in microseconds: the floor, and each level that works here."""
    base = [str(options.build / "tests/bench/cold_sandbox"), "-n", str(options.cold)]
    cells = {}
    for level in ["fork and exec", *options.levels]:
        flags = [] if level == "fork and exec" else ["-l", level]
        try:
            cells[level] = report.median(
                run_json([*base, *flags, state, "/bin/true"])["samples_us"])
        except Failure as e:
            if level in options.levels:
                print(f"{level} is left out: {e}", file=sys.stderr)
                options.levels.remove(level)
    return cells


def cold(options, state):
    rounds = [cold_round(options, state) for _ in range(options.rounds)]
    floor = "fork and exec"
    print("a process, from asking for it to the news of its end: us (what the sandbox adds)")
    for name in rounds[-1]:
        mid = report.median([cells[name] for cells in rounds])
        added = report.median([cells[name] - cells[floor] for cells in rounds])
        print(f"  {name:14}{mid:8.0f}" + (f"  (+{added:.0f})" if name != floor else ""))
        if name == "full":
            mark = added
    if "full" in rounds[-1]:
        judge("a sandbox at level full over fork and exec, us", mark, COLD_MARK_US, 0)


# -- idle environments ------------------------------------------------------------------


class Idle:
    """An emulator that is given more and more environments."""

    def __init__(self, options, folder, *flags):
        self.options = options
        self.load_program = str(options.build / "tests/bench/floor_load")
        self.server = processes.Server(
            [str(options.build / "emulator/lamb"), "start", "--port", "0", "--ready-file",
             "{ready}", "--ephemeral", "--name", "bench", "--account-concurrency", "100000",
             *options.lamb_arg, *flags, "--", str(options.build / "tests/bench/floor_runtime")],
            "floor_runtime", folder, {})

    def load(self, in_flight, *amount):
        return run_json([self.load_program, "-k", str(in_flight), *amount,
                         f"{self.server.url}/2015-03-31/functions/bench/invocations"])

    def count(self):
        return len(self.server.roles()["runtimes"])

    def fill(self, wanted):
        """As many requests at a time as environments are wanted, until they are there."""
        for _ in range(FILL_TRIES):
            if self.count() >= wanted:
                return
            self.load(wanted, "-n", str(2 * wanted))
        raise Failure(f"only {self.count()} of {wanted} environments were started")

    def p50(self):
        self.load(1, "-s", "0.2s")
        return self.load(1, "-s", f"{self.options.seconds}s")["p50_us"]

    def memory_kb(self):
        roles = self.server.roles()
        each = [processes.memory_kb(pid) for pids in roles.values() for pid in pids]
        return sum(memory["pss"] or memory["rss"] or 0 for memory in each)


def idle(options, folder):
    """p50 with one environment, and with more and more idle ones beside it."""
    bench = Idle(options, folder)
    try:
        base, memory = bench.p50(), bench.memory_kb()
        print(f"idle environments: p50 {base:.1f} us with {bench.count()}")
        for wanted in options.idle:
            bench.fill(wanted)
            # The machine drifts: the shortest of three is compared.
            got = min(bench.p50() for _ in range(3))
            each = (bench.memory_kb() - memory) / max(1, bench.count() - 1)
            print(f"  {bench.count():5} environments: p50 {got:.1f} us ({got / base:.2f}), "
                  f"{each:.0f} kB each with init and runtime")
            judge(f"p50 with {wanted} environments against one", got / base, IDLE_MARK, 2)
    finally:
        bench.server.stop()


# -- freezing ---------------------------------------------------------------------------


def after_quiet(bench):
    """Medians in microseconds of one invocation, each after a quiet time."""
    samples = []
    for _ in range(bench.options.thaws):
        time.sleep(QUIET_SECONDS)
        samples.append(bench.load(1, "-n", "1")["p50_us"])
    return report.median(samples)


def freeze(options, folder):
    """What an invocation waits longer because its environment has to be thawed. The two
    emulators take turns, for the machine drifts."""
    frozen = Idle(options, folder / "frozen", "--freeze", "1ms")
    try:
        running = Idle(options, folder / "running", "--freeze", "off")
        try:
            for bench in (frozen, running):
                bench.load(1, "-n", "50")
            rounds = [(after_quiet(frozen), after_quiet(running))
                      for _ in range(options.rounds)]
        finally:
            running.server.stop()
    finally:
        frozen.server.stop()
    mid = [report.median([cells[i] for cells in rounds]) for i in (0, 1)]
    added = report.median([cells[0] - cells[1] for cells in rounds])
    print(f"an invocation after {QUIET_SECONDS * 1000:.0f} ms of quiet: p50 {mid[0]:.0f} us "
          f"frozen, {mid[1]:.0f} us with --freeze off (+{added:.0f})")


def levels_of(text):
    levels = text.split(",")
    if not set(levels) <= set(LEVELS):
        raise argparse.ArgumentTypeError(f"levels are {', '.join(LEVELS)}")
    return levels


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=lambda s: pathlib.Path(s).resolve())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", type=int, default=30, help="cold starts a level and round")
    parser.add_argument("--levels", type=levels_of, default=LEVELS)
    parser.add_argument("--thaws", type=int, default=100, help="thaws a round")
    parser.add_argument("--idle", type=lambda s: [int(n) for n in s.split(",")],
                        default=[10, 100, 1000])
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--lamb-arg", action="append", default=[])
    options = parser.parse_args(arguments)
    options.levels = list(options.levels)
    processes.adopt_orphans()
    try:
        with tempfile.TemporaryDirectory(prefix="lamb-cost-") as folder:
            os.chmod(folder, 0o755)
            os.mkdir(os.path.join(folder, "state"))
            cold(options, os.path.join(folder, "state"))
            freeze(options, pathlib.Path(folder))
            idle(options, pathlib.Path(folder) / "server")
    except Failure as e:
        print(f"cost: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
