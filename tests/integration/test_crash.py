# SPDX-License-Identifier: Apache-2.0
"""A C function that crashes: what the caller gets, what the log has, and the lines of it."""

import json
import os
import shutil

from fixture import (Emulator, Skip, build_path, contains, matches, private_path, run_lamb,
                     same)

FRAME = r"touch\+0x[0-9a-f]+ \(/\S+/crash\.so\+0x[0-9a-f]+, build-id [0-9a-f]{40}"


# A sanitizer puts handlers of its own in place first, which the runtime would respect.
ARGS = ["--handler", "crash.segv_if_asked",
        "--env", "ASAN_OPTIONS=handle_segv=0:detect_leaks=0:verify_asan_link_order=0"]


def crashing_object():
    return build_path("runtime", "fixtures", "crash.so")


def test_a_crash_is_the_functions_error_and_the_next_invocation_works():
    with Emulator(crashing_object(), args=ARGS, held=False) as lamb:
        answer = lamb.invoke("crash", b'{"crash":true,"key":"secret"}')
        same((answer.status, answer.error), (200, "Unhandled"), lamb.log)
        same(answer.json["errorType"], "Runtime.Crash")
        contains(answer.json["errorMessage"], "SIGSEGV (segmentation fault at address 0x10")
        contains(answer.json["errorMessage"], f"request {answer.id}")
        matches(answer.json["stackTrace"][0], FRAME)
        lamb.wait_log(r"lamb: crash: SIGSEGV \(segmentation fault")
        lamb.wait_log(r"lamb:   #0 " + FRAME)
        same("secret" in lamb.log, False, "payloads are not logged")
        again = lamb.invoke("crash", b'{"crash":false}')
        same((again.status, again.error, again.json), (200, None, "alive"), lamb.log)


def crash_report():
    with Emulator(crashing_object(), args=ARGS, held=False) as lamb:
        return lamb.invoke("crash", b'{"crash":true,"key":"secret"}').json


def symbolize(*args, **more):
    ran = run_lamb("symbolize", *args, **more)
    if "built without libdw" in ran.stderr:
        raise Skip("built without libdw")
    return ran


def test_symbolize_adds_lines_from_the_object_with_the_build_id():
    report = crash_report()
    frame = report["stackTrace"][0]
    elsewhere = private_path("kept.so")
    shutil.copy(crashing_object(), elsewhere)
    # The object is not where the report says: what runs in Lambda never is.
    path = frame[frame.index("(") + 1:frame.index("+0x", frame.index("("))]
    text = json.dumps({"stackTrace": [frame.replace(path, "/var/task/orders.so")]})
    ran = symbolize("--object", elsewhere, stdin=text.encode())
    same(ran.code, 0, repr(ran))
    same(len(json.loads(ran.stdout)["stackTrace"]), 1, "still JSON")
    matches(ran.stdout.decode(), r"build-id [0-9a-f]{40}, \S*runtime/fixtures/crash\.c:\d+\)")


def test_symbolize_says_which_object_it_misses():
    line = "lamb:   #0 f+0x4 (/var/task/orders.so+0x12, build-id " + "ab" * 20 + ")\n"
    ran = symbolize("--object", crashing_object(), stdin=line.encode())
    same((ran.code, ran.stdout), (0, line.encode()), repr(ran))
    contains(ran.stderr, "no object for frames of /var/task/orders.so (build-id abab")
    path = private_path("log.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write("nothing (of +0x) that kind\n")
    ran = symbolize(path)
    same((ran.code, ran.stdout), (0, b"nothing (of +0x) that kind\n"), repr(ran))
    contains(ran.stderr, "there is no frame of a crash report in it")
    same(symbolize(os.path.join(path, "none")).code, 2)
