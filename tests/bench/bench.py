#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench - emulator and runtime against the floor programs, interleaved in one run.

docs/performance.md says what is measured and how to read it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile

import processes
import report
from processes import Failure

SANDBOXES = 16  # most runtimes of the floor emulator; it starts them on demand
MEMORY_MB = 1769  # one core, were the CPU shared as the service does
QUIET_CPU = 0.1  # so many CPUs may be busy with something else
LARGE_BODY = 6 * 1000 * 1000  # bytes; the service takes 6 MiB with its own frame
LARGE_SHARE = 0.5  # of the time of a usual load
MARKS = [
    # what it says, where in the result, "ratio" to the floor or "median", the limit
    ("p50 of lamb at one in flight, floor runtime and load",
     ("summary", "emulator", "in_flight", "1", "p50_us"), "ratio", 1.25),
    ("CPU of a warm invocation in bootstrap",
     ("summary", "runtime", "in_flight", "1", "cpu_us", "runtimes"), "ratio", 1.5),
    ("start of bootstrap to its first question",
     ("runtime_start", "bootstrap", "start_ms"), "ratio", 2),
    ("p50 of a 6 MB echo by bootstrap", ("summary", "runtime", "large", "p50_us"), "ratio", 1.3),
    ("kB of PSS of an idle bootstrap beside its likes",
     ("summary", "runtime", "memory_together", "runtimes_pss_kb"), "median", 200),
    ("bytes of the zipped layer", ("sizes", "lamb-runtime.zip"), "median", 150_000),
    ("bytes of a zipped static program with musl", ("sizes", "own-main-musl.zip"), "median",
     60_000),
]


class Combination:
    """An emulator with a runtime."""

    def __init__(self, name, title, emulator, runtime):
        self.name = name
        self.title = title
        self.emulator = emulator
        self.runtime = runtime
        self.function = "bench"
        self.is_whole = True

    def needs(self):
        return {self.emulator, self.runtime} & Programs.FILES.keys()


class Peer(Combination):
    """AWS's own emulator, which names its one function itself.

    It serves one invocation at a time, and its answer to a large event comes in chunks, which
    the load client does not take: it has only the loads that it can stand.
    """

    def __init__(self):
        super().__init__("rie", "aws-lambda-rie, bootstrap", "rie", "bootstrap")
        self.function = "function"
        self.is_whole = False


COMBINATIONS = [
    Combination("floor", "floor emulator, floor runtime", "floor_emulator", "floor_runtime"),
    Combination("emulator", "lamb, floor runtime", "lamb", "floor_runtime"),
    Combination("runtime", "floor emulator, bootstrap", "floor_emulator", "bootstrap"),
    Combination("lamb", "lamb, bootstrap", "lamb", "bootstrap"),
]


