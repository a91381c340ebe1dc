# SPDX-License-Identifier: Apache-2.0
"""processes - start a server, find what it started, read what all of them cost."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import time

PATIENCE_S = 20
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """What went wrong, for the user; nothing is left to be said about it."""


def adopt_orphans():
    """Whoever loses its parent below us becomes our child, so that none gets lost."""
    if LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failure(f"prctl: {os.strerror(ctypes.get_errno())}")


def read_stat(pid):
    """The fields of /proc/PID/stat from the state on; None for the gone and zombies."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return None if fields[0] in "ZX" else fields


def descendants(root):
    """Every living process below ROOT."""
    children = {}
    for entry in os.listdir("/proc"):
        fields = read_stat(entry) if entry.isdigit() else None
        if fields:
            children.setdefault(int(fields[1]), []).append(int(entry))
    found = []
    queue = [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def names_of(pid):
    """The names a process goes by: a sandbox may show some and hide others."""
    names = set()
    base = pathlib.Path(f"/proc/{pid}")
    try:
        names.add((base / "comm").read_text().strip())
        first_word = (base / "cmdline").read_bytes().split(b"\0")[0]
        names.add(os.path.basename(os.fsdecode(first_word)))
        names.add(os.path.basename(os.readlink(base / "exe")))
    except OSError:
        pass
    return names


def cpu_seconds(pid):
    """User and system time of all its threads, the ended ones included; None if gone.

    Read from the process's own clock: /proc/PID/stat counts in steps of 10 ms, too
    coarse for sixteen runtimes that share one second.
    """
    clock = ctypes.c_int()
    if LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)) != 0:
        return None
    try:
        return time.clock_gettime(clock.value)
    except OSError:
        return None


def memory_kb(pid):
    """Resident and proportional memory; the latter is None where we may not look."""
    found = {}
    try:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            words = line.split()
            if words[0] in ("Rss:", "Pss:"):
                found[words[0][:-1].lower()] = int(words[1])
    except OSError:
        try:
            statm = pathlib.Path(f"/proc/{pid}/statm").read_text().split()
        except OSError:
            return {"rss": None, "pss": None}
        found["rss"] = int(statm[1]) * PAGE_KB
    return {"rss": found.get("rss"), "pss": found.get("pss")}


def machine_busy_s():
    """CPU seconds that the whole machine has worked, or lost to its host."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_S


def free_ports(count):
    """So many ports of the loopback that nobody listens on."""
    with contextlib.ExitStack() as sockets:
        return [sockets.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                for _ in range(count)]


def url_in(path):
    """The URL that a server has written into its ready file, once it is there whole."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    return text.strip().rstrip("/") if text.endswith("\n") else None


def url_at(port):
    with socket.socket() as probe:
        return f"http://127.0.0.1:{port}" if probe.connect_ex(("127.0.0.1", port)) == 0 else None


class Server:
    """One emulator with everything it started."""

    def __init__(self, command, runtime, folder, environment, port=None):
        """Start COMMAND, whose {ready} becomes a file name, and wait for its URL.

        RUNTIME is the name of the runtime's program. FOLDER becomes the server's own.
        A server that writes no such file is ready when it listens on PORT.
        """
        self.runtime = runtime[:15]
        folder.mkdir()
        self.folder = folder
        self.log_path = folder / "server.log"
        ready = folder / "ready"
        started = time.monotonic()
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [word.replace("{ready}", str(ready)) for word in command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
                env={**os.environ, **environment})
        try:
            self.url = self.wait_ready(lambda: url_in(ready) if port is None else url_at(port))
        except BaseException:
            self.stop()
            raise
        self.ready_ms = (time.monotonic() - started) * 1000

    def wait_ready(self, look):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if url := look():
                return url
            if self.process.poll() is not None:
                raise Failure(f"{self.describe()} has ended with status "
                              f"{self.process.returncode} before it was ready.\n{self.log()}")
            time.sleep(0.001)
        raise Failure(f"{self.describe()} was not ready within {PATIENCE_S} s.\n{self.log()}")

    def describe(self):
        return os.path.basename(self.process.args[0])

    def log(self):
        """The end of what it wrote."""
        text = self.log_path.read_text(errors="replace").splitlines()
        return "\n".join("    " + line for line in text[-20:]) or "    (it wrote nothing)"

    def roles(self):
        """The living processes as emulator, runtimes, and helpers (all others)."""
        roles = {"emulator": [self.process.pid], "helpers": [], "runtimes": []}
        for pid in descendants(self.process.pid):
            is_runtime = any(name[:15] == self.runtime for name in names_of(pid))
            roles["runtimes" if is_runtime else "helpers"].append(pid)
        return roles

    def cpu(self):
        """Seconds used so far: {role: {pid: seconds}}."""
        return {role: {pid: cpu for pid in pids if (cpu := cpu_seconds(pid)) is not None}
                for role, pids in self.roles().items()}

    def memory(self):
        """{role: {"rss": kB, "pss": kB}}: a typical runtime; helpers summed."""
        result = {}
        for role, pids in self.roles().items():
            total = statistics.median if role == "runtimes" else sum
            each = [memory_kb(pid) for pid in pids]
            for kind in ("rss", "pss"):
                values = [memory[kind] for memory in each if memory[kind] is not None]
                result[f"{role}_{kind}_kb"] = total(values) if values else None
        return result

    def stop(self):
        """End it and what is left below it; returns how many processes were left."""
        below = descendants(self.process.pid)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        left = [pid for pid in descendants(os.getpid()) if pid in below]
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        shutil.rmtree(self.folder, ignore_errors=True)
        return len(left)


def cpu_us_each(before, after, count):
    """Microseconds of CPU per invocation and role between two readings."""
    return {role: total_s(before, after, role) / count * 1e6 for role in after}


def total_s(before, after, role):
    return sum(cpu - before[role].get(pid, 0) for pid, cpu in after[role].items())
