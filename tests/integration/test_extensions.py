# SPDX-License-Identifier: Apache-2.0
"""External and internal extensions: their events, their order, their budgets, and what
the client and the log see when one fails."""

import json
import os
import re
import shutil

from fixture import HERE, Emulator, Skip, contains, guest, new_dir, same, write_file

BASE = "/2020-01-01/extension"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def layer(*names, off=False):
    """A layer folder with extensions of these names."""
    top = new_dir("layer")
    os.mkdir(os.path.join(top, "extensions"))
    for name in names:
        shutil.copy(os.path.join(HERE, "guests", "extension.py"),
                    os.path.join(top, "extensions", name))
    if off:
        write_file(os.path.join(top, "disable-extensions-jwigqn8j"), "")
    return top


def start(*layers, plan=None, args=(), **options):
    arguments = [word for path in layers for word in ("--layer", path)]
    return Emulator(guest(), args=[*arguments, *args], guest_env={
        "EXTENSION_PLAN": json.dumps(plan or {}), **options.pop("guest_env", {})}, **options)


def said(lamb, name):
    """What the extension NAME told in the log, line by line."""
    return re.findall(rf"EXTENSION {name} (.*)$", lamb.log, re.M)


def fails_with(lamb, kind, text):
    answer = lamb.invoke(payload={"do": "echo"})
    same((answer.status, answer.error, answer.json["errorType"]), (200, "Unhandled", kind))
    contains(answer.json["errorMessage"], text)


def test_an_extension_hears_of_each_invocation():
    with start(layer("first")) as lamb:
        answer = lamb.ask("echo")
        second = lamb.ask_settled("echo")
        lamb.wait_log(rf'EXTENSION first event 200 .*"requestId":"{second.id}"')
        lines = said(lamb, "first")
        contains(lines[0], 'registered 200 {"accountId":"000000000000","functionName":"guest",'
                 '"functionVersion":"$LATEST","handler":"handler"}')
        events = [json.loads(line.split(" ", 2)[2]) for line in lines if line.startswith("event")]
        same(len(events), 2)
        same(list(events[0]), ["eventType", "deadlineMs", "requestId", "invokedFunctionArn",
                               "tracing"])
        same((events[0]["eventType"], events[0]["requestId"]), ("INVOKE", answer.id))
        same(events[0]["tracing"]["type"], "X-Amzn-Trace-Id")
    lines = said(lamb, "first")
    end = json.loads(lines[-2].split(" ", 2)[2])
    same((end["eventType"], end["shutdownReason"], lines[-1]), ("SHUTDOWN", "spindown", "ends"))
    same("got SIGTERM" in lines, False, "extensions get no SIGTERM")


def test_extensions_have_the_variables_they_should():
    with start(layer("e")) as lamb:
        lamb.ask("echo")
        names = said(lamb, "e")[1].split()[1:]
        for name in ("AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION",
                     "AWS_ACCESS_KEY_ID", "AWS_LAMBDA_INITIALIZATION_TYPE"):
            same(name in names, True, name)
        for name in ("_HANDLER", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
                     "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_XRAY_CONTEXT_MISSING"):
            same(name in names, False, name)


def test_all_are_registered_before_the_runtime_starts():
    with start(layer("b", "a"), plan={"a": {"events": []}, "b": {"events": ["SHUTDOWN"]}}) as lamb:
        lamb.ask("echo")
        lamb.settle()
        for name in ("a", "b"):
            same([line for line in said(lamb, name) if line.startswith("event")], [], name)
    same(said(lamb, "b")[-1], "ends")
    same(said(lamb, "a")[-1].startswith("variables"), True, "a wanted no event")


def test_the_invocation_is_over_when_the_extension_is():
    with start(layer("e"), plan={"e": {"invoke": "slow"}}) as lamb:
        lamb.ask("echo")
        lamb.settle()
        duration = float(lamb.wait_log(r"REPORT .*\tDuration: ([0-9.]+) ms").group(1))
        same(duration >= 300, True, f"{duration} ms")


