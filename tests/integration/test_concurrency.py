# SPDX-License-Identifier: Apache-2.0
"""Concurrency: who may begin, who is throttled, and with which reason."""

import json
import os
import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from fixture import (Emulator, contains, guest, limit, matches, new_dir, private_path,
                     run_lamb, same, wait_until, write_file)
from test_invoke import check_refusal


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
            lamb.ask("echo")
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
        ran = run_lamb("invoke", "guest", "--endpoint", lamb.url)
        same(ran.code, 7, repr(ran))
        contains(ran.stderr, "This machine has no memory")
        answer = lamb.invoke(headers={"X-Amz-Invocation-Type": "Event"})
        same(answer.status, 202, "an event waits until there is room")
        same(lamb.control("POST", "/clock/advance", {"by": "10s"}).status, 200)
        same(lamb.status()["queued"], 1)


# -- reserved ---------------------------------------------------------------------------

RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"


def put_reserved(lamb, amount, name="guest"):
    return lamb.request("PUT", f"/2017-10-31/functions/{name}/concurrency",
                        json.dumps({"ReservedConcurrentExecutions": amount}))


def get_reserved(lamb, name="guest"):
    return lamb.request("GET", f"/2019-09-30/functions/{name}/concurrency")


def check_bare(answer, text):
    """InvalidParameterValueException without a Type, as recorded."""
    same((answer.status, answer.headers.get("x-amzn-errortype"), answer.json),
         (400, "InvalidParameterValueException", {"message": text}), repr(answer))


def test_a_reservation_is_put_read_and_deleted():
    with Emulator(guest()) as lamb:
        same(get_reserved(lamb).json, {})
        answer = put_reserved(lamb, 5)
        same((answer.status, answer.json), (200, {"ReservedConcurrentExecutions": 5}))
        same(get_reserved(lamb).json, {"ReservedConcurrentExecutions": 5})
        # What the operation has no member for is passed over.
        same(lamb.request("PUT", "/2017-10-31/functions/guest/concurrency", json.dumps(
            {"ReservedConcurrentExecutions": 5, "Qualifier": "9"})).status, 200)
        limits = lamb.request("GET", "/2016-08-19/account-settings/").json["AccountLimit"]
        same((limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]),
             (1000, 995))
        answer = lamb.request("DELETE", "/2017-10-31/functions/guest/concurrency")
        same((answer.status, answer.body), (204, b""))
        same(get_reserved(lamb).json, {})


def test_account_settings_tell_limits_and_usage():
    with Emulator(guest("one"), guest("two")) as lamb:
        answer = lamb.request("GET", "/2016-08-19/account-settings")
        same(answer.status, 200)
        same(answer.json["AccountLimit"],
             {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000,
              "CodeSizeZipped": 52428800, "ConcurrentExecutions": 1000,
              "UnreservedConcurrentExecutions": 1000})
        same(answer.json["AccountUsage"]["FunctionCount"], 2)
        same(answer.json["AccountUsage"]["TotalCodeSize"] > 1000, True)


def test_what_cannot_be_reserved_is_refused_in_the_services_words():
    with Emulator(guest(), guest("other")) as lamb:
        check_bare(put_reserved(lamb, 901),
                   "Specified ReservedConcurrentExecutions for function decreases account's "
                   "UnreservedConcurrentExecution below its minimum value of [100].")
        same(put_reserved(lamb, 900).status, 200)
        same(put_reserved(lamb, 1, "other").status, 400)
        same(put_reserved(lamb, 0, "other").status, 200, "nothing is taken away by 0")
        check_refusal(put_reserved(lamb, 5, "guest:1"), 400, "InvalidParameterValueException",
                      "message", "This operation is permitted on Lambda functions only. "
                      "Aliases and versions do not support this operation. Please specify "
                      "either a function name or an unqualified function ARN.")
        check_refusal(put_reserved(lamb, 5, "nobody"), 404, "ResourceNotFoundException",
                      "Message", "Function not found: arn:aws:lambda:us-east-1:000000000000:"
                                 "function:nobody:$LATEST")
        check_refusal(put_reserved(lamb, -1), 400, "ValidationException", "message",
                      "1 validation error detected: Value '-1' at "
                      "'reservedConcurrentExecutions' failed to satisfy constraint: Member "
                      "must have value greater than or equal to 0")
        check_refusal(put_reserved(lamb, None), 400, "ValidationException", "message",
                      "Value null at 'reservedConcurrentExecutions' failed to satisfy "
                      "constraint: Member must not be null")
        for body in (b"", b"[]", b'{"ReservedConcurrentExecutions":"5"}', b"{"):
            same(lamb.request("PUT", "/2017-10-31/functions/guest/concurrency",
                              body).status, 400, body)
        same(get_reserved(lamb).json, {"ReservedConcurrentExecutions": 900}, "unchanged")


