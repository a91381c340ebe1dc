#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smoke_test - the benchmark counts right and fails clearly. No time is asserted.

usage: smoke_test.py BUILD (the build folder). Prints TAP.
"""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
PROGRAMS = BUILD / "tests/bench"
PATH = "/2015-03-31/functions/bench/invocations"
TIME_LIMIT_S = 60


def run(*command):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False)


def bench(folder, *arguments):
    """One quick round of the floor; gives what it wrote as JSON, and the process."""
    file = folder / "result.json"
    done = run(sys.executable, HERE / "bench.py", "--build", BUILD, "--only", "floor",
               "--rounds", 1, "--starts", 1, "--cold", 2, "--json", file, *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return json.loads(file.read_text()), done


class Floor:
    """A floor emulator that runs while its scope does; CLIENT is a connection to it."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAMS / "floor_emulator", *arguments],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.client = socket.create_connection(
            ("127.0.0.1", int(self.url.rsplit(":", 1)[1])), timeout=TIME_LIMIT_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.process.stdout.close()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(TIME_LIMIT_S) == 0


def request(body, path=PATH):
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            + body).encode()


def read_answer(stream):
    """The status and the body of the next answer."""
    status = stream.readline().split()[1].decode()
    length = 0
    while (line := stream.readline().strip()):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, stream.read(length).decode()


def one_round_counts_every_invocation(folder):
    result, done = bench(folder, "--requests", 40, "--in-flight", "1,3", "--no-large")
    for in_flight in ("1", "3"):
        cell = result["rounds"][0]["floor"]["in_flight"][in_flight]
        assert cell["invocations"] == 40, cell
        assert 0 < cell["p50_us"] <= cell["p99_us"] <= cell["max_us"], cell
        assert set(cell["cpu_us"]) == {"load", "emulator", "helpers", "runtimes"}, cell
        assert 1 <= cell["environments"] <= 16, cell
        assert f"{in_flight} in flight" in done.stdout, done.stdout
        median = result["summary"]["floor"]["in_flight"][in_flight]["invocations"]["median"]
        assert median == 40, result["summary"]
    start = result["rounds"][0]["start of floor_runtime"]
    assert start["samples"] == 2 and start["start_ms"] > 0, start
    assert result["rounds"][0]["floor"]["memory"]["emulator_rss_kb"] > 0, result
    assert result["marks"] == [], result["marks"]


def the_largest_events_are_measured_too(folder):
    result, done = bench(folder, "--requests", 4, "--in-flight", "1")
    large = result["rounds"][0]["floor"]["large"]
    assert large["invocations"] == 2 and large["p50_us"] > 0, large
    assert "6 MB, 1 in flight" in done.stdout, done.stdout


def large_events_pass_through_a_pipelining_runtime(folder):
    result, _ = bench(folder, "--requests", 5, "--in-flight", "2", "--body", 3000000,
                      "--pipelined", "--no-large")
    assert result["rounds"][0]["floor"]["in_flight"]["2"]["invocations"] == 5, result


def a_timed_load_ends_by_itself(folder):
    result, _ = bench(folder, "--seconds", "0.05", "--in-flight", "1", "--no-large")
    assert result["rounds"][0]["floor"]["in_flight"]["1"]["invocations"] >= 1, result


def a_missing_program_is_named(folder):
    done = run(sys.executable, HERE / "bench.py", "--build", folder, "--only", "floor")
    assert done.returncode == 1, done
    assert f"{folder}/tests/bench/floor_emulator" in done.stderr, done.stderr


def requests_are_answered_in_order_however_they_are_cut(_folder):
    bodies = ['"first"', '""', '"' + "x" * 100000 + '"', '"last"']
    with Floor("-n", "2", PROGRAMS / "floor_runtime") as floor:
        stream = floor.client.makefile("rb")
        floor.client.sendall(b"".join(request(body) for body in bodies))
        assert [read_answer(stream) for _ in bodies] == [("200", body) for body in bodies]
        for byte in request('"slowly"'):
            floor.client.send(bytes([byte]))
        assert read_answer(stream) == ("200", '"slowly"')
        floor.client.sendall(request("1", "/elsewhere") + request("2"))
        assert read_answer(stream) == ("404", "")
        assert read_answer(stream) == ("200", "2")


def a_client_that_leaves_disturbs_nobody(_folder):
    with Floor("-d", PROGRAMS / "floor_runtime") as floor:
        gone = socket.create_connection(floor.client.getpeername())
        gone.sendall(request("1") * 3)
        gone.close()
        stream = floor.client.makefile("rb")
        floor.client.sendall(request('"still here"'))
        assert read_answer(stream) == ("200", '"still here"')


def an_answer_that_is_no_echo_fails_the_load(_folder):
    with Floor("-d", PROGRAMS / "floor_runtime") as floor:
        done = run(PROGRAMS / "floor_load", "-n", 1, floor.url + "/elsewhere")
        assert done.returncode == 1 and "answered 404" in done.stderr, done


def a_runtime_that_ends_ends_the_emulator(_folder):
    done = run(PROGRAMS / "floor_emulator", "false")
    assert done.returncode == 1 and "has ended by itself" in done.stderr, done


TESTS = [
    one_round_counts_every_invocation,
    the_largest_events_are_measured_too,
    large_events_pass_through_a_pipelining_runtime,
    a_timed_load_ends_by_itself,
    a_missing_program_is_named,
    requests_are_answered_in_order_however_they_are_cut,
    a_client_that_leaves_disturbs_nobody,
    an_answer_that_is_no_echo_fails_the_load,
    a_runtime_that_ends_ends_the_emulator,
]


def main():
    print(f"1..{len(TESTS)}", flush=True)
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="lamb-smoke-") as folder:
            try:
                test(pathlib.Path(folder))
                verdict = "ok"
            except Exception:  # reported, whatever it is
                verdict = "not ok"
                print("# " + traceback.format_exc().replace("\n", "\n# "))
        print(f"{verdict} {number} {test.__name__.replace('_', ' ')}", flush=True)


main()
