# SPDX-License-Identifier: Apache-2.0
"""runtime_api - a small Runtime API, and a program that is asked through it."""

import http.server
import queue
import subprocess
import threading

PREFIX = "/2018-06-01/runtime/"
PATIENCE_S = 20


class RuntimeApi:
    """Hands out the events it is given, one after the other, and keeps what is posted."""

    def __init__(self):
        self.events, self.posts = queue.Queue(), queue.Queue()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                event = api.events.get()
                if event is None:  # the test is over
                    self.close_connection = True
                    return
                self.answer(200, event.encode(), Lambda_Runtime_Aws_Request_Id="request-1",
                            Lambda_Runtime_Deadline_Ms="9999999999999",
                            Lambda_Runtime_Invoked_Function_Arn="arn:aws:lambda:::f",
                            Content_Type="application/json")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                api.posts.put((self.path.removeprefix(PREFIX), body.decode()))
                self.answer(202, b'{"status":"OK"}\n')

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def address(self):
        return f"127.0.0.1:{self.server.server_port}"

    def close(self):
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def ask(command, events, env, **more):
    """Start COMMAND with ENV; returns (path, body) of what it posted for each of EVENTS."""
    api = RuntimeApi()
    posts = []
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**env, "AWS_LAMBDA_RUNTIME_API": api.address()}, **more)
    try:
        for event in events:
            api.events.put(event)
            try:
                posts.append(api.posts.get(timeout=PATIENCE_S))
            except queue.Empty:
                process.kill()
                raise AssertionError(f"{command[0]} did not answer; it said: "
                                     f"{process.stdout.read().decode()}") from None
    finally:
        process.kill()
        process.communicate()
        api.close()
    return posts
