# SPDX-License-Identifier: Apache-2.0
"""The limits of an environment, tried by a runtime that takes what it can get
(tests/guests/hostile.c). What is held how well at which level is docs/limits.md."""

import errno
import re
import resource
import shutil
import signal
import os

from fixture import (Emulator, Skip, build_path, contains, matches, new_dir, run_lamb, same)

MEMORY_MB = 128


def hostile():
    """A folder with the hostile runtime as its bootstrap."""
    path = os.path.join(new_dir("code"), "hostile")
    os.mkdir(path)
    shutil.copy(build_path("tests", "guests", "hostile"), os.path.join(path, "bootstrap"))
    return path


def start(*args, **more):
    return Emulator(hostile(), args=["--memory", str(MEMORY_MB), *args], **more)


def do(lamb, name, n=0):
    return lamb.invoke("hostile", {"do": name, "n": n})


def done(lamb, name, n=0):
    """It must have come to an answer: the two numbers in it."""
    answer = do(lamb, name, n)
    same((answer.status, answer.error), (200, None), f"{name}: {answer}")
    return answer.json["n"], answer.json["m"]


def lives(lamb):
    """The next invocation is served."""
    lamb.settle()
    same(done(lamb, "rlimit", resource.RLIMIT_NOFILE)[0], 1024, "the next invocation")


def isolation(lamb):
    return lamb.status()["isolation"]


# -- memory -----------------------------------------------------------------------------


def killed_for_memory(lamb, name):
    answer = do(lamb, name, 8 * MEMORY_MB)  # also above what a tmpfs for /tmp adds
    same((answer.status, answer.error), (200, "Unhandled"), f"{name}: {answer}")
    same(answer.json, {"errorType": "Runtime.ExitError",
                       "errorMessage": f"RequestId: {answer.id} Error: Runtime exited "
                                       "with error: signal: killed"}, name)
    report = lamb.wait_log(rf"^REPORT RequestId: {answer.id}\t.*$").group(0)
    contains(report, "Status: error\tError Type: Runtime.OutOfMemory", name)
    return report


def test_too_much_memory_kills_however_it_is_taken():
    with start("--timeout", "20") as lamb:
        for name in ("malloc", "mmap", "shared_memory"):
            if isolation(lamb)["memory"] == "polling" and name == "shared_memory":
                continue  # not resident in any process: docs/limits.md
            report = killed_for_memory(lamb, name)
            if isolation(lamb)["memory"] == "cgroup v1" and isolation(lamb)["tmp"] != "tmpfs":
                contains(report, f"Max Memory Used: {MEMORY_MB} MB", name)
            lives(lamb)


