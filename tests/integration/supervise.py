# SPDX-License-Identifier: Apache-2.0
"""supervise - runs one test in a process of its own and proves that nothing is left.

The supervisor is the reaper of everything the test starts (PR_SET_CHILD_SUBREAPER), so
that a process that lost its parent is still found. After the test, and after a moment
of grace, there must be: no process, no mount, no loop device, no control group of one of
its state folders, no unix socket below the test's folder, no file in its TMPDIR, no
sandbox folder in a state folder whose emulator ended by itself. What is left is named,
ended and removed, and the test has failed.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import traceback

import fixture

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 5


def children_of(roots):
    """All living descendants of ROOTS."""
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] not in ("Z", "X"):
            parents.setdefault(int(fields[1]), []).append(int(name))
    found, todo = [], list(roots)
    while todo:
        for child in parents.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def describe(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            line = f.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        return f"process {pid}: {line or '(no command line)'}"
    except OSError:
        return f"process {pid}"


class Proof:
    """Looks for what a test left."""

    def __init__(self, folder, test_id):
        self.folder = folder
        self.test_id = test_id

    def processes(self):
        mine = set(children_of([os.getpid()])) | set(fixture.processes_of(self.test_id))
        return fixture.living(mine - {os.getpid()})

    def mounts(self):
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as f:
            return [line.split()[4] for line in f if self.folder in line]

    def loop_devices(self):
        found = []
        for name in os.listdir("/sys/block") if os.path.isdir("/sys/block") else []:
            try:
                with open(f"/sys/block/{name}/loop/backing_file", encoding="utf-8") as f:
                    if f.read().startswith(self.folder):
                        found.append(f"/dev/{name}")
            except OSError:
                pass
        return found

    def sockets(self):
        with open("/proc/net/unix", encoding="utf-8", errors="replace") as f:
            return [line.split()[-1] for line in f if self.folder in line]

    def control_groups(self):
        return [path for name in os.listdir(self.folder) if name.startswith("state-")
                for path in fixture.control_groups(os.path.join(self.folder, name))]

    def files(self):
        """Files in TMPDIR, and sandboxes in state folders."""
        found = []
        for name in os.listdir(self.folder):
            if name != "tmp" and not name.startswith("state-"):
                continue
            below = os.path.join(self.folder, name) if name == "tmp" else \
                os.path.join(self.folder, name, "sandbox")
            if os.path.isdir(below):
                found += [os.path.join(below, entry) for entry in os.listdir(below)]
        return found

    def left(self, expect_files):
        found = [describe(pid) for pid in self.processes()]
        found += [f"mount {path}" for path in self.mounts()]
        found += [f"loop device {path}" for path in self.loop_devices()]
        found += [f"socket {path}" for path in self.sockets()]
        found += [f"control group {path}" for path in self.control_groups()]
        if not expect_files:
            found += [f"file {path}" for path in self.files()]
        return found

    def clear(self):
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        reap()
        for path in sorted(self.mounts(), reverse=True):
            subprocess.run(["umount", "-l", path], check=False, stderr=subprocess.DEVNULL)
        for path in self.loop_devices():
            subprocess.run(["losetup", "-d", path], check=False, stderr=subprocess.DEVNULL)
        for path in sorted(self.control_groups(), reverse=True):
            try:
                os.rmdir(path)
            except OSError:
                pass


def reap():
    """Bury whatever died in the care of this process."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def run_test(test, folder):
    """In the test's own process: run it, write down how it went."""
    outcome = {"result": "pass", "text": ""}
    try:
        test()
    except fixture.Skip as e:
        outcome = {"result": "skip", "text": str(e)}
    except BaseException:  # whatever it is, it is to be told
        outcome = {"result": "fail", "text": traceback.format_exc()}
    path = os.path.join(folder, "outcome.json")
    with open(path + ".new", "w", encoding="utf-8") as f:
        json.dump(outcome, f)
    os.rename(path + ".new", path)
    os._exit(0)


def start_test(test, folder):
    pid = os.fork()
    if pid:
        return pid
    out = os.open(os.path.join(folder, "output.txt"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    run_test(test, folder)
    return None  # never


def wait_test(pid, seconds):
    """Wait for the test's process; False when it had to be killed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return True
        except ChildProcessError:
            return True
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


def read_outcome(folder, in_time, seconds):
    try:
        with open(os.path.join(folder, "outcome.json"), encoding="utf-8") as f:
            return json.load(f)
    except OSError:
        why = "the test's process died\n" if in_time else f"it took longer than {seconds} s\n"
        return {"result": "fail", "text": why}


def logs(folder):
    """What the programs under test and the test itself said."""
    text = ""
    for name in sorted(os.listdir(folder)):
        if name.endswith(".log") or name == "output.txt":
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                content = f.read()
            if content:
                text += f"--- {name} ---\n{content[-20000:]}\n"
    return text


def wait_clean(proof, expect_files, grace):
    deadline = time.monotonic() + grace
    while True:
        reap()
        left = proof.left(expect_files)
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def supervise(test, seconds, grace=GRACE_SECONDS):
    """Run TEST; returns {"result", "text", "seconds"}."""
    started = time.monotonic()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = tempfile.mkdtemp(prefix="lamb-test-")
    os.chmod(folder, 0o755)  # functions may run as another user
    test_id = os.path.basename(folder)
    os.environ.update(LAMB_TEST_DIR=folder, LAMB_TEST_ID=test_id)
    for name in ("tmp", "home"):
        os.mkdir(os.path.join(folder, name))
    in_time = wait_test(start_test(test, folder), seconds)
    outcome = read_outcome(folder, in_time, seconds)
    proof = Proof(folder, test_id)
    # An emulator that was killed cannot clear its state folder: its next start does.
    left = wait_clean(proof, os.path.exists(os.path.join(folder, "killed")), grace)
    if left:
        outcome["result"] = "fail"
        outcome["text"] += "left behind:\n" + "".join(f"  {what}\n" for what in left)
        proof.clear()
    if outcome["result"] == "fail":
        outcome["text"] += logs(folder)
    shutil.rmtree(folder, ignore_errors=True)
    outcome["seconds"] = time.monotonic() - started
    return outcome
