# SPDX-License-Identifier: Apache-2.0
"""The log of functions: its lines in both formats, levels, the tail, floods."""

import json
import math
import os
import struct
import threading

from fixture import (Emulator, contains, guest, limit, matches, private_path, run_lamb,
                     same, wait_until)

TAIL = {"X-Amz-Log-Type": "Tail"}


def records(text):
    """The JSON lines of TEXT that are events of the platform, by type."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"time"')]
    return {line["type"]: line for line in lines}


def test_init_start_and_get_function_name_the_same_build():
    with Emulator(guest(), args=managed("python3.11")) as lamb:
        lamb.ask("echo")
        arn = lamb.wait_log(r"INIT_START .*Runtime Version ARN: (\S+)").group(1)
        shown = lamb.request("GET", "/2015-03-31/functions/guest/configuration").json
        same(shown["RuntimeVersionConfig"], {"RuntimeVersionArn": arn})


def test_an_environment_announces_its_runtime_once():
    with Emulator(guest()) as lamb:
        lamb.invoke(payload={"do": "exit"})
        again = lamb.ask_settled("echo")
        lamb.wait_log(f"REPORT RequestId: {again.id}")
        # One that was reset, or another where a busy machine took long over that.
        same(lamb.log.count("INIT_START "), lamb.status()["environments"], lamb.log)
        matches(lamb.log, r"(?m)^INIT_START Runtime Version: provided:al2023\.v0\tRuntime "
                          r"Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$")


def test_a_cold_start_is_billed_with_its_init_and_all_is_rounded_up():
    with Emulator(guest()) as lamb:
        for is_cold in (True, False):
            answer = lamb.ask_settled("sleep", s=0.01)
            report = lamb.wait_log(rf"^REPORT RequestId: {answer.id}\t.*$").group(0)
            spent = float(matches(report, r"\tDuration: ([0-9.]+) ms").group(1))
            same("Init Duration" in report, is_cold, report)
            if is_cold:
                spent += float(matches(report, r"Init Duration: ([0-9.]+) ms").group(1))
            billed = int(matches(report, r"Billed Duration: (\d+) ms").group(1))
            # The report cuts each duration to hundredths.
            at_most = math.ceil(round(spent + 0.02, 2))
            same(math.ceil(round(spent, 2)) <= billed <= at_most, True, report)


def test_an_answer_is_held_back_only_for_the_tail():
    with Emulator(guest(), args=["--timeout", "30"]) as lamb:
        lamb.ask("answer_then_sleep", s=0.5, headers=TAIL)
        same(lamb.status()["running"], 0, "with the tail the runtime has polled again")
        lamb.ask("answer_then_sleep", s=8)
        same(lamb.status()["running"], 1, "without it the runtime is at work still")


def test_in_json_a_good_invocation_logs_start_and_report():
    with Emulator(guest(), args=["--log-format", "json"]) as lamb:
        answer = lamb.ask("stdout", lines=["plain"], headers=TAIL)
        got = records(answer.tail)
        same(sorted(got), ["platform.report", "platform.start"])
        same(got["platform.start"]["record"]["requestId"], answer.id)
        same(got["platform.start"]["record"]["version"], "$LATEST")
        report = got["platform.report"]["record"]
        same(report["status"], "success")
        same(report["metrics"]["memorySizeMB"], 128)
        contains(report["metrics"], "initDurationMs")
        same(report["metrics"]["billedDurationMs"] >= 1, True)
        contains(answer.tail, "plain\n")
        same("REPORT RequestId" in answer.tail, False, answer.tail)
        lamb.wait_log('"platform.initStart"')


def test_system_levels_choose_among_events():
    with Emulator(guest(), args=["--log-format", "json", "--system-log-level",
                                 "debug"]) as lamb:
        answer = lamb.ask("echo", headers=TAIL)
        done = records(answer.tail)["platform.runtimeDone"]["record"]
        same([span["name"] for span in done["spans"]],
             ["responseLatency", "responseDuration", "runtimeOverhead"])
        same(done["metrics"]["producedBytes"], len(answer.body))
        lamb.wait_log("platform.report")
        log = records(lamb.log)
        same(log["platform.initRuntimeDone"]["record"]["status"], "success")
        same(log["platform.initReport"]["record"]["phase"], "init")
    with Emulator(guest(), args=["--log-format", "json", "--system-log-level",
                                 "warn"]) as lamb:
        same(lamb.ask("echo", headers=TAIL).headers.get("x-amz-log-result", ""), "")
        crash = lamb.invoke(payload={"do": "exit", "code": 3}, headers=TAIL)
        got = records(crash.tail)
        same(got["platform.report"]["record"]["errorType"], "Runtime.ExitError")
        same(got["platform.runtimeDone"]["record"]["status"], "error")


def test_application_levels_choose_among_json_lines_only():
    at = '"timestamp":"2026-01-02T03:04:05Z"'
    lines = ["plain", "{" + at + ',"level":"debug","n":1}', "{" + at + ',"level":"warn","n":2}',
             '{"n":3}', '{"level":"error","n":4}']
    with Emulator(guest(), args=["--log-format", "json", "--application-log-level", "WARN"]
                  ) as lamb:
        tail = lamb.ask("stdout", lines=lines, headers=TAIL).tail.splitlines()
        same([line for line in lines if line in tail], [lines[0], lines[2]])
        env = lamb.ask_settled("env").json
        same((env["AWS_LAMBDA_LOG_FORMAT"], env["AWS_LAMBDA_LOG_LEVEL"]), ("JSON", "WARN"))
    with Emulator(guest()) as lamb:
        tail = lamb.ask("stdout", lines=lines, headers=TAIL).tail.splitlines()
        same([line for line in lines if line in tail], lines)
        same("AWS_LAMBDA_LOG_LEVEL" in lamb.ask_settled("env").json, False)


# -- the framed pipe of managed runtimes ------------------------------------------------


def managed(runtime="python3.12"):
    return ["--runtime", runtime, "--runtime-client", f"{runtime}=./bootstrap"]


def framed(*frames, stray=b""):
    """Code for the guest that writes FRAMES (type, time in us, text) to its log pipe."""
    data = b"".join(struct.pack(">IIq", kind, len(text.encode()), at) + text.encode()
                    for kind, at, text in frames)
    return (f"import os\nos.write(int(os.environ['_LAMBDA_TELEMETRY_LOG_FD']), "
            f"{data + stray!r})\nresult = 1")


AT = 1_760_000_000_000_000  # 2025-10-09T08:53:20Z


def test_frames_of_the_log_pipe_are_records_of_several_lines():
    with Emulator(guest(), args=managed()) as lamb:
        same(lamb.ask("env").json["_LAMBDA_TELEMETRY_LOG_FD"], "62")
        lamb.settle()
        answer = lamb.ask("python", headers=TAIL, code=framed(
            (0xa55a0017, AT, "[ERROR] first\nsecond"), (0xa55a0003, AT, "third"),
            stray=b"no frame\n"))
        matches(answer.tail, r"(?s)^START [^\n]*\n\[ERROR\] first\nsecond\nthird\nno frame\n"
                             r"END ")
        lamb.settle()
        tail = lamb.ask("stdout", lines=["plain"], headers=TAIL).tail
        matches(tail, r"^START .*\nplain\nEND ")


def test_a_frame_s_level_is_its_record_s():
    with Emulator(guest(), args=[*managed(), "--log-format", "json",
                                 "--application-log-level", "WARN"]) as lamb:
        tail = lamb.ask("python", headers=TAIL, code=framed(
            (0xa55a000f, AT, "info"), (0xa55a0013, AT, "warn"), (0xa55a0003, AT, "none"),
            (0xa55a000e, AT, '{"n":"info"}'), (0xa55a0016, AT, '{"n":"error"}'))).tail
        same([line for line in tail.splitlines() if "platform." not in line],
             ["warn", "none", '{"n":"error"}'])


def test_half_a_frame_is_told_when_its_process_dies():
    half = struct.pack(">IIq", 0xa55a0003, 100, AT) + b"half"
    with Emulator(guest(), args=managed()) as lamb:
        answer = lamb.invoke(payload={"do": "python", "code": framed(stray=half)
                                      + "\nos._exit(1)"}, headers=TAIL)
        matches(answer.tail, r"(?s)^START [^\n]*\nhalf\n")
        same(lamb.ask_settled("echo").status, 200, "the next pipe begins anew")


def test_custom_runtimes_have_no_log_pipe():
    with Emulator(guest()) as lamb:
        same("_LAMBDA_TELEMETRY_LOG_FD" in lamb.ask("env").json, False)
        answer = lamb.ask_settled("python", code="import os\nresult = os.path.exists("
                                                 "'/proc/self/fd/62')")
        same(answer.json, False)


def test_logging_options_that_mean_nothing_are_refused():
    for args, text in ((["--log-format", "xml"], "takes Text or JSON"),
                       (["--system-log-level", "debug"], "--log-format json"),
                       (["--log-format", "json", "--system-log-level", "error"],
                        "takes DEBUG, INFO or WARN"),
                       (["--log-format", "json", "--application-log-level", "loud"],
                        "takes TRACE, DEBUG,")):
        ran = run_lamb("start", "--port", "0", *args, guest())
        same(ran.code, 2, repr(ran))
        contains(ran.stderr, text)


def test_the_tail_is_of_this_invocation_and_4096_bytes_at_most():
    with Emulator(guest()) as lamb:
        tail = lamb.ask("stdout", lines=["x" * 100] * 100, headers=TAIL).tail
        same(len(tail), 4096)
        matches(tail, r"\tInit Duration: [0-9.]+ ms\t\n$")
        lamb.settle()
        tail = lamb.ask("echo", headers=TAIL).tail
        matches(tail, r"^START RequestId: .*\nEND RequestId: .*\nREPORT RequestId: .*\t\n$")


# -- floods -----------------------------------------------------------------------------

FLOOD = {"do": "flood", "lines": 100_000, "bytes": 1000}


def peak_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(matches(f.read(), r"VmHWM:\s+(\d+) kB").group(1)) / 1024


def stays_small(pid):
    """No memory for the flood; a sanitizer keeps what is freed, so it cannot tell."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as f:
        if "san.so" in f.read():
            return
    same(peak_mb(pid) < 60, True, f"peak of {peak_mb(pid)} MB")