def test_an_extension_that_never_polls_makes_the_invocation_time_out():
    with start(layer("e"), plan={"e": {"invoke": "hang"}}, args=["--timeout", "1"]) as lamb:
        same(lamb.invoke(payload={"do": "echo"}).error, None, "the answer was out already")
        lamb.wait_log(r"REPORT .*\tStatus: timeout")
        lamb.settle()
        lamb.ask("echo")  # init inside the invocation, which then times out alike


def test_an_extension_that_ends_is_fatal():
    with start(layer("e"), plan={"e": {"invoke": "exit"}}) as lamb:
        answer = lamb.invoke(payload={"do": "sleep", "s": 2})
        same((answer.error, answer.json["errorType"]), ("Unhandled", "Extension.Crash"))
        same(answer.json["errorMessage"], f"RequestId: {answer.id} Error: exit status 3")
        lamb.wait_log(r"REPORT .*Error Type: Extension.Crash")
    with start(layer("e"), plan={"e": {"start": "leave"}}) as lamb:
        fails_with(lamb, "Extension.Crash", "Error: exit code 0")


def test_what_an_extension_reports_is_what_the_client_sees():
    with start(layer("e"), plan={"e": {"start": "init_error"}}) as lamb:
        fails_with(lamb, "Extension.InitError", "exit status 1")
        same(said(lamb, "e")[-1], "reported 202")
    with start(layer("e"), plan={"e": {"invoke": "exit_error"}}) as lamb:
        answer = lamb.invoke(payload={"do": "sleep", "s": 2})
        same(answer.json["errorType"], "Extension.ExitError")


def test_one_that_cannot_start_fails_the_init():
    for text, mode, why in (("no program", 0o644, "PermissionDenied"),
                            ("#!/no/such/program\n", 0o755, "UnknownError")):
        top = layer("e")
        write_file(os.path.join(top, "extensions", "broken"), text, mode)
        with start(top) as lamb:
            fails_with(lamb, "Extension.LaunchError", "could not be started")
            lamb.wait_log(r"(?m)^EXTENSION\tName: broken\tState: LaunchError\tEvents: \[\]"
                          rf"\tError Type: {why}$")


def test_an_extension_that_hangs_is_ended_by_the_init_limit_then_by_the_timeout():
    with start(layer("e"), plan={"e": {"start": "hang"}}, args=["--timeout", "1"]) as lamb:
        answer = lamb.invoke(payload={"do": "echo"}, seconds=30)
        same(answer.json["errorType"], "Sandbox.Timedout")


def test_who_ignores_the_end_is_killed():
    with start(layer("e"), plan={"e": {"shutdown": "hang"}}) as lamb:
        lamb.ask("echo")
    contains(said(lamb, "e")[-1], "SHUTDOWN")


def test_who_is_busy_when_the_end_comes_finishes_and_is_told():
    plan = {"busy": {"invoke": "late"}, "unasked": {"invoke": "hang", "events": ["INVOKE"]}}
    with start(layer("busy", "unasked"), plan=plan, args=["--timeout", "1"]) as lamb:
        if not re.search(r"isolation (full|rootless)", lamb.log):
            raise Skip("the extension looks for the runtime in its own pid namespace")
        same(lamb.invoke(payload={"do": "sleep", "s": 5}).json["errorType"],
             "Sandbox.Timedout")
        lamb.wait_log(r"^EXTENSION busy ends$")
    same([json.loads(line.split(" ", 2)[2])["eventType"]
          for line in said(lamb, "busy") if line.startswith("event")][:2],
         ["INVOKE", "SHUTDOWN"])
    contains(lamb.log, '"shutdownReason":"timeout"')


def test_after_a_timeout_extensions_are_told_so_and_start_again():
    with start(layer("e"), args=["--timeout", "1"]) as lamb:
        same(lamb.invoke(payload={"do": "sleep", "s": 5}).json["errorType"],
             "Sandbox.Timedout")
        lamb.ask("echo")
        reasons = re.findall(r'"shutdownReason":"(\w+)"', lamb.log)
        same(reasons, ["timeout"])
        same(len([x for x in said(lamb, "e") if x.startswith("registered")]) > 1, True)


