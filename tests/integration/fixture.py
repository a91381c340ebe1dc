# SPDX-License-Identifier: Apache-2.0
"""fixture - what a test stands on: an emulator of its own, functions, HTTP, waiting.

A test is a function test_NAME in a file test_*.py. It runs in a process of its own
(supervise.py), with a private folder that is gone afterwards; whatever it leaves behind,
a process, a mount, a file, makes it fail.
"""

import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
START_SECONDS = 20
STOP_SECONDS = 15
NAMES = iter(range(1, 1000))

SANITIZER_SIGNS = re.compile(
    r"(ERROR: (Address|Leak|Thread|Memory)Sanitizer|runtime error: |"
    r"WARNING: ThreadSanitizer|SUMMARY: \w+Sanitizer)")


class Skip(Exception):
    """Raise it with the reason why a test cannot run here."""


def limit(seconds):
    """A test that may take longer than the usual time limit."""
    def mark(test):
        test.limit = seconds
        return test
    return mark


def build_path(*parts):
    return os.path.join(os.environ["LAMB_TEST_BUILD"], *parts)


def lamb_path():
    return build_path("emulator", "lamb")


def private_path(*parts):
    """A path in the folder that belongs to this test alone."""
    return os.path.join(os.environ["LAMB_TEST_DIR"], *parts)


def new_dir(name):
    path = private_path(f"{name}-{next(NAMES)}")
    os.mkdir(path)
    return path


def write_file(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)
    return path


def wait_until(what, condition, seconds=10):
    """Wait for CONDITION to hold; returns what it returned."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def same(got, want, what=""):
    """Assert that two things are equal; show both when not."""
    if got != want:
        raise AssertionError(f"{what + ': ' if what else ''}got {got!r}\n"
                             f"{' ' * (len(what) + 1)}want {want!r}")


def contains(text, part, what=""):
    if part not in text:
        raise AssertionError(f"{what + ': ' if what else ''}{part!r} is not in {text!r}")


def matches(text, pattern, what=""):
    found = re.search(pattern, text)
    if not found:
        raise AssertionError(f"{what + ': ' if what else ''}no match for {pattern!r} "
                             f"in {text!r}")
    return found


# -- functions --------------------------------------------------------------------------


def guest(name="guest"):
    """A folder with the guest runtime (guests/guest.py) as its bootstrap."""
    path = os.path.join(new_dir("code"), name)
    os.mkdir(path)
    shutil.copy(os.path.join(HERE, "guests", "guest.py"), os.path.join(path, "bootstrap"))
    return path


def bootstrap(text, name="fn"):
    """A folder with TEXT as its bootstrap."""
    path = os.path.join(new_dir("code"), name)
    os.mkdir(path)
    write_file(os.path.join(path, "bootstrap"), text, 0o755)
    return path


def clean_environment(**extra):
    """The environment of a program under test: nothing of the user's own settings."""
    keep = ("PATH", "LANG", "LC_ALL", "LAMB_ISOLATION", "ASAN_OPTIONS", "UBSAN_OPTIONS",
            "LSAN_OPTIONS", "TSAN_OPTIONS", "LAMB_TEST_ID")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env["HOME"] = private_path("home")
    env["TMPDIR"] = private_path("tmp")
    env.update(extra)
    return env


class Ran:
    """How a command ended."""

    def __init__(self, code, stdout, stderr, seconds):
        self.code, self.stdout, self.stderr, self.seconds = code, stdout, stderr, seconds

    def __repr__(self):
        return f"<exit {self.code}, stdout {self.stdout!r}, stderr {self.stderr!r}>"


def run_lamb(*args, stdin=b"", seconds=20, env=None, cwd=None):
    """Run `lamb ARGS` to its end."""
    started = time.monotonic()
    done = subprocess.run([lamb_path(), *args], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=seconds, check=False,
                          env=clean_environment(**(env or {})), cwd=cwd or private_path())
    ran = Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"),
              time.monotonic() - started)
    no_sanitizer_report(ran.stderr)
    return ran


