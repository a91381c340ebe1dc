# SPDX-License-Identifier: Apache-2.0
"""calls - a program that calls AWS as it is told (tests/calls), and a server that answers
as it is scripted."""

import json
import queue
import socket
import subprocess
import threading

from fixture import build_path, clean_environment

PATIENCE_S = 20
KEY, SECRET, REGION = "AKIDEXAMPLE", "a secret", "eu-central-1"


class Calls:
    """The program: `with Calls(url) as calls: calls(op="call", service="sqs")`."""

    def __init__(self, url, *options, program="calls", **env):
        variables = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION,
                     "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, **env}
        self.command = [build_path("tests", "calls", program), *options]
        self.env = clean_environment(
            **{name: value for name, value in variables.items() if value is not None})

    def __enter__(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=self.env, text=True)
        return self

    def ask(self, **wish):
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the caller ended with {self.process.wait(PATIENCE_S)}")
        return json.loads(line)

    def __call__(self, **wish):
        self.ask(**wish)
        return self.answer()

    def __exit__(self, kind, *_):
        self.process.stdin.close()
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        if kind is None and code != 0:
            raise AssertionError(f"the caller ended with status {code}")


class Request:
    """What came over one connection: the first line's parts, header fields, the body."""

    def __init__(self, head, rest, connection):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.fields[name.lower()] = value.strip()
        self.connection = connection
        size = int(self.fields.get("content-length", 0))
        self.body = rest[:size]


def http(status, body=b"", *fields, close=False):
    """An answer in bytes."""
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Text", f"Content-Length: {len(body)}", *fields]
    if close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Scripted:
    """A server with an answer for each request in turn: bytes, or a function that is given
    the socket and does as it likes. CLOSE closes the connection, RESET with a reset. With
    TLS, an ssl.SSLContext, it speaks that."""

    CLOSE, RESET = object(), object()

    def __init__(self, *script, tls=None):
        self.tls = tls
        self.script = queue.Queue()
        for answer in script:
            self.script.put(answer)
        self.requests, self.connections = [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"
        self.sockets = []
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.sockets:
            self.hang_up(each)
        self.thread.join()

    @staticmethod
    def hang_up(connection):
        """End CONNECTION, from any thread. The one that serves it closes it: a descriptor
        that is closed under a read may be another file's when the read begins."""
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True,
                                                      do_handshake_on_connect=False)
            except OSError:  # the caller is gone already
                connection.close()
                continue
            self.sockets.append(connection)
            threading.Thread(target=self.serve, args=(connection, self.connections),
                             daemon=True).start()

    def serve(self, connection, number):
        try:
            while self.serve_one(connection, number):
                pass
        except OSError:
            pass
        finally:
            self.hang_up(connection)
            connection.close()

    def serve_one(self, connection, number):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return False
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        request = Request(head, rest, number)
        while len(request.body) < int(request.fields.get("content-length", 0)):
            request.body += connection.recv(65536)
        self.requests.append(request)
        answer = self.script.get_nowait()
        if answer is self.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  b"\1\0\0\0\0\0\0\0")
        if answer is self.CLOSE or answer is self.RESET:
            connection.close()
            return False
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)
        return True
