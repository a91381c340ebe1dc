#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""guest - a custom runtime that does what the event tells it to do.

The event's "do" names one of the functions below (do_NAME); what it returns is the
response. GUEST_INIT in the environment names one of the init_NAME functions, run before
the first poll. The Runtime API is spoken on plain sockets, so that a test can also say
something no proper client would say: {"do": "calls", "calls": [...]}.
"""

import base64
import json
import os
import signal
import socket
import sys
import threading
import time

sys.setrecursionlimit(20000)  # the service reads JSON 1000 deep, so do we

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
BASE = "/2018-06-01/runtime"
TICKS = [0]  # of do_background
NEXT = BASE + "/invocation/next"
CALL_SECONDS = 5  # how long one of the "calls" waits for its answer


class Connection:
    """One connection to the Runtime API, kept alive."""

    def __init__(self, seconds=None):
        self.seconds = seconds
        self.sock = None
        self.connect()

    def connect(self):
        host, port = API.rsplit(":", 1)
        self.sock = socket.create_connection((host.strip("[]"), int(port)))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(self.seconds)
        self.rest = b""

    def send(self, method, path, headers=None, body=b""):
        head = [f"{method} {path} HTTP/1.1", f"Host: {API}"]
        if method != "GET" or body:
            head.append(f"Content-Length: {len(body)}")
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.sock.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def more(self):
        piece = self.sock.recv(262144)
        if not piece:
            raise ConnectionError("the emulator closed the connection")
        self.rest += piece

    def receive(self):
        """Read one answer: status, headers with lower-case names, body."""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(lines[0].split()[1]), headers, body

    def call(self, method, path, headers=None, body=b""):
        self.send(method, path, headers, body)
        answer = self.receive()
        if answer[1].get("connection", "").lower() == "close":
            self.sock.close()
            self.connect()
        return answer


class Invocation:
    """An event as it was handed out."""

    def __init__(self, answer):
        self.status, self.headers, self.body = answer
        self.id = self.headers.get("lambda-runtime-aws-request-id", "")
        self.event = json.loads(self.body) if self.status == 200 else None
        self.answered = False


API_CONNECTION = Connection()
COUNT = 0  # invocations this process has seen


def respond(inv, body, headers=None):
    inv.answered = True
    return API_CONNECTION.call("POST", f"{BASE}/invocation/{inv.id}/response", headers, body)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# -- what an event may ask for ----------------------------------------------------------


def do_echo(inv):
    """What arrived, and who answers."""
    return {"event": inv.event, "id": inv.id, "headers": inv.headers, "pid": os.getpid(),
            "count": COUNT, "body": inv.body.decode("utf-8", "replace")}


def do_sleep(inv):
    time.sleep(inv.event["s"])
    return do_echo(inv)


def do_hang(inv):
    while True:
        time.sleep(1000)


def do_spin(inv):
    while True:
        pass


def do_exit(inv):
    os._exit(inv.event.get("code", 0))


def do_kill(inv):
    """Die of a signal, as it would be in any program."""
    number = inv.event["signal"]
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    time.sleep(10)


def do_abort(inv):
    os.abort()


def do_segv(inv):
    inv.event["signal"] = signal.SIGSEGV
    do_kill(inv)


def do_big(inv):
    """A JSON text of exactly "n" bytes."""
    respond(inv, b'"' + b"x" * (inv.event["n"] - 2) + b'"')


def do_count(inv):
    """Be seen in a folder while at work, then end well, by exit or by the time limit."""
    path = os.path.join(inv.event["dir"], f"{os.getpid()}")
    with open(path, "w", encoding="utf-8"):
        pass
    time.sleep(0.05)
    if inv.event["how"] == "hang":
        time.sleep(0.3)  # the kill comes later, and cannot remove it
        os.unlink(path)
        time.sleep(1000)
    os.unlink(path)
    if inv.event["how"] == "exit":
        os._exit(1)
    return {}


def do_raw(inv):
    """Exactly the text given."""
    respond(inv, inv.event["text"].encode("utf-8", "surrogateescape"),
            inv.event.get("headers"))


def do_env(inv):
    return dict(os.environ)


def do_stream(inv):
    """Stream the "pieces"; "size" makes them so long. A "trailer" tells of an error; with
    "hang" or "exit" the end never comes."""
    inv.answered = True
    trailer = inv.event.get("trailer")
    connection = Connection()
    head = [f"POST {BASE}/invocation/{inv.id}/response HTTP/1.1", f"Host: {API}",
            "Lambda-Runtime-Function-Response-Mode: streaming",
            "Content-Type: application/octet-stream", "Transfer-Encoding: chunked"]
    if trailer:
        head.append("Trailer: Lambda-Runtime-Function-Error-Type, "
                    "Lambda-Runtime-Function-Error-Body")
    connection.sock.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
    for piece in inv.event["pieces"]:
        body = piece.encode() * inv.event.get("size", 1)
        connection.sock.sendall(b"%x\r\n" % len(body) + body + b"\r\n")
        time.sleep(inv.event.get("pause", 0))
    if inv.event.get("hang"):
        time.sleep(1000)
    if inv.event.get("exit"):
        os._exit(1)
    end = b"0\r\n"
    if trailer:
        error = base64.b64encode(trailer.encode())
        end += (b"Lambda-Runtime-Function-Error-Type: Mine\r\n"
                b"Lambda-Runtime-Function-Error-Body: " + error + b"\r\n")
    connection.sock.sendall(end + b"\r\n")
    say(f"STREAMED {connection.receive()[0]}")
    connection.sock.close()


def do_background(inv):
    """Go on counting behind the answer, from now on."""
    def count():
        while True:
            TICKS[0] += 1
            if not inv.event.get("spin"):
                time.sleep(0.001)
    threading.Thread(target=count, daemon=True).start()
    return {}


def do_ticks(inv):
    return {"ticks": TICKS[0], "clock": time.monotonic()}


def do_headers(inv):
    """The headers that came with the event, in the log."""
    say("HEADERS " + json.dumps(inv.headers))


def do_python(inv):
    """Run "code"; what it calls `result` is the response."""
    scope = {}
    exec(inv.event["code"], scope)
    return scope.get("result")


def do_stdout(inv):
    for line in inv.event["lines"]:
        say(line)
    return {"written": len(inv.event["lines"])}


def do_stderr(inv):
    for line in inv.event["lines"]:
        os.write(2, (line + "\n").encode())
    return {"written": len(inv.event["lines"])}


def do_flood(inv):
    """Write "lines" numbered lines of "bytes" bytes each, newline included."""
    width = inv.event["bytes"] - 1
    out = []
    for i in range(inv.event["lines"]):
        out.append(f"flood {i} ".ljust(width, "x") + "\n")
        if len(out) == 256:
            sys.stdout.write("".join(out))
            out = []
    sys.stdout.write("".join(out))
    sys.stdout.flush()
    return {"written": inv.event["lines"]}


def do_error(inv):
    """Report a function error with the given type and body."""
    inv.answered = True
    headers = {"Lambda-Runtime-Function-Error-Type": inv.event.get("type", "Function.Test")}
    API_CONNECTION.call("POST", f"{BASE}/invocation/{inv.id}/error", headers,
                        inv.event["body"].encode())


def do_fork(inv):
    """Leave processes behind: a child, and one that has left the session."""
    for leave in (False, True):
        if os.fork() == 0:
            if leave:
                os.setsid()
                if os.fork() != 0:
                    os._exit(0)
            time.sleep(1000)
            os._exit(0)
    return {"pid": os.getpid()}


def do_memory(inv):
    """Use that many megabytes, for real."""
    held = bytearray(inv.event["mb"] << 20)
    for at in range(0, len(held), 4096):
        held[at] = 1
    return {"mb": len(held) >> 20}


def do_file(inv):
    """Append a line to a file in the temporary folder; tell what is in it."""
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "guest.txt")
    with open(path, "a", encoding="utf-8") as f:
        f.write("line\n")
    with open(path, encoding="utf-8") as f:
        return {"lines": len(f.readlines()), "pid": os.getpid()}


def do_read(inv):
    """The text of the file at "path"."""
    with open(inv.event["path"], encoding="utf-8") as f:
        return {"text": f.read()}


def do_answer_then_exit(inv):
    respond(inv, b'"answered"')
    os._exit(inv.event.get("code", 1))


def do_answer_then_sleep(inv):
    respond(inv, b'"answered"')
    time.sleep(inv.event["s"])


def do_two_pollers(inv):
    """Answer, then wait for the next events on two connections at a time."""
    import select

    respond(inv, b'"two"')
    pollers = [Connection(), Connection()]
    for poller in pollers:
        poller.send("GET", NEXT)
    say("POLLING")
    while True:
        ready, _, _ = select.select([p.sock for p in pollers], [], [])
        for poller in pollers:
            if poller.sock in ready:
                got = Invocation(poller.receive())
                respond(got, json.dumps({"poller": pollers.index(poller)}).encode())
                poller.send("GET", NEXT)


def one_call(inv, call):
    """Make one of the "calls" on a connection of its own; say how it went."""
    fill = {"{id}": inv.id if inv else ""}

    def text(value):
        for mark, content in fill.items():
            value = value.replace(mark, content)
        return value

    connection = Connection(CALL_SECONDS)
    try:
        if "raw" in call:
            connection.sock.sendall(text(call["raw"]).encode("latin-1"))
            if call.get("cut"):
                connection.sock.shutdown(socket.SHUT_WR)
        else:
            body = b"x" * call["fill"] if "fill" in call else text(call.get("body", "")).encode()
            connection.send(call["method"], text(call["path"]), call.get("headers"), body)
        status, headers, body = connection.receive()
    except TimeoutError:
        return {"timeout": True}
    except OSError as e:
        return {"closed": str(e)}
    finally:
        if not call.get("keep"):
            connection.sock.close()
        else:
            KEPT.append(connection)
    return {"status": status, "headers": headers, "body": body.decode("latin-1")}


KEPT = []


def do_calls(inv):
    """Make the given calls in order; RESULTS of them go to the log, and are the response
    unless one of the calls was meant to be ("answered")."""
    results = [one_call(inv, call) for call in inv.event["calls"]]
    say("RESULTS " + json.dumps(results))
    if inv.event.get("answered"):
        inv.answered = True
        return None
    return results


# -- what may happen in the INIT phase --------------------------------------------------


def init_exit():
    os._exit(int(os.environ.get("GUEST_CODE", "1")))


def init_hang():
    time.sleep(1000)


def init_error():
    """Report that init failed, as a runtime has to."""
    body = b'{"errorType":"Guest.Init","errorMessage":"as told"}'
    API_CONNECTION.call("POST", BASE + "/init/error",
                        {"Lambda-Runtime-Function-Error-Type": "Runtime.GuestInit"}, body)
    os._exit(1)


def init_once():
    """Fail the first time in this sandbox; the second time is fine."""
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "guest.init")
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8"):
            pass
        os._exit(1)


def init_calls():
    calls = json.loads(os.environ["GUEST_CALLS"])
    say("RESULTS " + json.dumps([one_call(None, call) for call in calls]))


def init_python():
    """Run GUEST_PYTHON with all that stands in this file."""
    exec(os.environ["GUEST_PYTHON"], globals())


def main():
    global COUNT

    name = os.environ.get("GUEST_INIT")
    if name:
        globals()["init_" + name]()
    while True:
        inv = Invocation(API_CONNECTION.call("GET", NEXT))
        if inv.status != 200:
            say(f"next: {inv.status} {inv.body!r}")
            os._exit(1)
        COUNT += 1
        todo = inv.event.get("do", "echo") if isinstance(inv.event, dict) else "echo"
        result = globals()["do_" + todo](inv)
        if not inv.answered:
            respond(inv, json.dumps(result).encode())


main()
