# SPDX-License-Identifier: Apache-2.0
"""What a function sees of the machine, tried from inside: as little as its level says."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys

from fixture import (Emulator, Skip, clean_environment, contains, guest, lamb_path, matches,
                     new_dir, private_path, run_lamb, same, wait_until, write_file)

SEE = """
import os, socket
def look(path):
    try:
        return sorted(os.listdir(path)) if os.path.isdir(path) else open(path).read()
    except OSError as e:
        return type(e).__name__
def connect(path):
    try:
        s = socket.socket(socket.AF_UNIX); s.connect(path); return "connected"
    except OSError as e:
        return type(e).__name__
"""


def python(lamb, code, **more):
    return lamb.ask("python", code=SEE + code, **more).json


def isolation(lamb):
    return lamb.status()["isolation"]


def start(*args, functions=None, **more):
    """An emulator at a level with a view of its own, or Skip."""
    if os.environ.get("LAMB_ISOLATION") in ("limits", "none"):
        raise Skip("at this level functions see the host")
    lamb = Emulator(*(functions or [guest()]), args=["--timeout", "20", *args], **more)
    level = isolation(lamb)["level"]
    if level not in ("full", "rootless"):
        lamb.stop()
        raise Skip(f"at level {level} functions see the host")
    return lamb


# -- the host ---------------------------------------------------------------------------


def test_homes_sockets_and_state_are_invisible():
    home = os.path.expanduser("~")
    with start() as lamb:
        places = [home, "/root", "/home", os.path.join(home, ".aws"), "/run", "/var/run",
                  "/var/lib", "/srv", "/sys", "/boot", "/etc/shadow", lamb.state,
                  private_path(), os.path.join(lamb.state, "state.db"), "/mnt/model"]
        for path, seen in python(lamb, f"result = [[p, look(p)] for p in {places!r}]"):
            same(seen, "FileNotFoundError", path)
        sockets = ["/var/run/docker.sock", "/run/docker.sock",
                   os.path.join(lamb.state, "control.sock")]
        for path, seen in python(lamb, f"result = [[p, connect(p)] for p in {sockets!r}]"):
            same(seen, "FileNotFoundError", path)


def test_no_process_but_the_function_s_own_is_seen():
    with start(functions=[guest("one"), guest("two")]) as lamb:
        lamb.ask("echo", "two")
        got = python(lamb, "result = [p for p in os.listdir('/proc') if p.isdigit()],"
                           " os.getpid(), os.getuid()", name="one")
        # Where all run as one user the sandbox's own init is seen too.
        init = [] if isolation(lamb)["users"] == "one for each sandbox" else ["1"]
        same(got[0], init + [str(got[1])], "processes")
        same(got[2] != 0, True, "root is nobody in there")
        # Signals reach nobody: not the init, not the parents.
        same(python(lamb, """
result = []
for pid in list(range(2, 400)) + [-1]:
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, 0); result.append(pid)
    except OSError as e:
        pass
""", name="one"), [], "processes that can be signalled")


def test_environments_do_not_see_each_other():
    with start(functions=[guest("one"), guest("two")]) as lamb:
        python(lamb, "open('/tmp/mine', 'w').write('x'); os.mkfifo('/dev/shm/mine')",
               name="one")
        same(python(lamb, "result = [look('/tmp'), look('/dev/shm')]", name="two"), [[], []])
        uids = [python(lamb, "result = os.stat('/tmp').st_uid, os.getuid()", name=name)[1]
                for name in ("one", "two")]
        if isolation(lamb)["level"] == "full":
            same(uids[0] != uids[1], True, f"users {uids}")


def test_environments_do_not_share_memory():
    segment = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
got = libc.shmget(0x6c616d62, 4096, FLAGS)
result = "found" if got >= 0 else ctypes.get_errno()
"""
    create = segment.replace("FLAGS", "0o1666")
    find = segment.replace("FLAGS", "0")
    memory = "result = look('/proc/1/mem') if os.getpid() != 1 else 'OSError'"
    with start(functions=[guest("one"), guest("two")]) as lamb:
        same(python(lamb, create, name="one"), "found")
        same(python(lamb, find, name="one"), "found", "its own")
        same(python(lamb, find, name="two"), errno.ENOENT, "another's")
        same(python(lamb, memory, name="two") in ("PermissionError", "FileNotFoundError"), True)


