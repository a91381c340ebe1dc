# SPDX-License-Identifier: Apache-2.0
"""Concurrency: who may begin, who is throttled, and with which reason."""

from concurrent.futures import ThreadPoolExecutor

from fixture import (Emulator, contains, guest, private_path, run_lamb, same, wait_until,
                     write_file)


def quotas(text):
    return ["--quotas", write_file(private_path("quotas.json"), text)]


def check_throttled(answer, reason):
    same((answer.status, answer.headers.get("x-amzn-errortype"),
          answer.headers.get("retry-after")), (429, "TooManyRequestsException", "1"),
         repr(answer))
    same(answer.json, {"Reason": reason, "Type": "User", "message": "Rate Exceeded."})


def test_synchronous_requests_are_ten_a_second_for_each_of_the_concurrency():
    with Emulator(guest(), args=quotas('{"ConcurrentExecutions": 2}')) as lamb:
        for _ in range(20):  # the clock is held: nothing refills
            lamb.ask_settled("echo")
        check_throttled(lamb.invoke(), "FunctionInvocationRateLimitExceeded")
        same(lamb.control("POST", "/clock/advance", {"by": "100ms"}).status, 200)
        lamb.ask_settled("echo")
        lamb.ask_settled("echo")
        check_throttled(lamb.invoke(), "FunctionInvocationRateLimitExceeded")


def test_environments_are_added_no_faster_than_the_scaling_rate():
    with Emulator(guest("one"), guest("two"), args=quotas(
            '{"ScalingEnvironments": 1, "ScalingSeconds": 60}')) as lamb:
        lamb.ask_settled("echo", "one")
        lamb.ask_settled("echo", "one")  # the same environment
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(lambda: lamb.ask("sleep", "one", s=1.0))
            wait_until("the first to run", lambda: lamb.status()["running"] == 1)
            check_throttled(lamb.invoke("one"), "ConcurrentInvocationLimitExceeded")
            lamb.ask("echo", "two")  # each function has its own rate
            same(busy.result().status, 200)


def test_quotas_that_cannot_be_are_named():
    for text, why in (('{"Concurrent": 1}', "there is no quota 'Concurrent'"),
                      ('{"ConcurrentExecutions": 0}', "from 1 to")):
        ran = run_lamb("start", *quotas(text), "--port", "0", guest())
        same(ran.code, 2, repr(ran))
        contains(ran.stderr, why)
        contains(ran.stderr, "quotas.json")
    ran = run_lamb("start", "--quotas", "tiny", "--port", "0", guest())
    same(ran.code, 2)
    contains(ran.stderr, "current, new-account, or a file")


def test_a_machine_that_is_full_is_told_apart_from_a_throttle():
    with Emulator(guest(), args=quotas('{"MachineMemoryReserveMb": 1000000000}')) as lamb:
        answer = lamb.invoke()
        same((answer.status, answer.headers.get("x-amzn-errortype")),
             (503, "LocalMachineLimitExceeded"), repr(answer))
        same(answer.json["Type"], "LocalService")
        contains(answer.json["Message"], "This machine has no memory for another execution "
                                         "environment")
        status = lamb.status()
        same((status["running"], status["environments"]), (0, 0))
        answer = lamb.invoke(headers={"X-Amz-Invocation-Type": "Event"})
        same(answer.status, 202, "an event waits until there is room")
        same(lamb.control("POST", "/clock/advance", {"by": "10s"}).status, 200)
        same(lamb.status()["queued"], 1)