def test_a_reservation_throttles_with_its_own_reason():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        put_reserved(lamb, 0)
        check_throttled(lamb.invoke(), RESERVED)
        put_reserved(lamb, 1)
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(lambda: lamb.ask("sleep", s=1.0))
            wait_until("the first to run", lambda: lamb.status()["running"] == 1)
            check_throttled(lamb.invoke(), RESERVED)
            same(busy.result().status, 200)
        lamb.settle()
        for _ in range(9):
            lamb.ask("echo")  # in sequence: the one before has ended, or is about to
        check_throttled(lamb.invoke(), "ReservedFunctionInvocationRateLimitExceeded")


def test_a_client_that_calls_in_sequence_is_not_throttled_by_itself():
    with Emulator(guest(), args=["--timeout", "20"]) as lamb:
        put_reserved(lamb, 1)
        lamb.ask("answer_then_sleep", s=0.01)
        lamb.ask("answer_then_sleep", s=0.01)
        lamb.ask("answer_then_sleep", s=1.5)
        check_throttled(lamb.invoke(), RESERVED)  # it is at work for longer than a moment
        body = b"{}"
        gone = lamb.connect()
        gone.sendall(b"POST /2015-03-31/functions/guest/invocations HTTP/1.1\r\n"
                     b"Host: localhost\r\nContent-Length: 2\r\n\r\n" + body)
        gone.close()  # it leaves while it waits, or just before or behind
        lamb.settle()
        same(lamb.ask("echo").json["count"], 4)
        same(lamb.status()["environments"], 1)


def test_reservations_survive_kill_9():
    lamb = Emulator(guest())
    same(put_reserved(lamb, 7).status, 200)
    lamb.kill()
    with Emulator(guest(), state=lamb.state) as again:
        same(get_reserved(again).json, {"ReservedConcurrentExecutions": 7})
        same(again.request("DELETE", "/2017-10-31/functions/guest/concurrency").status, 204)
        again.kill()
    with Emulator(guest(), state=lamb.state) as again:
        same(get_reserved(again).json, {})


# -- provisioned ------------------------------------------------------------------------


def publish(lamb, version, name="guest"):
    """A published version: a copy of $LATEST, written while the emulator is down."""
    db = sqlite3.connect(os.path.join(lamb.state, "state.db"))
    record, digest = db.execute("SELECT record, code_digest FROM functions WHERE name = ? "
                                "AND version = '$LATEST'", (name,)).fetchone()
    db.execute("INSERT INTO functions(account, region, name, version, record, code_digest, "
               "revision) VALUES('000000000000', 'us-east-1', ?, ?, ?, ?, '')",
               (name, version, record, digest))
    db.commit()
    db.close()


def with_versions(*versions, code=None, args=(), guest_env=None):
    """An emulator whose guest has published versions."""
    with Emulator(code or guest(), guest_env=guest_env) as lamb:
        pass
    for version in versions:
        publish(lamb, version)
    return Emulator(guest("other"), state=lamb.state, args=args)