def flood_is_whole(lines):
    """Every line of the flood, once and in order, before END."""
    count = 0
    for line in lines:
        if line.startswith("flood "):
            same((int(line.split()[1]), len(line)), (count, FLOOD["bytes"] - 1))
            count += 1
        elif line.startswith("END "):
            break
    same(count, FLOOD["lines"])


@limit(120)
def test_100_megabytes_of_output_are_all_there_before_end():
    with Emulator(guest(), args=["--timeout", "60"]) as lamb:
        answer = lamb.invoke(payload=FLOOD, headers=TAIL, seconds=60)
        same(answer.json, {"written": FLOOD["lines"]})
        matches(answer.tail, r"(?s)x\nEND RequestId: .*\nREPORT RequestId: ")
        lamb.wait_log("^REPORT RequestId", 30)
        flood_is_whole(lamb.log.splitlines())
        stays_small(lamb.pid)


@limit(120)
def test_what_nobody_reads_waits_on_disk():
    """The reader of standard error comes late: the emulator neither stops nor swells."""
    pipe = private_path("stderr.fifo")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with Emulator(guest(), args=["--timeout", "60"], log_path=pipe) as lamb:
        same(lamb.invoke(payload=FLOOD, seconds=60).json, {"written": FLOOD["lines"]})
        lamb.settle()
        os.set_blocking(reader, True)
        stays_small(lamb.pid)
        text = []

        def read():
            while piece := os.read(reader, 1 << 20):
                text.append(piece)

        thread = threading.Thread(target=read)
        thread.start()
        wait_until("the flood to come out",
                   lambda: b"REPORT RequestId" in b"".join(text[-3:]), 60)  # cut anywhere
        lamb.stop()
        thread.join(30)
    os.close(reader)
    flood_is_whole(b"".join(text).decode().splitlines())
    # The emulator's own words may be: "lamb: warn: log: 1 messages before ... were dropped".
    same("log records" in b"".join(text).decode(), False)