def test_system_calls_that_leave_the_sandbox_are_refused():
    with start() as lamb:
        got = python(lamb, """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    return None if getattr(libc, name)(*args) >= 0 else ctypes.get_errno()
result = {
    "mount": call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "unshare": call("unshare", 0x10000000),
    "setns": call("setns", 0, 0),
    "chroot": call("chroot", b"/tmp"),
    "pivot_root": call("syscall", 155, b"/tmp", b"/tmp"),
    "ptrace 1": call("ptrace", 16, 1, None, None),
    "setuid 0": call("setuid", 0),
    "mknod": call("mknod", b"/tmp/sda", 0o60600, 0x800),
    "sethostname": call("sethostname", b"x", 1),
    "reboot": call("reboot", 0),
}
""")
        same([name for name, error in got.items() if not error], [], str(got))
        status = python(lamb, "result = look('/proc/self/status')")
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            matches(status, rf"{name}:\t0+\n")
        contains(status, "NoNewPrivs:\t1")
        contains(status, "Seccomp:\t2")


def test_another_runtime_api_does_not_answer():
    with start(functions=[guest("one"), guest("two")]) as lamb:
        if isolation(lamb)["users"] != "one for each sandbox":
            raise Skip("environments run as one user here, which doctor says")
        other = python(lamb, "result = os.environ['AWS_LAMBDA_RUNTIME_API']", name="two")
        same(python(lamb, f"""
import http.client
try:
    c = http.client.HTTPConnection({other!r}, timeout=5)
    c.request("GET", "/2018-06-01/runtime/invocation/next")
    result = c.getresponse().status
except (OSError, http.client.HTTPException) as e:
    result = "refused"
""", name="one"), "refused")
        # Nor does a stranger of the host reach it, who is not its user.
        with socket.create_connection(other.split(":"), timeout=5) as s:
            s.sendall(b"GET /2018-06-01/ping HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                same(s.recv(100), b"", "an answer to a stranger")
            except ConnectionResetError:
                pass
        same(lamb.ask("echo", "two").status, 200, "the other one lives on")


# -- what is added ----------------------------------------------------------------------


def test_a_mount_is_shown_read_only():
    data = new_dir("data")
    os.chmod(data, 0o755)
    write_file(os.path.join(data, "file"), "from the host")
    with start("--mount", f"{data}:/data/here", "--mount", f"{data}/file:/data/one") as lamb:
        same(python(lamb, """
result = [look('/data/here'), look('/data/here/file'), look('/data/one')]
try:
    open('/data/here/new', 'w')
except OSError as e:
    result.append(type(e).__name__)
"""), [["file"], "from the host", "from the host", "OSError"])


def test_mounts_and_roots_are_checked_at_the_start():
    for args, text in ((["--mount", "/nowhere"], "cannot show '/nowhere'"),
                       (["--mount", "/usr:/tmp/x"], "/tmp belongs to each sandbox"),
                       (["--mount", "/usr", "--isolation", "none"], "--mount needs"),
                       (["--root", "/etc/passwd"], "--root /etc/passwd"),
                       (["--network", "none", "--isolation", "limits"], "--network none needs")):
        got = run_lamb("start", "--port", "0", "--ephemeral", *args, guest())
        same(got.code != 0, True, repr(got))
        contains(got.stderr, text)
    same(run_lamb("start", "--network", "some", guest()).code, 2)


def test_a_function_runs_in_an_unpacked_image():
    # An image of its own: a shell with its libraries, a passwd, and traps.
    image = new_dir("image")
    os.chmod(image, 0o755)
    shell = shutil.which("dash") or "/bin/sh"
    for program in (shell, shutil.which("cat")):
        linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
        files = [program] + [word for word in linked.stdout.split() if word.startswith("/")]
        for file in files:
            target = image + (file if file != shell else "/bin/sh")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(os.path.realpath(file), target)
    os.makedirs(os.path.join(image, "etc"))
    write_file(os.path.join(image, "etc", "passwd"), "image:x:7:7::/:/bin/sh\n")
    write_file(os.path.join(image, "marker"), "I am the image")
    os.symlink("/etc/shadow", os.path.join(image, "etc", "hosts"))  # leads out
    code = os.path.join(new_dir("code"), "fn")
    os.mkdir(code)
    write_file(os.path.join(code, "bootstrap"),
               '#!/bin/sh\ncat /marker /etc/passwd\necho; for d in /usr/share/*; do echo "$d"; '
               "done\nexit 3\n", 0o755)
    with start("--root", image, functions=[code]) as lamb:
        lamb.invoke("fn")
        lamb.wait_log("I am the image")
        lamb.wait_log("image:x:7:7")
        lamb.wait_log("sbx_user1051")
        lamb.wait_log(r"/usr/share/\*")  # the host's is not there
    with open("/etc/hosts", encoding="utf-8") as f:
        same("sandbox.localdomain" in f.read(), False, "the host's /etc/hosts was written")


# -- credentials ------------------------------------------------------------------------


CALLER = {"AWS_ACCESS_KEY_ID": "AKIACALLER", "AWS_SECRET_ACCESS_KEY": "caller-secret",
          "AWS_SESSION_TOKEN": "caller-token", "AWS_PROFILE": "caller"}


def test_the_callers_credentials_stay_outside():
    with Emulator(guest(), env=CALLER) as lamb:
        text = json.dumps(lamb.ask("env").json)
        same([word for word in ("AKIACALLER", "caller") if word in text], [], text)
        env = json.loads(text)
        same(env["AWS_ENDPOINT_URL"], lamb.url)
        same(all(env[name] for name in CALLER if name != "AWS_PROFILE"), True)


def test_a_flag_passes_credentials_on():
    with Emulator(guest(), args=["--pass-credentials"], env=CALLER) as lamb:
        env = lamb.ask("env").json
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            same(env[name], CALLER[name])
        same("AWS_PROFILE" in env, False)
        same("AWS_ENDPOINT_URL" in env, False, "the service's own endpoints")


# -- network ----------------------------------------------------------------------------


REACH = """
def reach(host, port):
    try:
        socket.create_connection((host, port), timeout=3).close()
        return "connected"
    except OSError as e:
        return type(e).__name__
"""


def test_without_a_network_there_is_only_the_runtime_api():
    with start("--network", "none") as lamb:
        same(lamb.ask("env").json["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:9001")
        same(python(lamb, REACH + f"result = reach('127.0.0.1', {lamb.port})") != "connected",
             True, "the emulator's port")
        same(python(lamb, "result = look('/proc/net/dev')").count(":"), 1, "devices")
        same(lamb.ask("echo").json["count"] > 1, True)


def test_a_private_network_is_one_for_each_environment():
    with start("--network", "private", functions=[guest("one"), guest("two")]) as lamb:
        # Both listen on the same port, which on the host would collide.
        for name in ("one", "two"):
            same(python(lamb, """
import builtins
builtins.kept = socket.socket()
builtins.kept.bind(("0.0.0.0", 8000))
builtins.kept.listen()
result = "bound"
""", name=name), "bound")
        same(python(lamb, REACH + f"result = reach('127.0.0.1', {lamb.port})",
                    name="one") != "connected", True, "the host's loopback")


def test_a_private_network_reaches_out_through_the_host():
    if not os.path.exists("/usr/bin/slirp4netns"):
        raise Skip("slirp4netns is not installed")
    address = next((line.split()[3].split("/")[0] for line in subprocess.run(
        ["ip", "-4", "-o", "addr"], capture_output=True, text=True, check=False)
        .stdout.splitlines() if " lo " not in line), None)
    if not address:
        raise Skip("this machine has no address but the loopback's")
    with socket.create_server((address, 0)) as server, start("--network", "private") as lamb:
        if isolation(lamb)["outbound"] == "none":
            raise Skip("there is no /dev/net/tun")
        same(python(lamb, REACH + f"result = reach({address!r}, {server.getsockname()[1]})"),
             "connected")
        contains(python(lamb, "result = look('/etc/resolv.conf')"), "nameserver 10.0.2.3")


# -- an ordinary user -------------------------------------------------------------------


ORDINARY = 65534


def as_ordinary_user(test, *prefix):
    """Run this very file's function NAME as an ordinary user, in its own folder."""
    if os.getuid() != 0:
        return test()
    for folder in (private_path(), private_path("tmp"), private_path("home")):
        os.chown(folder, ORDINARY, ORDINARY)
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(ORDINARY)
            os.setuid(ORDINARY)
            test()
            os._exit(0)
        except Skip as e:
            print(f"SKIP {e}", flush=True)
            os._exit(77)
        except BaseException:
            import traceback
            traceback.print_exc()
            sys.stdout.flush()
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == 77:
        raise Skip("an ordinary user cannot make namespaces here")
    same(status, 0, "the test as an ordinary user (its words are in output.txt)")
    return None


def rootless_play():
    probe = run_lamb("doctor", "--isolation", "rootless", seconds=30)
    if probe.code != 0:
        raise Skip(probe.stdout.decode())
    with Emulator(guest(), args=["--isolation", "rootless", "--timeout", "20"]) as lamb:
        same(isolation(lamb)["level"], "rootless")
        got = python(lamb, f"""
result = {{"home": look('/root'), "state": look({lamb.state!r}),
          "pids": [p for p in os.listdir('/proc') if p.isdigit()], "pid": os.getpid(),
          "status": look('/proc/self/status'), "user": os.getuid(),
          "passwd": look('/etc/passwd')}}
""")
        same(got["home"], "FileNotFoundError")
        same(got["state"], "FileNotFoundError")
        same(got["pids"], [str(got["pid"])])
        matches(got["status"], r"CapEff:\t0+\n")
        contains(got["status"], "Seccomp:\t2")
        matches(got["passwd"], rf"sbx_user1051:x:{got['user']}:")
        same(python(lamb, """
open('/tmp/f', 'w').write('x')
try:
    open('/var/task/f', 'w')
except OSError:
    result = look('/tmp')
"""), ["f"])
        lamb.settle()
        same(lamb.invoke(payload={"do": "abort"}).error, "Unhandled")
        same(lamb.ask("echo").status, 200)


def test_rootless_works_for_an_ordinary_user():
    as_ordinary_user(rootless_play)


def test_rootless_uses_the_ranges_of_the_user():
    if os.getuid() != 0 or not os.path.exists("/usr/bin/newuidmap"):
        raise Skip("needs root, to lend a range, and newuidmap")
    ranges = write_file(private_path("ranges"), f"{ORDINARY}:1000000:65536\n")
    script = (f"mount --bind {ranges} /etc/subuid && mount --bind {ranges} /etc/subgid && "
              f"exec setpriv --reuid={ORDINARY} --regid={ORDINARY} --clear-groups "
              f"{lamb_path()} doctor --isolation rootless")
    if not os.path.exists("/etc/subuid") or not os.path.exists("/etc/subgid"):
        raise Skip("there is no /etc/subuid")
    os.chown(private_path("tmp"), ORDINARY, ORDINARY)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True,
                          text=True, timeout=30, check=False, env=clean_environment())
    same(done.returncode, 0, done.stdout + done.stderr)
    matches(done.stdout, r"(?m)^  rootless +works$")
    same("environments run as one user" in done.stdout, False, done.stdout)


def test_limits_hold_for_an_ordinary_user():
    def play():
        probe = run_lamb("doctor", "--isolation", "rootless", seconds=30)
        if probe.code != 0:
            raise Skip(probe.stdout.decode())
        with Emulator(guest(), args=["--isolation", "rootless", "--timeout", "20"]) as lamb:
            answer = lamb.invoke(payload={"do": "memory", "mb": 900})
            same(answer.error, "Unhandled", repr(answer))
            lamb.wait_log(rf"REPORT RequestId: {answer.id}\t.*Runtime\.OutOfMemory")
            wait_until("the next environment", lambda: lamb.invoke().error is None)
            same(python(lamb, """
try:
    with open('/tmp/fill', 'wb') as f:
        for n in range(600):
            f.write(bytes(1 << 20))
except OSError as e:
    result = e.errno
os.unlink('/tmp/fill')
"""), 28, "ENOSPC in a /tmp of 512 MB")
    as_ordinary_user(play)
