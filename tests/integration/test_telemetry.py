# SPDX-License-Identifier: Apache-2.0
"""The Telemetry API and the Logs API as an extension meets them."""

import json
import os
import re
import shutil

from fixture import HERE, Emulator, Skip, contains, guest, matches, new_dir, same, wait_until

TELEMETRY = "/2022-07-01/telemetry"
LOGS = "/2020-08-15/logs"
UNKNOWN = "01234567-89ab-4def-8123-456789abcdef"
PROMPT = {"timeoutMs": 25}


def start(plan, args=()):
    """An emulator whose function has the extension `agent`, subscribed by PLAN."""
    layer = new_dir("layer")
    os.mkdir(os.path.join(layer, "extensions"))
    shutil.copy(os.path.join(HERE, "guests", "telemetry.py"),
                os.path.join(layer, "extensions", "agent"))
    return Emulator(guest(), args=["--layer", layer, *args],
                    guest_env={"TELEMETRY_PLAN": json.dumps(plan)})


def said(lamb, what):
    return re.findall(rf"^EXTENSION agent {what} ?(.*)$", lamb.log, re.M)


def received(lamb):
    """What the agent got, as it told."""
    return [json.loads(line) for line in said(lamb, "got")]


def run(plan, *asks, args=()):
    """Invoke the guest with ASKS, one after the other; stop; give the emulator."""
    lamb = start(plan, args)
    with lamb:
        for ask in asks:
            lamb.settle()
            lamb.invoke(payload=ask)
        lamb.settle()
        wait_until("the extension to be invoked", lambda: len(said(lamb, "invoked")) == len(asks))
        if asks[-1]["do"] == "exit":
            lamb.wait_log(r"^EXTENSION agent got .*platform\.fault")
    return lamb


def wish(*types, schema="2022-12-13"):
    return {"schemaVersion": schema, "types": list(types), "buffering": PROMPT}


def test_only_a_registered_extension_may_subscribe():
    cases = [
        (TELEMETRY, None, "Extension.MissingExtensionIdentifier",
         "Missing Lambda-Extension-Identifier header"),
        (LOGS, "nonsense", "Extension.InvalidExtensionIdentifier",
         "Invalid Lambda-Extension-Identifier"),
        (TELEMETRY, UNKNOWN, "Extension.UnknownExtensionIdentifier",
         f"Unknown extension {UNKNOWN}"),
        (LOGS, UNKNOWN, "Extension.UnknownExtensionIdentifier",
         f"Unknown extension {UNKNOWN}"),
    ]
    calls = [{"method": "PUT", "path": path, "body": "{}",
              "headers": {"Lambda-Extension-Identifier": who} if who else {}}
             for path, who, _, _ in cases]
    calls.append({"method": "POST", "path": TELEMETRY})
    with Emulator(guest()) as lamb:
        answers = lamb.ask("calls", calls=calls).json
    for answer, (_, _, kind, text) in zip(answers, cases):
        same(answer["status"], 403)
        same(json.loads(answer["body"]), {"errorMessage": text, "errorType": kind})
    same((answers[-1]["status"], answers[-1]["body"]), (405, ""))


def test_a_subscriber_gets_every_event_of_a_cold_start_in_order():
    lamb = run({"path": TELEMETRY, "slow": 0.2,
                "wish": wish("platform", "function", "extension")},
               {"do": "stdout", "lines": ["from the function"]})
    same(said(lamb, "subscribed"), ['200 "OK"'])
    same(said(lamb, "late"), ['403 {"errorMessage":"Telemetry API subscription is closed",'
                              '"errorType":"Telemetry.SubscriptionClosed"}'])
    events = received(lamb)
    same({event["how"] for event in events}, {"POST /in sandbox.localdomain"})
    platform = [event for event in events if event["type"].startswith("platform.")]
    same([event["type"][9:] for event in platform],
         ["initStart", "extension", "telemetrySubscription", "extension", "initRuntimeDone",
          "initReport", "start", "runtimeDone", "report"])
    record = {event["type"][9:]: event["record"] for event in platform}
    same(record["initStart"]["functionName"], "guest")
    same(record["telemetrySubscription"], {"name": "agent", "state": "Subscribed",
                                           "types": ["platform", "function", "extension"]})
    same(record["extension"], {"name": "agent", "state": "Ready",
                               "events": ["INVOKE", "SHUTDOWN"]})
    same([span["name"] for span in record["runtimeDone"]["spans"]],
         ["responseLatency", "responseDuration", "runtimeOverhead"])
    same([span["name"] for span in record["report"]["spans"]], ["extensionOverhead"])
    same(record["report"]["requestId"], record["start"]["requestId"])
    contains([event["record"] for event in events if event["type"] == "function"],
             "from the function")
    own = [event["record"] for event in events if event["type"] == "extension"]
    contains(own, "EXTENSION agent before subscribing", "replayed")
    contains(own, "EXTENSION agent invoked")
    matches(lamb.log, r"(?m)^TELEMETRY\tName: agent\tState: Subscribed\tTypes: \[Platform, "
                      r"Function, Extension\]$")
    matches(lamb.log, r"(?m)^EXTENSION\tName: agent\tState: Ready\tEvents: \[INVOKE,SHUTDOWN\]$")