class Programs:
    """Where everything is in the build folder, and how it is started."""

    FILES = {
        "floor_cold": "tests/bench/floor_cold",
        "floor_emulator": "tests/bench/floor_emulator",
        "floor_load": "tests/bench/floor_load",
        "floor_runtime": "tests/bench/floor_runtime",
        "lamb": "emulator/lamb",
        "bootstrap": "runtime/bootstrap",
        "echo": "tests/bench/echo.so",
    }

    def __init__(self, build, options):
        self.build = pathlib.Path(build).resolve()
        self.options = options
        self.lamb_flags = None

    def path(self, name):
        return str(self.build / self.FILES[name])

    def check(self, names):
        if "bootstrap" in names:
            names = names | {"echo"}
        missing = [self.path(n) for n in sorted(names) if not os.path.exists(self.path(n))]
        if missing:
            raise Failure("Missing: " + ", ".join(missing) + ". Build them (scripts/bench.sh "
                          "does), name another build folder with --build, or choose with "
                          "--only what can be compared.")

    def start(self, combination, folder):
        """A server of COMBINATION whose FOLDER becomes its own."""
        environment = self.function_environment()
        if combination.emulator != "rie":
            return processes.Server(self.server_command(combination), combination.runtime,
                                    folder, environment)
        port, api = processes.free_ports(2)
        command = [os.path.abspath(self.options.rie), "--log-level", "error",
                   "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
                   "--runtime-api-address", f"127.0.0.1:{api}",
                   *self.runtime_command(combination.runtime), environment["_HANDLER"]]
        return processes.Server(command, combination.runtime, folder, environment, port)

    def runtime_command(self, runtime):
        pipelined = runtime == "floor_runtime" and self.options.pipelined
        return [self.path(runtime)] + (["-p"] if pipelined else [])

    def server_command(self, combination):
        if combination.emulator == "floor_emulator":
            return [self.path("floor_emulator"), "-d", "-n", str(SANDBOXES), "-f", "{ready}",
                    *self.runtime_command(combination.runtime)]
        command = [self.path("lamb"), "start", "--port", "0", "--ready-file", "{ready}",
                   "--ephemeral", "--name", "bench", *self.flags_of_lamb()]
        if combination.runtime == "bootstrap":
            return command + [self.path("echo")]
        return command + ["--", *self.runtime_command(combination.runtime)]

    def flags_of_lamb(self):
        """Memory, where `lamb start` takes it, and what the user wants passed on."""
        if self.lamb_flags is None:
            usage = subprocess.run([self.path("lamb"), "start", "--help"], text=True,
                                   stdin=subprocess.DEVNULL, capture_output=True,
                                   timeout=processes.PATIENCE_S, check=False)
            known = "--memory" in usage.stdout + usage.stderr
            self.lamb_flags = ["--memory", str(MEMORY_MB)] if known else []
            # The request rate of an account of the usual size would be measured else.
            self.lamb_flags += ["--account-concurrency", "100000"]
            self.lamb_flags += self.options.lamb_arg
        return self.lamb_flags

    def function_environment(self):
        """What the platform sets for a function; the floor emulator sets nothing."""
        return {
            "_HANDLER": "echo.handler",
            "LAMBDA_TASK_ROOT": os.path.dirname(self.path("echo")),
            "LAMBDA_RUNTIME_DIR": os.path.dirname(self.path("bootstrap")),
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB),
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/bench",
            "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def run_json(command, timeout_s, environment=None):
    """The JSON object that a floor program prints."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout_s, check=False,
                              env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired:
        raise Failure(f"{os.path.basename(command[0])} did not come to an end within "
                      f"{timeout_s:g} s.") from None
    if done.returncode != 0:
        raise Failure(done.stderr.strip() or f"{command[0]} ended with {done.returncode}.")
    return json.loads(done.stdout)


class Progress:
    """One line that changes, on a terminal only."""

    def __init__(self):
        self.is_shown = sys.stderr.isatty()

    def say(self, text):
        if self.is_shown:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def end(self):
        self.say("")


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.count = 0  # of servers started; each has a folder of its own
        self.programs = Programs(options.build, options)
        self.progress = Progress()
        self.chosen = [c for c in COMBINATIONS if c.name in options.only]
        if options.rie:
            self.chosen.append(Peer())
        self.runtimes = [r for r in ("floor_runtime", "bootstrap")
                         if any(c.runtime == r for c in self.chosen)]
        self.programs.check({"floor_load", "floor_cold"}.union(*(c.needs() for c in self.chosen)))

    def load(self, server, in_flight, amount, warm_up, body=None):
        timeout_s = self.options.seconds + 60
        url = f"{server.url}/2015-03-31/functions/{server.function}/invocations"
        try:
            return run_json([self.programs.path("floor_load"), "-k", str(in_flight), *amount,
                             "-w", str(warm_up), "-b", str(body or self.options.body), url],
                            timeout_s)
        except Failure as failure:
            raise Failure(f"{failure}\nThe end of what {server.describe()} wrote:\n"
                          f"{server.log()}") from None

    def amount(self, part):
        """Arguments for this part of a whole load."""
        if self.options.requests:
            return ["-n", str(max(1, round(self.options.requests * part)))]
        return ["-s", f"{self.options.seconds * part:f}s"]

    def measure_load(self, server, in_flight):
        """Latency, throughput and CPU with IN_FLIGHT requests at a time."""
        # A fifth more before: it starts environments and touches memory.
        self.load(server, in_flight, self.amount(0.2), 0)
        busy_s = processes.machine_busy_s()
        before = server.cpu()
        result = self.load(server, in_flight, self.amount(1), in_flight)
        after = server.cpu()
        busy_s = processes.machine_busy_s() - busy_s
        if not after["runtimes"]:
            raise Failure(f"No process named {server.runtime} was found below "
                          f"{server.describe()}: its CPU cannot be told apart.")
        cpu = processes.cpu_us_each(before, after, result["invocations"] + result["warm_up"])
        ours_s = sum(processes.total_s(before, after, role) for role in after)
        cpu["load"] = result["cpu_seconds"] / result["invocations"] * 1e6
        return {
            "invocations": result["invocations"],
            "per_second": result["invocations"] / result["seconds"],
            "p50_us": result["p50_us"], "p99_us": result["p99_us"], "max_us": result["max_us"],
            "cpu_us": cpu,
            "environments": len(after["runtimes"]),
            "others_cpu": max(0, busy_s - ours_s - result["cpu_seconds"]) / result["seconds"],
        }

    def measure_large(self, server):
        """Latency of the largest events, one in flight."""
        result = self.load(server, 1, self.amount(LARGE_SHARE), 1, LARGE_BODY)
        return {name: result[name] for name in ("invocations", "p50_us", "p99_us")}

    def start(self, combination):
        """A fresh server with its first invocation; gives it and what that cost."""
        self.count += 1
        server = self.programs.start(combination, self.folder / str(self.count))
        server.function = combination.function
        try:
            idle = server.memory()
            early = len(server.roles()["runtimes"])
            first = self.load(server, 1, ["-n", "1"], 0)
            # Of the emulator before its first invocation, of one runtime after it.
            memory = {key: now if key.startswith("runtimes") else idle[key]
                      for key, now in server.memory().items()}
        except BaseException:
            server.stop()
            raise
        return server, {"ready_ms": server.ready_ms, "first_ms": first["p50_us"] / 1000,
                        "memory": memory, "environments_before_first": early}

    def stop(self, combination, server):
        left = server.stop()
        if left:
            print(f"{combination.title}: {left} processes were left behind and are now killed",
                  file=sys.stderr)

    def measure_runtime(self, runtime):
        samples = run_json([self.programs.path("floor_cold"), "-n", str(self.options.cold),
                            *self.programs.runtime_command(runtime)], 60,
                           self.programs.function_environment())["samples_us"]
        return {"start_ms": report.median(samples) / 1000, "samples": len(samples)}

    def measure_starts(self, combination, servers):
        """Several fresh servers; the last one lives on until SERVERS are closed."""
        costs = []
        for _ in range(self.options.starts):
            if costs:
                self.stop(combination, server)
            server, cost = self.start(combination)
            costs.append(cost)
        servers.callback(self.stop, combination, server)
        return server, {**costs[-1],
                        "ready_ms": report.median([cost["ready_ms"] for cost in costs]),
                        "first_ms": report.median([cost["first_ms"] for cost in costs])}

    def round(self, number):
        """Everything once; who comes first changes from round to round.

        All servers of the round live at once, so that the same load reaches them one
        right after the other.
        """
        def say(what):
            self.progress.say(f"round {number + 1} of {self.options.rounds}: {what}")

        turn = number % len(self.chosen)
        order = self.chosen[turn:] + self.chosen[:turn]
        cells, living = {}, {}
        with contextlib.ExitStack() as servers:
            for c in order:
                say(f"start, {c.title}")
                living[c.name], cells[c.name] = self.measure_starts(c, servers)
                cells[c.name]["in_flight"] = {}
            for in_flight in self.options.in_flight:
                for c in order:
                    if in_flight > 1 and not c.is_whole:
                        continue
                    say(f"{in_flight} in flight, {c.title}")
                    cells[c.name]["in_flight"][str(in_flight)] = self.measure_load(
                        living[c.name], in_flight)
            for c in order:  # now with as many environments as requests were in flight
                cells[c.name]["memory_together"] = living[c.name].memory()
            for c in [c for c in order if c.is_whole] if self.options.large else []:
                say(f"6 MB, {c.title}")
                cells[c.name]["large"] = self.measure_large(living[c.name])
            for c in order:
                cells[c.name]["memory_after"] = living[c.name].memory()
        for runtime in self.runtimes:
            say(f"start of {runtime}")
            cells[f"start of {runtime}"] = self.measure_runtime(runtime)
        return cells

    def run(self):
        rounds = [self.round(number) for number in range(self.options.rounds)]
        self.progress.end()
        summary = {c.name: report.summarize(rounds, c.name, "floor") for c in self.chosen}
        starts = {r: report.summarize(rounds, f"start of {r}", "start of floor_runtime")
                  for r in self.runtimes}
        result = {
            "machine": {"kernel": platform.release(), "cpu": cpu_model(),
                        "cpus": len(os.sched_getaffinity(0)), "user": os.getuid()},
            "settings": {k: v for k, v in vars(self.options).items() if k not in ("json",)},
            "summary": summary, "runtime_start": starts, "sizes": self.sizes(),
            "others_cpu": others_cpu(rounds), "rounds": rounds,
        }
        result["marks"] = judge(result)
        return result

    def sizes(self):
        """{zip: its bytes} of what is shipped, when our runtime is among the measured."""
        if "bootstrap" not in self.runtimes:
            return {}
        folder = pathlib.Path(self.programs.build) / "packaging"
        return {path.name: {"median": path.stat().st_size}
                for path in sorted(folder.glob("*.zip"))}

    def tables(self, result):
        summaries = [(c.title, result["summary"][c.name]) for c in self.chosen]
        lines = [f"rounds: {self.options.rounds}, bytes of an event: {self.options.body}; "
                 "medians, and in parentheses those of the ratios to the floor, round by round",
                 ""]
        for in_flight in self.options.in_flight:
            able = [(title, summary) for title, summary in summaries
                    if str(in_flight) in summary["in_flight"]]
            lines += report.throughput_table(in_flight, able) + [""]
        if self.options.large:
            able = [(title, summary) for title, summary in summaries if "large" in summary]
            lines += report.large_table(able) + [""]
        lines += report.start_table(summaries) + [""]
        lines += report.runtime_table(list(result["runtime_start"].items()))
        if result["sizes"]:
            lines += [""] + report.sizes_table(result["sizes"])
        for mark in result["marks"]:
            of_floor = " of the floor's" if mark["kind"] == "ratio" else ""
            got = f"{mark['got']:.2f}" if of_floor else f"{mark['got']:,.0f}"
            lines += ["", f"mark: {mark['what']}: {got}{of_floor}, at most "
                          f"{mark['limit']:,} wanted: {'met' if mark['met'] else 'MISSED'}"]
        if result["others_cpu"] > QUIET_CPU:
            lines += ["", f"NOT QUIET: others used {result['others_cpu']:.2f} CPUs of this "
                          "machine meanwhile. Do not trust these figures."]
        return "\n".join(lines)


def others_cpu(rounds):
    """How many CPUs processes that are not ours, and the host, kept busy: a median."""
    return report.median([load["others_cpu"] for cells in rounds for cell in cells.values()
                          for load in cell.get("in_flight", {}).values()])


def judge(result):
    """The marks of what was measured. A mark fails nothing: it tells where we are."""
    verdicts = []
    for what, path, kind, limit in MARKS:
        cell = result
        for key in path:
            cell = cell.get(key) if cell else None
        got = cell.get(kind) if cell else None
        if got is not None:
            verdicts.append({"what": what, "kind": kind, "limit": limit, "got": got,
                             "met": got <= limit})
    return verdicts


def cpu_model():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def positive(kind, least, most):
    """An argparse type: a number of this KIND from LEAST to MOST."""
    def parse(text):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return value
    parse.__name__ = "number"
    return parse


def some_of(kind):
    """An argparse type: values of this KIND with commas between them."""
    def parse(text):
        return [kind(word) for word in text.split(",")]
    parse.__name__ = "list"
    return parse


def combination_name(text):
    if text not in [c.name for c in COMBINATIONS]:
        raise argparse.ArgumentTypeError(
            f"'{text}' is none of {', '.join(c.name for c in COMBINATIONS)}")
    return text


def parse_options(arguments):
    parser = argparse.ArgumentParser(
        prog="bench", description="Compare lamb's emulator and runtime with the floor programs.")
    add = parser.add_argument
    add("--build", default="build-release", help="the build folder (build-release)")
    add("--rounds", type=positive(int, 1, 1000), default=5, help="how often everything (5)")
    add("--seconds", type=positive(float, 0.01, 3600), default=1.0,
        help="how long each load lasts (1)")
    add("--requests", type=positive(int, 1, 10**9),
        help="so many requests each time, however long they take")
    add("--in-flight", type=some_of(positive(int, 1, 4096)), default=[1, 16], metavar="N,...",
        help="requests at a time (1,16)")
    add("--body", type=positive(int, 2, 6 * 1024 * 1024), default=64,
        help="bytes of an event (64)")
    add("--starts", type=positive(int, 1, 100), default=4,
        help="fresh servers in each round, for the first invocation (4)")
    add("--cold", type=positive(int, 1, 1000), default=20,
        help="starts of each runtime in each round (20)")
    add("--no-large", dest="large", action="store_false", help="leave out the 6 MB events")
    add("--pipelined", action="store_true",
        help="the floor runtime sends response and next question in one write")
    add("--only", type=some_of(combination_name), default=[c.name for c in COMBINATIONS],
        metavar="NAME,...", help="of " + ", ".join(c.name for c in COMBINATIONS))
    add("--rie", metavar="FILE", help="AWS's own emulator, as a row of its own: "
        "scripts/peers.sh makes build-peers/aws-lambda-rie/aws-lambda-rie")
    add("--lamb-arg", action="append", default=[], metavar="ARG",
        help="one more argument for `lamb start` (may be repeated)")
    add("--json", metavar="FILE", help="write everything measured into FILE")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no reason for a traceback
    try:
        processes.adopt_orphans()
        with tempfile.TemporaryDirectory(prefix="lamb-bench-") as folder:
            bench = Bench(options, pathlib.Path(folder))
            result = bench.run()
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
        print(bench.tables(result))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