def test_memory_below_the_limit_is_there():
    with start("--timeout", "20") as lamb:
        for name in ("malloc", "mmap", "shared_memory"):
            same(done(lamb, name, MEMORY_MB // 4), (MEMORY_MB // 4, 0), name)
            lamb.settle()


def test_the_report_tells_the_peak():
    with start("--timeout", "20") as lamb:
        answer = do(lamb, "malloc", 60)
        used = int(lamb.wait_log(rf"^REPORT RequestId: {answer.id}\t.*"
                                 r"Max Memory Used: (\d+) MB").group(1))
        same(60 <= used <= MEMORY_MB, True, f"Max Memory Used: {used} MB")
        lamb.settle()
        answer = do(lamb, "rlimit", 0)
        later = int(lamb.wait_log(rf"^REPORT RequestId: {answer.id}\t.*"
                                  r"Max Memory Used: (\d+) MB").group(1))
        same(later >= used, True, f"the peak stays: {later} MB after {used} MB")


def test_files_that_are_cached_are_no_memory():
    with start("--timeout", "30") as lamb:
        same(done(lamb, "page_cache", 2 * MEMORY_MB), (2 * MEMORY_MB, 0))
        lives(lamb)


# -- numbers ----------------------------------------------------------------------------


def test_a_fork_bomb_ends_at_1024():
    with start("--timeout", "20") as lamb:
        by = isolation(lamb)["processes"]
        if by == "none" or (by == "RLIMIT_NPROC" and isolation(lamb)["level"] != "full"):
            raise Skip(f"the number of processes is not held exactly here ({by})")
        same(done(lamb, "fork_bomb"), (1023, errno.EAGAIN))
        # Its children go with it, or with the environment.
        same(do(lamb, "abort").error, "Unhandled")
        lives(lamb)


def test_threads_count_as_processes():
    with Emulator(hostile(), args=["--memory", "512", "--timeout", "20"]) as lamb:
        by = isolation(lamb)["processes"]
        if by == "none" or (by == "RLIMIT_NPROC" and isolation(lamb)["level"] != "full"):
            raise Skip(f"the number of threads is not held exactly here ({by})")
        same(done(lamb, "threads"), (1023, errno.EAGAIN))


def test_descriptors_end_at_1024():
    with start() as lamb:
        same(done(lamb, "descriptors"), (1024 - 4, errno.EMFILE))


def test_the_other_resource_limits_are_those_of_the_service():
    with start() as lamb:
        for number, want in ((resource.RLIMIT_STACK, 8 << 20),
                             (resource.RLIMIT_MEMLOCK, 65536), (resource.RLIMIT_CORE, 0)):
            same(done(lamb, "rlimit", number)[0], want, f"limit {number}")
            lamb.settle()


def test_variables_of_more_than_4_kb_are_refused():
    got = run_lamb("start", "--port", "0", "--ephemeral", "--env", "BIG=" + "x" * 4100,
                   hostile())
    same(got.code, 2, repr(got))
    matches(got.stderr, r"environment variables .*4096")


# -- /tmp -------------------------------------------------------------------------------


def test_tmp_holds_what_it_is_said_to_hold():
    with start("--tmp", "600", "--timeout", "60") as lamb:
        if isolation(lamb)["tmp"] == "folder":
            raise Skip("the size of /tmp is not held at this isolation level")
        same(done(lamb, "fill_tmp", 1000), (600, errno.ENOSPC), "MB written to /tmp")
        lamb.settle()
        same(done(lamb, "fill_tmp", 1000), (600, errno.ENOSPC), "the same over again")
        lamb.settle()
        same(done(lamb, "empty_tmp"), (0, 0))
        lives(lamb)


def test_environments_do_not_share_tmp():
    with start("--timeout", "60") as lamb:
        same(done(lamb, "fill_tmp", 10), (10, 0))
        same(do(lamb, "never_next").status, 200)  # keeps its environment busy
        same(done(lamb, "empty_tmp")[0], -1, "a file of another environment")


# -- CPU --------------------------------------------------------------------------------


def test_a_share_of_the_cpu_on_request_but_not_in_init():
    with start("--cpu", "share", "--timeout", "20",
               guest_env={"HOSTILE_BURN": "400"}) as lamb:
        if isolation(lamb)["cpu"] == "none":
            raise Skip("no control group that holds back the CPU can be written")
        # 128 of 1,769 MB: 7.2 %.
        in_init = done(lamb, "init_burn")[0]
        lamb.settle()
        later = done(lamb, "burn", 1000)[0]
        same(later < 250, True, f"{later} ms of CPU in a second")
        same(in_init > 60, True, f"{in_init} ms of CPU in the 400 ms of init")


def test_all_of_the_cpu_without_a_request():
    with start("--timeout", "20") as lamb:
        same(isolation(lamb)["cpu"], "none")


# -- time -------------------------------------------------------------------------------


def times_out(lamb, name, n=0):
    answer = do(lamb, name, n)
    same((answer.status, answer.error), (200, "Unhandled"), f"{name}: {answer}")
    same(answer.json["errorType"], "Sandbox.Timedout", name)
    report = lamb.wait_log(rf"^REPORT RequestId: {answer.id}\t.*$").group(0)
    contains(report, "Duration: 1000.00 ms\tBilled Duration: ", name)
    contains(report, "Status: timeout", name)


def test_the_time_limit_ends_what_will_not_end():
    with start("--timeout", "1") as lamb:
        for name, n in (("spin", 0), ("ignore_signals", 0),
                        ("signal", signal.SIGSTOP.value)):
            lives(lamb)  # so that init is not part of the duration
            lamb.settle()
            times_out(lamb, name, n)
        lives(lamb)


def test_what_leaves_its_session_dies_with_the_reset():
    with start("--timeout", "5") as lamb:
        same(done(lamb, "double_fork"), (1, 0))
        lamb.settle()
        same(do(lamb, "abort").error, "Unhandled")
        same(done(lamb, "is_haunted"), (0, 0))


# -- ends and misuse --------------------------------------------------------------------


def test_signals_to_oneself_are_told_as_the_service_does():
    with start() as lamb:
        for name, n, text in (("abort", 0, "aborted"), ("stack", 0, "segmentation fault"),
                              ("signal", signal.SIGUSR1, "user defined signal 1"),
                              ("signal", signal.SIGTERM, "terminated"),
                              ("signal", signal.SIGPIPE, "broken pipe")):
            answer = do(lamb, name, int(n))
            same(answer.json.get("errorMessage"),
                 f"RequestId: {answer.id} Error: Runtime exited with error: signal: {text}",
                 f"{name} {n}")
            lives(lamb)
        same(done(lamb, "signal", signal.SIGWINCH)[0], signal.SIGWINCH, "an ignored one")


def test_a_runtime_that_closes_every_descriptor_goes_on():
    with start() as lamb:
        same(done(lamb, "close_all"), (0, 0))
        lives(lamb)


def test_a_runtime_that_never_asks_again_is_replaced():
    with start("--timeout", "1") as lamb:
        same(done(lamb, "never_next", 7), (7, 0))
        lives(lamb)  # its own environment was reset by the time limit, or another serves


def test_an_answer_cannot_be_given_twice():
    with start() as lamb:
        same(done(lamb, "answer_twice", 3), (3, 0))
        line = lamb.wait_log(r"second answer: (\d+) (.*)").groups()
        same(line[0] in ("400", "403"), True, str(line))
        matches(line[1], "InvalidStateTransition|InvalidRequestID")
        lives(lamb)


def test_an_answer_for_another_request_is_refused():
    with start() as lamb:
        same(done(lamb, "answer_for_another", 3), (3, 0))
        line = lamb.wait_log(r"foreign answer: (\d+) (.*)").groups()
        same(line[0], "400", str(line))
        contains(line[1], "InvalidRequestID")


# -- doctor -----------------------------------------------------------------------------


def test_doctor_says_how_every_limit_is_held():
    got = run_lamb("doctor", seconds=40)
    same(got.code, 0, repr(got))
    out = got.stdout.decode()
    for level in ("full", "rootless", "limits", "none"):
        matches(out, rf"(?m)^  {level} +(works|does not work: .+)$")
    with start() as lamb:
        state = isolation(lamb)
        contains(out, f"Limits at level {state['level']}:" if "LAMB_ISOLATION" not in
                 os.environ else "Limits at level ")
    for limit in ("memory", "memory peak", "CPU share", "timeout", "processes and threads",
                  "descriptors", "other resource limits", "size of /tmp",
                  "environment variables", "output"):
        matches(out, rf"(?m)^  {re.escape(limit)} +(exact|approximate|none) +\S")


def test_doctor_takes_a_level_and_nothing_else():
    contains(run_lamb("doctor", "--isolation", "none", seconds=40).stdout.decode(),
             "Limits at level none:")
    same(run_lamb("doctor", "--isolation", "most").code, 2)
    same(run_lamb("doctor", "what").code, 2)
    same(run_lamb("start", "--cpu", "half", ".").code, 2)
