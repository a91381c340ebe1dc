#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""extension - an external extension that does what EXTENSION_PLAN in the environment says:
a JSON object {NAME: {...}} with, by its own file name,

    "events"    what it registers for (default INVOKE and SHUTDOWN)
    "start"     "exit", "leave", "hang", "init_error": instead of the first poll
    "invoke"    "exit", "hang", "exit_error", "slow", "late": when an invocation comes
    "shutdown"  "hang": ignore the end

Each step is one line of its output: EXTENSION NAME WHAT.
"""

import http.client
import json
import os
import signal
import sys
import time

NAME = os.path.basename(sys.argv[0])
PLAN = json.loads(os.environ.get("EXTENSION_PLAN", "{}")).get(NAME, {})
BASE = "/2020-01-01/extension"


def say(*what):
    print("EXTENSION", NAME, *what, flush=True)


def call(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, BASE + path, body, {
        name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def runtime_lives():
    """Is there a process of the guest that is not over? In a pid namespace of our own."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                name, state = f.read().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if name == "bootstrap" and state.split()[0] not in "ZX":
            return True
    return False


def act(what, ident):
    if what == "exit":
        say("exits")
        sys.exit(3)
    if what == "leave":
        sys.exit(0)
    if what == "hang":
        signal.pause()
    if what == "slow":
        time.sleep(0.3)
    if what == "late":  # until the runtime is gone
        while runtime_lives():
            time.sleep(0.02)
    if what in ("init_error", "exit_error"):
        status, _, _ = call("POST", "/" + what.replace("_", "/"), "{}",
                            Lambda_Extension_Identifier=ident,
                            Lambda_Extension_Function_Error_Type="Extension.Oops")
        say("reported", status)
        sys.exit(1)


signal.signal(signal.SIGTERM, lambda *_: say("got SIGTERM"))
status, headers, text = call("POST", "/register", json.dumps(
    {"events": PLAN.get("events", ["INVOKE", "SHUTDOWN"])}), Lambda_Extension_Name=NAME,
    Lambda_Extension_Accept_Feature="accountId")
say("registered", status, text.strip())
ident = headers.get("Lambda-Extension-Identifier", "")
say("variables", " ".join(sorted(os.environ)))
act(PLAN.get("start"), ident)
while True:
    status, headers, text = call("GET", "/event/next", Lambda_Extension_Identifier=ident)
    say("event", status, text)
    kind = json.loads(text)["eventType"]
    act(PLAN.get(kind.lower()), ident)
    if kind == "SHUTDOWN":
        say("ends")
        sys.exit(0)
