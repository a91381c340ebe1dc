#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""telemetry - an extension that subscribes as TELEMETRY_PLAN in the environment says:

    "path"       the API: /2022-07-01/telemetry, /2020-08-15/logs
    "wish"       the subscription; the destination is filled in
    "tcp"        true: listen for lines instead of HTTP
    "times"      how often it subscribes (default once)
    "slow"       seconds it takes for each invocation
    "refuse"     how many of the first batches are answered with 500

Each step is one line of its output: EXTENSION NAME WHAT. It tells each event that it got
("got"), in the end when its own output would be an event.
"""

import http.client
import http.server
import json
import os
import socket
import sys
import threading
import time

NAME = os.path.basename(sys.argv[0])
PLAN = json.loads(os.environ["TELEMETRY_PLAN"])
EVENTS = []


def say(*what):
    os.write(1, (" ".join(["EXTENSION", NAME, *map(str, what)]) + "\n").encode())


def call(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, path, body, {
        name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def note(event, how):
    """Tell it at once, unless that would be an event for us too."""
    if "extension" in PLAN["wish"]["types"]:
        EVENTS.append({**event, "how": how})
    else:
        say("got", json.dumps({**event, "how": how}))


class Receiver(http.server.BaseHTTPRequestHandler):
    refused = 0

    def take(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Receiver.refused < PLAN.get("refuse", 0):
            Receiver.refused += 1
            self.send_response(500)
        else:
            for event in json.loads(body):
                note(event, f"{self.command} {self.path} {self.headers['Host'].split(':')[0]}")
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = take

    def log_message(self, *_):
        pass


def serve_http():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def read_lines(connection):
    with connection, connection.makefile("r", encoding="utf-8") as lines:
        for line in lines:
            note(json.loads(line), "TCP")


def accept(listener):
    while True:
        threading.Thread(target=read_lines, args=(listener.accept()[0],), daemon=True).start()


def serve_tcp():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


status, headers, _ = call("POST", "/2020-01-01/extension/register", json.dumps(
    {"events": ["INVOKE", "SHUTDOWN"]}), Lambda_Extension_Name=NAME)
ident = headers["Lambda-Extension-Identifier"]
wish = PLAN["wish"]
if PLAN.get("tcp"):
    wish["destination"] = {"protocol": "TCP", "port": serve_tcp()}
else:
    wish["destination"] = {"protocol": "HTTP", "URI":
                           f"http://sandbox.localdomain:{serve_http()}/in"}
say("before subscribing")
for _ in range(PLAN.get("times", 1)):
    status, _, text = call("PUT", PLAN["path"], json.dumps(wish),
                           Lambda_Extension_Identifier=ident)
    say("subscribed", status, text.strip())
while True:
    _, _, text = call("GET", "/2020-01-01/extension/event/next",
                      Lambda_Extension_Identifier=ident)
    event = json.loads(text)
    if event["eventType"] == "INVOKE":
        say("invoked")
        time.sleep(PLAN.get("slow", 0))
        continue
    status, _, text = call("PUT", PLAN["path"], json.dumps(wish),
                           Lambda_Extension_Identifier=ident)
    say("late", status, text.strip())
    for event in EVENTS:
        say("got", json.dumps(event))
    sys.exit(0)