def test_after_a_crash_extensions_are_told_of_a_failure():
    with start(layer("e")) as lamb:
        same(lamb.invoke(payload={"do": "exit", "code": 1}).error, "Unhandled")
        lamb.ask_settled("echo")
        same(re.findall(r'"shutdownReason":"(\w+)"', lamb.log), ["failure"])


def test_the_switch_turns_extensions_off():
    calls = [{"method": "POST", "path": BASE + "/register"}]
    with start(layer("e", off=True), guest_env={
            "GUEST_INIT": "calls", "GUEST_CALLS": json.dumps(calls)}) as lamb:
        lamb.ask("echo")
        same(said(lamb, "e"), [])
        same(lamb.results()[0]["status"], 404)


# A runtime that says when it gets SIGTERM, and goes on.
HEEDLESS = ("import signal, time\n"
            "signal.signal(signal.SIGTERM, lambda *_: print('GOT SIGTERM', "
            "round(time.time() * 1000), flush=True))\nresult = 1")


def asked_to_end(*layers, **options):
    """An emulator that has stopped, and its heedless runtime, which said so in time: the 300
    or 500 ms that it has are little on a busy machine."""
    for _ in range(3):
        with start(*layers, **options) as lamb:
            lamb.ask("python", code=HEEDLESS)
        if "GOT SIGTERM" in lamb.log:
            return lamb
    raise AssertionError(f"it was never asked:\n{lamb.log}")


def test_without_extensions_nobody_is_asked_to_end():
    with start() as lamb:
        lamb.ask("python", code=HEEDLESS)
    same("GOT SIGTERM" in lamb.log, False, lamb.log)


def test_with_an_internal_extension_the_runtime_is_asked_then_killed():
    register = INTERNAL + """
_, who = register("inside")
threading.Thread(target=ask, args=("GET", "/event/next", who), daemon=True).start()
"""
    lamb = asked_to_end(guest_env={"GUEST_INIT": "python", "GUEST_PYTHON": register})
    same(lamb.log.count("GOT SIGTERM"), 1, lamb.log)


def test_extensions_are_told_when_the_runtime_is_gone_and_have_two_seconds_in_all():
    lamb = asked_to_end(layer("e"))
    asked_at = int(re.search(r"GOT SIGTERM (\d+)", lamb.log).group(1))
    end = json.loads(said(lamb, "e")[-2].split(" ", 2)[2])
    same(end["shutdownReason"], "spindown")
    # Read in the runtime a little after the budget began to run.
    same(0 < end["deadlineMs"] - asked_at <= 2000, True, f"{asked_at} {end}")
    same(lamb.log.index("GOT SIGTERM") < lamb.log.index('"eventType":"SHUTDOWN"'), True)


def refusal(result):
    body = json.loads(result["body"])
    return result["status"], body["errorType"], body["errorMessage"]


