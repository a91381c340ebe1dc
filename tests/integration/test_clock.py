# SPDX-License-Identifier: Apache-2.0
"""The platform clock: held, released, advanced; what is real time stays real."""

import time

from fixture import Emulator, contains, guest, matches, same

SECOND = 1_000_000_000


def clock(lamb):
    return lamb.control("GET", "/clock").json


def advance(lamb, by):
    return lamb.control("POST", "/clock/advance", {"by": by})


def test_a_fresh_clock_is_real_time():
    with Emulator(guest(), held=False) as lamb:
        now = clock(lamb)
        same((now["held"], now["offsetNs"]), (False, 0))
        same(abs(now["nowNs"] - time.time_ns()) < 2 * SECOND, True, str(now))
        matches(now["now"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$")


def test_a_held_clock_stands_still_until_it_is_advanced():
    with Emulator(guest()) as lamb:
        first = clock(lamb)
        same(first["held"], True)
        time.sleep(0.05)
        lamb.ask("echo")
        same(clock(lamb)["nowNs"], first["nowNs"], "nothing moves it")
        for by, ns in (("90s", 90 * SECOND), ("1ms", 1_000_000), ("2h", 7200 * SECOND),
                       ("1d", 86400 * SECOND)):
            before = clock(lamb)["nowNs"]
            answer = advance(lamb, by)
            same(answer.status, 200, repr(answer))
            same(answer.json["nowNs"], before + ns, by)
        same(clock(lamb)["held"], True)


def test_a_released_clock_goes_on_from_where_it_stood():
    with Emulator(guest()) as lamb:
        advance(lamb, "1h")
        stood = clock(lamb)["nowNs"]
        same(lamb.control("POST", "/clock/release").json["held"], False)
        time.sleep(0.02)
        now = clock(lamb)["nowNs"]
        same(0 < now - stood < 60 * SECOND, True, f"{now - stood} ns behind the release")


def test_the_function_lives_in_real_time():
    with Emulator(guest(), args=["--timeout", "5"]) as lamb:
        advance(lamb, "10d")
        headers = lamb.ask("echo").json["headers"]
        left = int(headers["lambda-runtime-deadline-ms"]) / 1000 - time.time()
        same(0 < left < 6, True, f"{left} s to the deadline, of 5")


def test_log_streams_and_trace_ids_carry_platform_time():
    with Emulator(guest()) as lamb:
        advance(lamb, "400d")
        now = clock(lamb)
        day = now["now"][:10].replace("-", "/")
        contains(lamb.ask("env").json["AWS_LAMBDA_LOG_STREAM_NAME"], day + "/")
        trace = lamb.ask("echo").headers["x-amzn-trace-id"]
        seconds = int(matches(trace, r"Root=1-([0-9a-f]{8})-").group(1), 16)
        same(abs(seconds - now["nowNs"] // SECOND) <= 1, True, trace)


def test_wrong_advances_are_refused():
    with Emulator(guest()) as lamb:
        before = clock(lamb)["nowNs"]
        for body in ({}, {"by": 5}, {"by": "soon"}, {"by": "-1s"}, {"by": "5"}, {"by": ""},
                     {"by": "999999999999d"}, ["90s"]):
            answer = lamb.control("POST", "/clock/advance", body)
            same(answer.status, 400, f"{body}: {answer}")
            contains(answer.json["message"], "90s")
        same(clock(lamb)["nowNs"], before)
        same(lamb.control("GET", "/clock/advance").status, 405)
        same(lamb.control("POST", "/nothing").status, 404)


def test_the_clock_survives_the_emulator():
    with Emulator(guest()) as lamb:
        advance(lamb, "30d")
        before = clock(lamb)
    with Emulator(guest(), state=lamb.state, held=False) as again:
        after = clock(again)
        same(after["held"], before["held"])
        same(after["nowNs"] - before["nowNs"] < 60 * SECOND, True, "no jump")
        same(after["nowNs"] >= before["nowNs"], True, "never backwards")


def test_the_clock_survives_kill_9():
    lamb = Emulator(guest())
    same(advance(lamb, "30d").status, 200)
    before = clock(lamb)
    lamb.kill()
    with Emulator(guest(), state=lamb.state, held=False) as again:
        after = clock(again)
        same((after["held"], after["nowNs"]), (True, before["nowNs"]))