def no_sanitizer_report(text):
    found = SANITIZER_SIGNS.search(text)
    if found:
        raise AssertionError(f"a sanitizer complained: {text[found.start():][:6000]}")


# -- HTTP -------------------------------------------------------------------------------


class Answer:
    """A whole HTTP answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers.get("x-amzn-requestid", "")

    @property
    def error(self):
        """The function error header, or None."""
        return self.headers.get("x-amz-function-error")

    @property
    def tail(self):
        return base64.b64decode(self.headers["x-amz-log-result"]).decode("utf-8", "replace")

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:500]!r}>"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def exchange(connection, method, path, body, headers):
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


# -- the emulator -----------------------------------------------------------------------


def names_code(args):
    """Whether arguments of `lamb start` end with code: --env is for that."""
    words = ["--", *args]
    return bool(args) and os.path.exists(words[-1]) and (
        words[-2] == "--" or not words[-2].startswith("--"))


class Emulator:
    """`lamb start` as a process.

    FUNCTIONS are the positional arguments (folders, objects, zips); COMMAND is what
    stands behind `--` instead. STATE is the state folder of an earlier one, to start
    again in it. The clock is held unless HELD is false. GUEST_ENV are variables of the
    function. LOG_PATH is where its output goes, a file of its own unless given.
    """

    def __init__(self, *functions, args=(), command=None, state=None, held=True,
                 guest_env=None, env=None, parent_watch=True, log_path=None):
        self.state = state or private_path(f"state-{next(NAMES)}")
        self.log_path = log_path or private_path(f"emulator-{next(NAMES)}.log")
        self.ready_path = private_path(f"ready-{next(NAMES)}")
        self.killed = False
        self.port = None
        argv = [lamb_path(), "start", "--port", "0", "--ready-file", self.ready_path,
                "--state", self.state]
        if parent_watch:
            argv.append("--exit-with-parent")
        marks = {"LAMB_TEST_ID": os.environ["LAMB_TEST_ID"], **(guest_env or {})}
        for name, value in marks.items() if functions or command or names_code(args) else ():
            argv += ["--env", f"{name}={value}"]
        argv += list(args) + list(functions)
        if command:
            argv += ["--", *command]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=private_path(),
                                            env=clean_environment(**(env or {})))
        try:
            wait_until("the emulator to be ready", self.is_ready, START_SECONDS)
        except BaseException:
            self.kill()
            raise
        with open(self.ready_path, encoding="ascii") as f:
            self.url = f.read().strip()
        self.port = int(self.url.rsplit(":", 1)[1])
        if held:
            same(self.control("POST", "/clock/hold").status, 200, "hold the clock")

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the emulator ended with {self.process.returncode} "
                                 f"before it was ready:\n{self.log}")
        return os.path.exists(self.ready_path)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None and kind is None and not self.killed:
            self.stop()
        elif self.process.poll() is None:
            self.kill(signal.SIGTERM)

    # What it says and what it is.

    @property
    def log(self):
        if not os.path.isfile(self.log_path):
            return ""  # somebody else reads it
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    @property
    def pid(self):
        return self.process.pid

    def wait_log(self, pattern, seconds=10):
        return wait_until(f"{pattern!r} in the log",
                          lambda: re.search(pattern, self.log, re.MULTILINE), seconds)

    def results(self, seconds=15):
        """What the guest's "calls" came to; they are in the log."""
        return json.loads(self.wait_log(r"RESULTS (\[.*\])\s*$", seconds).group(1))

    def status(self):
        return self.control("GET", "/status").json

    # Talking to it.

    def control(self, method, path, body=None, seconds=10):
        connection = UnixConnection(os.path.join(self.state, "control.sock"), seconds)
        text = json.dumps(body) if body is not None else None
        return exchange(connection, method, path, text, None)

    def request(self, method, path, body=None, headers=None, seconds=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        return exchange(connection, method, path, body, headers)

    def invoke(self, name="guest", payload=None, headers=None, qualifier=None, seconds=30):
        """Invoke; PAYLOAD is bytes as they are, or anything that becomes JSON."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload or {}).encode()
        path = f"/2015-03-31/functions/{name}/invocations"
        if qualifier:
            path += f"?Qualifier={qualifier}"
        return self.request("POST", path, body, headers, seconds)

    def ask(self, do, name="guest", headers=None, **event):
        """Invoke the guest with {"do": DO, ...}; it must not fail."""
        answer = self.invoke(name, {"do": do, **event}, headers)
        same((answer.status, answer.error), (200, None), f"invoke {do}: {answer}")
        return answer

    def ask_settled(self, do, name="guest", **event):
        """The same, when nothing else runs: the environment used last is free."""
        self.settle()
        return self.ask(do, name, **event)

    def settle(self):
        """Wait until no invocation runs: a runtime polls again only behind its answer,
        and until then its environment is not free."""
        wait_until("every invocation to be over", lambda: self.status()["running"] == 0)

    def connect(self, seconds=10):
        """A plain connection to its port."""
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    # Its end.

    def stop(self, code=0):
        """SIGTERM, and everything that a clean end has to leave behind: nothing."""
        self.process.send_signal(signal.SIGTERM)
        self.wait_end(code)

    def wait_end(self, code=0):
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the emulator did not stop within {STOP_SECONDS} s") from None
        no_sanitizer_report(self.log)
        same(self.process.returncode, code, "exit status of the emulator")
        self.check_nothing_listens()
        left = [name for name in ("control.sock", "endpoint")
                if os.path.exists(os.path.join(self.state, name))]
        same(left, [], "files of a running emulator in the state folder after its end")

    def check_nothing_listens(self):
        """Its port is closed; if it is open again, then for somebody else."""
        inodes = listening_inodes(self.port)
        if inodes:
            owners = owners_of(inodes)
            mine = [pid for pid in owners if pid in processes_of()]
            same((mine, bool(owners)), ([], True),
                 f"owners of port {self.port} after the end ({owners})")

    def kill(self, signum=signal.SIGKILL):
        """End it the hard way; what it leaves in its state folder is then no fault."""
        self.killed = True
        if signum == signal.SIGKILL:
            expect_leftovers(True)
        if self.process.poll() is None:
            self.process.send_signal(signum)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def control_groups(state):
    """Control groups of the emulator with this state folder. They are named after the
    FNV-1a hash of its path (emulator/sandbox), wherever this machine keeps groups."""
    number = 14695981039346656037
    for byte in os.path.realpath(state).encode():
        number = (number ^ byte) * 1099511628211 % (1 << 64)
    found = []
    for folder, subs, _ in os.walk("/sys/fs/cgroup"):
        for sub in [s for s in subs if s.startswith(f"lamb-{number:016x}")]:
            found += [path for path, _, _ in os.walk(os.path.join(folder, sub))]
    return found


def listening_inodes(port):
    """Inodes of this user's TCP sockets that listen on PORT."""
    found = set()
    for family in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{family}", encoding="ascii") as f:
                rows = [line.split() for line in f][1:]
        except OSError:
            continue
        found |= {row[9] for row in rows
                  if row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port
                  and int(row[7]) == os.getuid()}
    return found


def owners_of(inodes):
    """Pids that hold one of the sockets open."""
    names = {f"socket:[{inode}]" for inode in inodes}
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}") in names:
                    found.add(int(pid))
        except OSError:
            pass
    return sorted(found)


def expect_leftovers(expected):
    """May files of a sandbox be left at the end of this test? Not unless this says so."""
    if expected:
        write_file(private_path("killed"), "")
    elif os.path.exists(private_path("killed")):
        os.unlink(private_path("killed"))


def processes_of(test_id=None):
    """Pids of all processes that carry this test's mark in their environment."""
    mark = ("LAMB_TEST_ID=" + (test_id or os.environ["LAMB_TEST_ID"])).encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as f:
                if mark in f.read().split(b"\0"):
                    found.append(int(name))
        except OSError:
            pass
    return found


def is_zombie(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] in ("Z", "X")
    except OSError:
        return True


def living(pids):
    return [pid for pid in pids if not is_zombie(pid)]