def test_wrong_uses_are_answered_as_the_core_does():
    some = "00000000-0000-4000-8000-000000000000"
    identified = {"Lambda-Extension-Identifier": some}
    typed = {**identified, "Lambda-Extension-Function-Error-Type": "x"}
    named = {"Lambda-Extension-Name": "internal"}

    def register(body, headers=None):
        return {"method": "POST", "path": BASE + "/register", "headers": headers or named,
                "body": body}

    table = [
        (register("{}", {"X": "y"}),
         (403, "Extension.InvalidExtensionName", "Empty extension name")),
        (register(""), (403, "InvalidRequestFormat", "unexpected end of JSON input")),
        (register('{"configurationKeys":["x"]}'),
         (403, "InvalidRequestFormat",
          "configurationKeys are deprecated; use environment variables instead")),
        (register('{"events":["FOO"]}'),
         (403, "Extension.InvalidEventType", "FOO: ErrorInvalidEventType")),
        (register('{"events":["SHUTDOWN"]}'),
         (403, "Extension.InvalidEventType",
          "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension")),
        (register('{"events":[]}', {"Lambda-Extension-Name": "e"}),
         (403, "Extension.InvalidExtensionState",
          "State transition from Ready to Registered failed for extension e. "
          "Error: State transition is not allowed")),
        ({"method": "GET", "path": BASE + "/event/next"},
         (403, "Extension.MissingExtensionIdentifier",
          "Missing Lambda-Extension-Identifier header")),
        ({"method": "GET", "path": BASE + "/event/next",
          "headers": {"Lambda-Extension-Identifier": "x"}},
         (403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")),
        ({"method": "GET", "path": BASE + "/event/next", "headers": identified},
         (403, "Extension.UnknownExtensionIdentifier", f"Unknown extension {some}")),
        ({"method": "POST", "path": BASE + "/init/error", "headers": identified},
         (403, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")),
        ({"method": "POST", "path": BASE + "/exit/error", "headers": typed},
         (403, "Extension.UnknownExtensionIdentifier", "Unknown Lambda-Extension-Identifier")),
    ]
    calls = [call for call, _ in table] + [{"method": "POST", "path": BASE + "/event/next"}]
    # The layer's extension is registered: it may not be registered again. By the time of
    # an invocation it surely waits in /event/next.
    with start(layer("e"), plan={"e": {"events": []}}) as lamb:
        lamb.invoke(payload={"do": "calls", "calls": calls})
        results = lamb.results()
        for got, (call, want) in zip(results, table):
            same(refusal(got), want, str(call))
        same(results[-1]["status"], 405)
        same(lamb.status()["refused"]["extension"], 1, "the one that its state refused")


# Calls of an internal extension, which it makes before the runtime's first poll. They run
# inside the guest; results are triples of status, type and text of the error.
INTERNAL = """
E = "/2020-01-01/extension"
TYPED = {"Lambda-Extension-Function-Error-Type": "Extension.Oops"}
def ask(method, path, headers, body=b"", connection=None):
    status, got, text = (connection or Connection()).call(method, E + path, headers, body)
    text = json.loads(text) if text[:1] == b"{" else {}
    return [status, text.get("errorType"), text.get("errorMessage")], got
def register(name):
    answer, got = ask("POST", "/register", {"Lambda-Extension-Name": name}, b'{"events":[]}')
    return answer, {"Lambda-Extension-Identifier": got.get("lambda-extension-identifier", "")}
out = []
"""
# The init fails, and is tried once more inside the invocation: both say the same.
TELL = """
say("RESULTS " + json.dumps(out))
os._exit(7)
"""


def internal(code):
    """What CODE of an internal extension left in `out`; the environment is gone then."""
    with start(guest_env={"GUEST_INIT": "python",
                          "GUEST_PYTHON": INTERNAL + code + TELL}) as lamb:
        answer = lamb.invoke()
        contains(answer.json["errorMessage"], "exit status 7")
        counted = lamb.status()["refused"]["extension"]
        return lamb.results(), counted


def state_refusal(before, to, who):
    return [403, "Extension.InvalidExtensionState",
            f"State transition from {before} to {to} failed for extension {who}. "
            "Error: State transition is not allowed"]


def test_an_eleventh_file_fails_the_init():
    with start(layer(*[f"e{n:02}" for n in range(11)])) as lamb:
        fails_with(lamb, "Extension.LaunchError", "there are more than 10 extensions")
        lamb.wait_log(r"(?m)^EXTENSION\tName: e10\tState: LaunchError\tEvents: \[\]"
                      r"\tError Type: TooManyExtensions$")


def test_an_extension_s_state_refuses_what_comes_at_the_wrong_time():
    out, counted = internal("""
_, who = register("one")
out.append(who["Lambda-Extension-Identifier"])
out.append(register("one")[0])
out.append(ask("POST", "/exit/error", {**who, **TYPED})[0])
out += [ask("POST", "/init/error", {**who, **TYPED})[0] for _ in range(2)]
out.append(ask("GET", "/event/next", who)[0])
out.append(ask("POST", "/exit/error", {**who, **TYPED})[0])
out.append(ask("GET", "/no/such/call", who)[0])
out.append(ask("POST", "/init/error", {"Lambda-Extension-Identifier":
           "00000000-0000-4000-8000-000000000000", **TYPED})[0])
""")
    who = out[0]
    same(out[1:], [
        [403, "Extension.InvalidExtensionState", "Extension with this name already registered"],
        state_refusal("Registered", "Exited", who),
        [202, None, None], [202, None, None],
        state_refusal("InitError", "Ready", who),
        state_refusal("InitError", "Exited", who),
        [404, None, None],
        [403, "Extension.UnknownExtensionIdentifier", "Unknown Lambda-Extension-Identifier"]])
    same(counted, 6, "three refusals of the machine, in each of the two inits")


def test_a_second_poll_beside_a_waiting_one_is_refused():
    out, _ = internal("""
import select
_, who = register("one")
polls = [Connection(), Connection()]
for poll in polls:
    poll.send("GET", E + "/event/next", who)
first = select.select([p.sock for p in polls], [], [])[0]
out.append(who["Lambda-Extension-Identifier"])
for poll in polls:
    if poll.sock in first:
        status, _, text = poll.receive()
        out.append([status, *reversed(json.loads(text).values())])
out.append(ask("POST", "/init/error", {**who, **TYPED})[0])
out += [ask("POST", "/exit/error", {**who, **TYPED})[0] for _ in range(2)]
""")
    who = out[0]
    same(out[1:], [state_refusal("Ready", "Ready", who),
                   state_refusal("Ready", "InitError", who),
                   [202, None, None], [202, None, None]])


def test_the_eleventh_extension_is_one_too_many():
    out, _ = internal("""
out = [register(f"e{n}")[0][:2] for n in range(10)] + [register("e10")[0]]
""")
    same(out, [[200, None]] * 10 + [[403, "Extension.TooManyExtensions",
                                     "Extension limit (10) reached"]])


# It speaks in the runtime's name while there is no runtime yet, then registers.
USURPER = """#!/usr/bin/python3 -IS
import http.client, os
def call(method, path, headers):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, path, "{}", headers)
    answer = connection.getresponse()
    answer.read()
    return answer
print("USURPER", call("POST", "/2018-06-01/runtime/init/error", {}).status, flush=True)
who = call("POST", "/2020-01-01/extension/register", {"Lambda-Extension-Name": "usurper"})
call("GET", "/2020-01-01/extension/event/next", {"Lambda-Extension-Identifier":
     who.getheader("Lambda-Extension-Identifier")})
"""


def test_each_machine_counts_what_it_refused():
    top = layer()
    write_file(os.path.join(top, "extensions", "usurper"), USURPER, 0o755)
    with start(top) as lamb:
        same(lamb.status()["refused"],
             {"environment": 0, "runtime": 0, "extension": 0, "freeze": 0})
        # The runtime is refused its first poll, and exits; twice, for init is repeated.
        answer = lamb.invoke()
        same((answer.error, answer.body), ("Unhandled", b"{}"), "what was posted")
        lamb.settle()
        same(len(re.findall(r"USURPER 202", lamb.log)), 2, lamb.log)
        same(lamb.status()["refused"],
             {"environment": 2, "runtime": 2, "extension": 0, "freeze": 0})


def test_registration_closes_with_the_first_poll():
    with start() as lamb:
        late = [{"method": "POST", "path": BASE + "/register", "body": "{}",
                 "headers": {"Lambda-Extension-Name": "late"}}]
        lamb.invoke(payload={"do": "calls", "calls": late})
        same(refusal(lamb.results()[0]), (403, "Extension.RegistrationClosed",
                                          "Extension registration closed already"))