def test_batches_that_are_refused_come_again():
    lamb = run({"path": TELEMETRY, "wish": wish("function"), "refuse": 2},
               {"do": "stdout", "lines": ["one", "two"]}, {"do": "sleep", "s": 0.5})
    same([event["record"] for event in received(lamb)], ["one", "two"])


def test_what_waits_is_delivered_before_shutdown():
    far = {**wish("platform"), "buffering": {"timeoutMs": 30000}}
    lamb = run({"path": TELEMETRY, "wish": far}, {"do": "echo"})
    last = lamb.log.rindex('"type": "platform.report"')
    same(last < lamb.log.index("EXTENSION agent late"), True, lamb.log)


def test_a_frame_of_the_log_pipe_has_its_own_time():
    code = ("import os, struct\n"
            "os.write(int(os.environ['_LAMBDA_TELEMETRY_LOG_FD']), struct.pack('>IIq', "
            "0xa55a0017, 3, 1760000000123000) + b'a\\nb')\nresult = 1")
    lamb = run({"path": TELEMETRY, "wish": wish("function")},
               {"do": "python", "code": code},
               args=["--runtime", "python3.12", "--runtime-client", "python3.12=./bootstrap"])
    got = [event for event in received(lamb) if event["record"] == "a\nb"]
    same([event["time"] for event in got], ["2025-10-09T08:53:20.123Z"])


def test_tcp_carries_lines():
    lamb = run({"path": TELEMETRY, "tcp": True, "wish": wish("function", schema="2025-01-29")},
               {"do": "stdout", "lines": ["one", "tw\u00f6 \"quoted\""]}, {"do": "echo"})
    same([(event["how"], event["record"]) for event in received(lamb)],
         [("TCP", "one"), ("TCP", "tw\u00f6 \"quoted\"")])


def test_telemetry_reaches_a_network_of_its_own():
    if os.environ.get("LAMB_ISOLATION") in ("limits", "none"):
        raise Skip("at this level there is the host's network only")
    asks = [{"do": "stdout", "lines": ["one"]}, {"do": "stdout", "lines": ["two"]}]
    for network in ("none", "private"):
        for tcp in (False, True):
            try:
                lamb = run({"path": TELEMETRY, "tcp": tcp, "refuse": 1,
                            "wish": wish("function")}, *asks, args=["--network", network])
            except AssertionError as e:
                if "has no namespaces" in str(e):
                    raise Skip("there are no namespaces here") from e
                raise
            same([event["record"] for event in received(lamb)], ["one", "two"],
                 f"network {network}, TCP {tcp}")


def test_the_logs_api_has_its_own_events():
    lamb = run({"path": LOGS, "times": 2, "wish": wish("platform", schema="2021-03-18")},
               {"do": "echo"}, {"do": "exit"})
    same(said(lamb, "subscribed"), ['200 "OK"', '200 "AlreadySubscribed"'])
    events = [(event["type"][9:], event["record"]) for event in received(lamb)]
    same([kind for kind, _ in events],
         ["extension", "logsSubscription", "logsSubscription", "extension",
          "start", "runtimeDone", "end", "report", "start", "runtimeDone", "end", "report",
          "fault"])
    matches(events[-1][1], "^RequestId: [-0-9a-f]+ Process exited before completing request\n"
                           "Runtime.ExitError$")
    same(list(events[7][1]), ["requestId", "metrics"])


def test_json_records_are_objects_and_levels_do_not_filter():
    line = '{"timestamp":"2026-01-02T03:04:05Z","level":"debug","n":1.10}'
    lamb = run({"path": TELEMETRY, "wish": wish("function")},
               {"do": "stdout", "lines": [line, "plain"]}, {"do": "echo"},
               args=["--log-format", "json", "--application-log-level", "warn"])
    same([event["record"] for event in received(lamb)],
         [json.loads(line), "plain"])
    same(any(text == line for text in lamb.log.splitlines()), False, "not in the log")