def provisioned(lamb, method, qualifier, amount=None, name="guest"):
    query = f"?Qualifier={qualifier}" if qualifier else ""
    body = json.dumps({"ProvisionedConcurrentExecutions": amount}) if amount is not None else None
    return lamb.request(method, f"/2019-09-30/functions/{name}/provisioned-concurrency{query}",
                        body)


def wait_ready(lamb, qualifier, status="READY"):
    return wait_until(f"{status} of {qualifier}", lambda: (
        lambda a: a if a.json.get("Status") == status else None)(
            provisioned(lamb, "GET", qualifier))).json


def test_provisioned_environments_are_started_ahead_and_serve_first():
    with with_versions("1") as lamb:
        answer = provisioned(lamb, "PUT", "1", 2)
        same(answer.status, 202)
        fresh = answer.json
        when = fresh.pop("LastModified")
        matches(when, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")
        same(fresh, {"RequestedProvisionedConcurrentExecutions": 2,
                     "AllocatedProvisionedConcurrentExecutions": 0,
                     "AvailableProvisionedConcurrentExecutions": 0,
                     "Status": "IN_PROGRESS"})
        same(wait_ready(lamb, "1"), {"RequestedProvisionedConcurrentExecutions": 2,
                                     "AllocatedProvisionedConcurrentExecutions": 2,
                                     "AvailableProvisionedConcurrentExecutions": 2,
                                     "Status": "READY", "LastModified": when})
        same(lamb.status()["environments"], 2)
        answer = lamb.invoke("guest:1", {"do": "env"})
        same(answer.json["AWS_LAMBDA_INITIALIZATION_TYPE"], "provisioned-concurrency")
        same(answer.headers["x-amz-executed-version"], "1")
        for _ in range(10):  # in sequence: never more than one at once
            lamb.ask_settled("echo", "guest:1")
        same(lamb.status()["environments"], 2)
        lamb.settle()
        with ThreadPoolExecutor(3) as pool:  # two are ready, the third spills over
            kinds = list(pool.map(lambda n: (lamb.invoke("guest:1", {"do": "sleep", "s": 0.7}),
                                             n)[0].json["event"]["s"], range(3)))
        same(kinds, [0.7] * 3)
        same(lamb.status()["environments"], 3)


def test_provisioned_concurrency_of_an_alias_is_that_of_its_version():
    with with_versions("1") as lamb:
        answer = lamb.request("POST", "/2015-03-31/functions/guest/aliases",
                              json.dumps({"Name": "prod", "FunctionVersion": "1"}))
        same(answer.status, 201, repr(answer))
        same(provisioned(lamb, "PUT", "prod", 1).status, 202)
        wait_ready(lamb, "prod")
        answer = lamb.invoke("guest:prod", {"do": "env"})
        same(answer.json["AWS_LAMBDA_INITIALIZATION_TYPE"], "provisioned-concurrency")


ALIASES = "/2015-03-31/functions/guest/aliases"


def test_provisioned_concurrency_moves_with_its_alias_and_ends_with_it():
    with with_versions("1", "2") as lamb:
        lamb.request("POST", ALIASES, json.dumps({"Name": "prod", "FunctionVersion": "1"}))
        put_reserved(lamb, 1)
        provisioned(lamb, "PUT", "prod", 1)
        wait_ready(lamb, "prod")
        same(lamb.request("PUT", ALIASES + "/prod",
                          json.dumps({"FunctionVersion": "2"})).status, 200)
        wait_ready(lamb, "prod")
        check_throttled(lamb.invoke("guest:1"), RESERVED)  # nothing is provisioned there now
        for name in ("guest:2", "guest:prod"):
            same(lamb.ask_settled("env", name).json["AWS_LAMBDA_FUNCTION_VERSION"], "2")
        same(lamb.request("DELETE", ALIASES + "/prod").status, 204)
        wait_until("its environment to end", lambda: lamb.status()["environments"] == 0)
        same(put_reserved(lamb, 0).status, 200, "nothing is provisioned any more")
        lamb.request("POST", ALIASES, json.dumps({"Name": "prod", "FunctionVersion": "1"}))
        same(provisioned(lamb, "GET", "prod").status, 404)
        lamb.kill()
    with Emulator(guest("other"), state=lamb.state) as lamb:
        same(provisioned(lamb, "GET", "prod").status, 404, "nor after a kill")


def test_a_version_and_its_alias_are_not_both_provisioned():
    with with_versions("1", "2") as lamb:
        lamb.request("POST", ALIASES, json.dumps({"Name": "prod", "FunctionVersion": "1"}))
        provisioned(lamb, "PUT", "1", 1)
        check_refusal(provisioned(lamb, "PUT", "prod", 1), 409, "ResourceConflictException",
                      "message", "Alias can't be used for Provisioned Concurrency "
                                 "configuration on an already Provisioned version")
        same(provisioned(lamb, "DELETE", "1").status, 204)
        same(provisioned(lamb, "PUT", "prod", 1).status, 202)
        check_refusal(provisioned(lamb, "PUT", "1", 1), 409, "ResourceConflictException",
                      "message", "Version is pointed by a Provisioned Concurrency alias")
        same(provisioned(lamb, "PUT", "2", 1).status, 202, "another version")


def inits(lamb):
    return lamb.status()["events"]["platform.initReport"]


def test_a_provisioned_environment_that_crashes_is_replaced():
    with with_versions("1") as lamb:
        provisioned(lamb, "PUT", "1", 1)
        wait_ready(lamb, "1")
        first = inits(lamb)
        lamb.invoke("guest:1", {"do": "exit", "code": 1})
        lamb.settle()
        # The one that crashed counts until it is gone, so wait for another's init.
        wait_until("the new one", lambda: inits(lamb) > first and provisioned(
            lamb, "GET", "1").json[
            "AvailableProvisionedConcurrentExecutions"] == 1 and lamb.status()[
                "environments"] == 1)
        answer = lamb.invoke("guest:1", {"do": "env"})
        same(answer.json["AWS_LAMBDA_INITIALIZATION_TYPE"], "provisioned-concurrency")


def test_an_init_that_fails_is_told_and_not_tried_for_ever():
    with with_versions("1", guest_env={"GUEST_INIT": "exit"}) as lamb:
        provisioned(lamb, "PUT", "1", 1)
        got = wait_ready(lamb, "1", "FAILED")
        same((got["StatusReason"], got["AvailableProvisionedConcurrentExecutions"]),
             ("FUNCTION_ERROR_INIT_FAILURE", 0))
        wait_until("it to be gone", lambda: lamb.status()["environments"] == 0)


def test_provisioned_environments_have_longer_than_ten_seconds_to_begin():
    slow = {"GUEST_INIT": "python", "GUEST_PYTHON": "time.sleep(10.5)"}
    with with_versions("1", guest_env=slow) as lamb:
        provisioned(lamb, "PUT", "1", 1)
        status = wait_until("the end of INIT", lambda: (
            lambda got: got if got != "IN_PROGRESS" else None)(
                provisioned(lamb, "GET", "1").json["Status"]), 30)
        same(status, "READY")
        same(lamb.ask("echo", "guest:1").json["count"], 1)


def test_provisioned_concurrency_is_taken_from_what_is_reserved():
    with with_versions("1") as lamb:
        put_reserved(lamb, 1)
        same(provisioned(lamb, "PUT", "1", 1).status, 202)
        wait_ready(lamb, "1")
        check_throttled(lamb.invoke("guest"), RESERVED)  # recorded: $LATEST has nothing left
        same(lamb.invoke("guest:1").status, 200)
        check_refusal(provisioned(lamb, "PUT", "1", 2), 400, "InvalidParameterValueException",
                      "message", "Requested Provisioned Concurrency should not be greater "
                                 "than the reservedConcurrentExecution for function")
        check_bare(put_reserved(lamb, 0),
                   " ReservedConcurrentExecutions  0 should not be lower than function's "
                   "total provisioned concurrency [1].")


def test_what_cannot_be_provisioned_is_refused_in_the_services_words():
    with with_versions("1") as lamb:
        check_refusal(provisioned(lamb, "PUT", "$LATEST", 1), 400,
                      "InvalidParameterValueException", "message",
                      "Provisioned Concurrency Configs cannot be applied to unpublished "
                      "function versions.")
        for method in ("GET", "DELETE"):
            check_refusal(provisioned(lamb, method, "$LATEST"), 400,
                          "InvalidParameterValueException", "message", "The function resource "
                          "provided must be an alias or a published version.")
        check_refusal(provisioned(lamb, "GET", "1"), 404,
                      "ProvisionedConcurrencyConfigNotFoundException", "message",
                      "No Provisioned Concurrency Config found for this function")
        lamb.request("POST", ALIASES, json.dumps({"Name": "newest",
                                                  "FunctionVersion": "$LATEST"}))
        check_refusal(provisioned(lamb, "PUT", "newest", 1), 400,
                      "InvalidParameterValueException", "message",
                      "Provisioned Concurrency Configs cannot be applied to unpublished "
                      "function versions.")
        check_refusal(provisioned(lamb, "PUT", "1", 0), 400, "ValidationException", "message",
                      "Value '0' at 'provisionedConcurrentExecutions' failed to satisfy "
                      "constraint: Member must have value greater than or equal to 1")
        check_bare(provisioned(lamb, "PUT", "1", 1001),
                   "Specified ConcurrentExecutions for function is greater than account's "
                   "unreserved concurrency [1000].")
        check_bare(provisioned(lamb, "PUT", "1", 901),
                   "Specified ConcurrentExecutions for function decreases account's "
                   "UnreservedConcurrentExecution below its minimum value of [100].")
        check_refusal(provisioned(lamb, "PUT", "7", 1), 404, "ResourceNotFoundException",
                      "Message", "Function not found: arn:aws:lambda:us-east-1:000000000000:"
                                 "function:guest:7")
        check_refusal(provisioned(lamb, "PUT", "prod", 1), 404, "ResourceNotFoundException",
                      "Message", "Cannot find alias arn: arn:aws:lambda:us-east-1:"
                                 "000000000000:function:guest:prod")
        same(lamb.status()["environments"], 0)


def test_provisioned_configurations_are_listed_and_survive_kill_9():
    with with_versions("1", "2", "3") as lamb:
        for version in ("1", "2", "3"):
            same(provisioned(lamb, "PUT", version, 1).status, 202)
        same(provisioned(lamb, "DELETE", "2").status, 204)
        same(provisioned(lamb, "DELETE", "2").status, 204, "nothing is there to delete")
        same(provisioned(lamb, "DELETE", "9").status, 404, "no such version")
        lamb.kill()
    with Emulator(guest("other"), state=lamb.state) as again:
        wait_ready(again, "3")
        path = "/2019-09-30/functions/guest/provisioned-concurrency?List=ALL"
        first = again.request("GET", path + "&MaxItems=1").json
        second = again.request("GET", path + f"&Marker={first['NextMarker']}").json
        same([c["FunctionArn"].rsplit(":", 1)[1]
              for page in (first, second) for c in page["ProvisionedConcurrencyConfigs"]],
             ["1", "3"])
        same("NextMarker" in second, False)
        check_refusal(again.request("GET", path + "&MaxItems=51"), 400,
                      "ValidationException", "message", "Member must have value less than or "
                                                        "equal to 50")


def send(lamb, method, path, body=None):
    """Begin a request; what is returned reads the status of its answer."""
    data = json.dumps(body).encode() if body is not None else b""
    connection = lamb.connect()
    connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close"
                       f"\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)

    def read():
        with connection, connection.makefile("rb") as answer:
            return int(answer.read().split(b" ", 2)[1])
    return read


def test_what_is_provisioned_while_its_alias_goes_is_refused_or_goes_too():
    path = "/2019-09-30/functions/guest/provisioned-concurrency"
    put = {"ProvisionedConcurrentExecutions": 1}
    with with_versions("1", "2") as lamb:
        for turn in range(8):
            name = f"prod{turn}"
            lamb.request("POST", ALIASES, json.dumps({"Name": name, "FunctionVersion": "1"}))
            first = [send(lamb, "DELETE", f"{ALIASES}/{name}"),
                     send(lamb, "PUT", f"{path}?Qualifier={name}", put)]
            same([read() for read in first][0], 204)
        same(send(lamb, "DELETE", "/2015-03-31/functions/guest?Qualifier=2")(), 204)
        lasts = [send(lamb, "PUT", f"{path}?Qualifier=1", put),
                 send(lamb, "DELETE", "/2015-03-31/functions/guest?Qualifier=1"),
                 send(lamb, "PUT", f"{path}?Qualifier=1", put)]
        same([read() for read in lasts][1], 204)
        same(lamb.request("GET", path + "?List=ALL").json["ProvisionedConcurrencyConfigs"], [])
        lamb.kill()
    db = sqlite3.connect(os.path.join(lamb.state, "state.db"))
    same(db.execute("SELECT name, qualifier FROM provisioned_concurrency").fetchall(), [])
    db.close()


# -- the property -----------------------------------------------------------------------


@limit(90)
def test_no_limit_is_exceeded_while_everything_happens_at_once():
    """Invocations, crashes, time outs and changes of the reservation: the functions count
    themselves, in a folder that they share."""
    shared = new_dir("shared")
    rng = random.Random(7)
    with Emulator(guest("a"), guest("b"), held=False, args=[
            "--timeout", "1", "--isolation", "limits", "--quotas", write_file(
                private_path("many.json"), '{"ConcurrentExecutions": 6, '
                '"UnreservedConcurrencyMinimum": 0, '
                '"RequestsPerSecondPerConcurrency": 100000}')]) as lamb:
        put_reserved(lamb, 2, "a")
        stop = threading.Event()
        seen = {"a": 0, "b": 0, "all": 0}

        def watch():
            while not stop.is_set():
                now = {name: len(os.listdir(os.path.join(shared, name))) for name in "ab"}
                seen["a"] = max(seen["a"], now["a"])
                seen["b"] = max(seen["b"], now["b"])
                seen["all"] = max(seen["all"], sum(now.values()))
                time.sleep(0.002)

        def one(todo):
            name, how = todo
            return lamb.invoke(name, {"do": "count", "dir": os.path.join(shared, name),
                                      "how": how}).status

        for name in "ab":
            os.mkdir(os.path.join(shared, name))
        watcher = threading.Thread(target=watch)
        watcher.start()
        todo = [(rng.choice("ab"), rng.choice(["end", "end", "end", "exit", "hang"]))
                for _ in range(120)]
        try:
            with ThreadPoolExecutor(12) as pool:
                statuses = pool.map(one, todo)
                for amount in (2, 1, 2, 0, 2):
                    time.sleep(0.3)
                    same(put_reserved(lamb, amount, "a").status, 200)
                statuses = set(statuses)
        finally:
            stop.set()
            watcher.join()
        same(statuses <= {200, 429}, True, str(statuses))
        same(200 in statuses and 429 in statuses, True, str(statuses))
        same((seen["a"] <= 2, seen["b"] <= 6, seen["all"] <= 6), (True, True, True), str(seen))
        same(seen["all"] >= 3, True, f"something ran at once: {seen}")
        lamb.settle()
        # No slot leaked: all of them can be taken again.
        for name, amount in (("a", 2), ("b", 4)):
            with ThreadPoolExecutor(amount) as pool:
                same(set(pool.map(lambda _, n=name: lamb.invoke(
                    n, {"do": "sleep", "s": 0.3}).status, range(amount))), {200}, name)
            lamb.settle()
