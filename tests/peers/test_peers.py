# SPDX-License-Identifier: Apache-2.0
"""test_peers - our runtime and samples under emulators that other people wrote.

scripts/peers.sh puts these into a folder (LAMB_TEST_PEERS); one that it could not make is
skipped with the reason that it left in NAME.reason.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading

from fixture import (Skip, build_path, clean_environment, contains, limit, new_dir,
                     private_path, same, wait_until, write_file)

ADA = '{"name":"Ada"}'
SAMPLES = {
    # what: the program, its _HANDLER, the folder of the object, and events with answers
    "hello": ("runtime/bootstrap", "hello.handler", "samples/hello",
              [(ADA, {"greeting": "Hello, Ada"}),
               ('{"name":"\u00c5sa"}', {"greeting": "Hello, \u00c5sa"})]),
    "http": ("runtime/bootstrap", "http.handler", "samples/http",
             [('{"version":"2.0","requestContext":{"http":{"method":"PUT"}},'
               '"rawPath":"/nowhere"}',
               {"statusCode": 404, "headers": {"Content-Type": "application/json"},
                "body": '{"message":"no such page","path":"/nowhere"}',
                "isBase64Encoded": False})]),
    "own-main": ("samples/own-main/own-main", "x.echo", "samples/own-main",
                 [(ADA, {"name": "Ada"}), (json.dumps("x" * 3_000_000), "x" * 3_000_000)]),
}


def peer(name):
    """The program of a peer."""
    root = os.environ.get("LAMB_TEST_PEERS")
    if not root:
        raise Skip("the peers are not made: run scripts/peers.sh and set LAMB_TEST_PEERS to "
                   "its folder")
    path = os.path.join(root, name, name)
    if os.path.exists(path):
        return path
    try:
        with open(os.path.join(root, name + ".reason"), encoding="utf-8") as f:
            raise Skip(f"{name}: {f.read().strip()}")
    except FileNotFoundError:
        raise Skip(f"{name}: scripts/peers.sh did not make it") from None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def program(command, env=None, cwd=None):
    """COMMAND in a session of its own, with its output in a file of the test."""
    log = os.path.join(new_dir("output"), os.path.basename(command[0]) + ".log")
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   cwd=cwd or private_path(), start_new_session=True,
                                   env={**clean_environment(), **(env or {})})
    try:
        yield process
    except (AssertionError, OSError, http.client.HTTPException) as failure:
        with open(log, encoding="utf-8", errors="replace") as f:
            raise AssertionError(f"{failure}\n{command[0]} said:\n{f.read()[-3000:]}") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Relay:
    """Passes bytes on to PORT and puts PREFIX before the paths of the Runtime API.

    cargo-lambda serves that API below a path; a runtime of the service knows none.
    """

    def __init__(self, port, prefix):
        self.port, self.prefix = port, prefix.encode()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.port))
                for way in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self.pass_on, args=way, daemon=True).start()

    def pass_on(self, source, sink, is_request):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 20):
                if is_request:
                    data = data.replace(b" /2018-06-01/", b" " + self.prefix + b"/2018-06-01/")
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def invoke(port, name, event):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", f"/2015-03-31/functions/{name}/invocations", event.encode(),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def function_environment(sample):
    _, handler, folder, _ = SAMPLES[sample]
    return {"_HANDLER": handler, "LAMBDA_TASK_ROOT": build_path(folder),
            "AWS_LAMBDA_FUNCTION_NAME": "function", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}


@contextlib.contextmanager
def under_cargo_lambda(sample):
    """The port and name at cargo-lambda's emulator of the function of SAMPLE."""
    command = peer("cargo-lambda")
    project = new_dir("project")
    os.mkdir(os.path.join(project, "src"))
    write_file(os.path.join(project, "Cargo.toml"),
               '[package]\nname = "function"\nversion = "0.1.0"\nedition = "2021"\n')
    write_file(os.path.join(project, "src/main.rs"), "fn main() {}\n")
    port = free_port()
    # cargo itself finds its tool chain in the user's home.
    homes = {name: os.environ[name] for name in ("HOME", "CARGO_HOME", "RUSTUP_HOME")
             if name in os.environ}
    with program([command, "lambda", "watch", "--only-lambda-apis", "--ignore-changes", "-A",
                  "127.0.0.1", "-P", str(port)], env=homes, cwd=project):
        wait_until("cargo-lambda to listen", lambda: listens(port), 20)
        env = {**function_environment(sample),
               "AWS_LAMBDA_RUNTIME_API": Relay(port, "/.rt").address}
        with program([build_path(SAMPLES[sample][0])], env=env):
            yield port, "_"  # its name for the function of a runtime it did not start


@contextlib.contextmanager
def under_rie(sample):
    """The port and name at AWS's emulator of the function of SAMPLE, which it starts."""
    command = peer("aws-lambda-rie")
    port, api = free_port(), free_port()
    program_path, handler, _, _ = SAMPLES[sample]
    with program([command, "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
                  "--runtime-api-address", f"127.0.0.1:{api}", build_path(program_path),
                  handler], env=function_environment(sample)):
        wait_until("aws-lambda-rie to listen", lambda: listens(port), 20)
        yield port, "function"


def answers(served, sample):
    for event, want in SAMPLES[sample][3]:
        same(invoke(*served, event), (200, want), sample)


def fails(served):
    _, body = invoke(*served, "{}")
    same(body["errorType"], "BadEvent")
    contains(body["errorMessage"], "expected an object like")


@limit(60)
def test_hello_under_cargo_lambda():
    with under_cargo_lambda("hello") as served:
        answers(served, "hello")
        fails(served)
        answers(served, "hello")


@limit(60)
def test_http_under_cargo_lambda():
    with under_cargo_lambda("http") as served:
        answers(served, "http")


@limit(60)
def test_a_static_program_under_cargo_lambda():
    with under_cargo_lambda("own-main") as served:
        answers(served, "own-main")


@limit(60)
def test_hello_under_the_emulator_of_aws():
    with under_rie("hello") as served:
        answers(served, "hello")
        fails(served)
        answers(served, "hello")


@limit(60)
def test_http_under_the_emulator_of_aws():
    with under_rie("http") as served:
        answers(served, "http")


@limit(60)
def test_a_static_program_under_the_emulator_of_aws():
    with under_rie("own-main") as served:
        answers(served, "own-main")
