#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""machine - the sandbox's tests on control groups v2, in an emulated machine.

    machine.py --build build --work DIR [--tally FILE]

Debian's cloud kernel is fetched and unpacked, not installed; the root file system is made
of this machine's own programs. Inside, root and an ordinary user with a delegated group
run the limit tests. Where the machine does not come up in time, or something is missing,
it is skipped with the reason.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import time

BOOT_SECONDS = 100  # until the first word of our init, or emulation is too slow here
RUN_SECONDS = 300
MODULES = ["loop", "overlay", "tun", "inet_diag", "tcp_diag"]
PROGRAMS = ["sh", "cat", "ls", "id", "touch", "stat", "sleep", "env", "grep", "cut", "uniq",
            "wc", "pwd", "getent", "mkdir", "mount", "umount", "chmod", "chown", "setpriv",
            "ip", "insmod", "cp", "kill", "true", "false", "head", "tr", "rm", "ln", "dd",
            "setsid", "seq", "sort", "sed", "echo", "expr", "mkfs.ext4", "timeout", "test",
            "switch_root", "chgrp", "date", "yes", "tail", "find", "df", "dirname", "basename",
            "readlink", "uname", "tee", "nohup", "od", "hostname", "ps", "awk", "mv", "rmdir",
            "sync", "mknod", "printf", "nproc", "bash"]
TESTS = ["emulator/sandbox/death_test", "emulator/sandbox/view_test",
         "emulator/sandbox/image_test"]

INIT = r"""#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ ! -e /inside ]; then
    mkdir -p /new && mount -t tmpfs -o size=80% root /new || exit 1
    for d in /*; do [ "$d" = /new ] || cp -a "$d" /new/; done
    touch /new/inside
    exec switch_root /new /init
fi
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mkdir -p /dev/shm /run /sys/fs/cgroup; mount -t tmpfs shm /dev/shm
mount -t cgroup2 cgroup /sys/fs/cgroup
exec </dev/console >/dev/console 2>&1
echo "MACHINE UP $(uname -r)"
for m in /modules/*.ko; do insmod $m || :; done
ip link set lo up
# As systemd does it: controllers from the top, and a group for each of root and user.
for owner in root user; do
    mkdir -p /sys/fs/cgroup/$owner/shell
done
echo '+memory +pids +cpu' > /sys/fs/cgroup/cgroup.subtree_control
for owner in root user; do
    echo '+memory +pids +cpu' > /sys/fs/cgroup/$owner/cgroup.subtree_control
done
chown -R 65534:65534 /sys/fs/cgroup/user
chmod 1777 /tmp
count=0
run() { # OWNER TITLE COMMAND...: a test in a new group of its own
    count=$((count + 1))
    group=/sys/fs/cgroup/$1/$count; title=$2; owner=$1; shift 2
    mkdir $group; [ $owner = root ] || chown -R 65534:65534 $group
    if (echo 0 > $group/cgroup.procs; exec "$@") > /tmp/out 2>&1; then
        echo "RESULT ok $title"
    else
        echo "RESULT failed $title"; grep -A4 "^not ok" /tmp/out; tail -n 60 /tmp/out
    fi
}
user() { echo setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp; }
export CMOCKA_MESSAGE_OUTPUT=TAP
for t in /tests/*_test; do
    run root "root: ${t##*/}" $t
done
run root 'root: limits' sh /tests/limits.sh full /sys/fs/cgroup/root
run user 'user: limits' $(user) sh /tests/limits.sh rootless /sys/fs/cgroup/user
echo 'MACHINE DONE'
echo o > /proc/sysrq-trigger
sleep 100
"""

LIMITS = r"""
# Every limit at level $1, through the program as a user runs it.
set -e
level=$1
cd /tmp
# Each run of the program is alone in a group, as in a scope with Delegate=yes.
number=0
run_lamb() {
    number=$((number + 1))
    mkdir $base/run-$number
    (echo 0 > $base/run-$number/cgroup.procs && exec /tests/lamb "$@")
}
base=$2
run_lamb doctor --isolation "$level" > doctor.$level
cat doctor.$level
want() { grep -Eq "$1" "$2" || { echo "no match for: $1"; cat "$2"; exit 1; }; }
want '^  memory +(exact|approximate) +cgroup v2' doctor.$level
want '^  processes and threads +exact +cgroup v2' doctor.$level
want '^  CPU share +exact +cgroup v2' doctor.$level
call() { # EVENT, expected status, further flags
    event=$1; status=$2; shift 2
    code=0
    run_lamb invoke --isolation "$level" --memory 128 --timeout 90 "$@" -d "$event" \
        -- /tests/hostile > answer.$level 2> log.$level || code=$?
    [ "$code" = "$status" ] || { echo "$event: exit $code"; cat answer.$level log.$level; exit 1; }
}
for how in malloc mmap shared_memory; do
    call '{"do":"'$how'","n":900}' 4
    want 'signal: killed' answer.$level
    want 'Runtime.OutOfMemory' log.$level
    call '{"do":"'$how'","n":32}' 0
    want '"n":32' answer.$level
done
call '{"do":"malloc","n":60}' 0
want 'Max Memory Used: ([6-9][0-9]|1[0-2][0-9]) MB' log.$level
call '{"do":"fork_bomb","n":0}' 0
want '"n":1023' answer.$level
call '{"do":"descriptors","n":0}' 0
want '"n":1020' answer.$level
call '{"do":"fill_tmp","n":700}' 0
want '"n":512,"m":28' answer.$level
call '{"do":"spin","n":0}' 3 --timeout 1
"""


class Skip(Exception):
    pass


def kernel(work):
    """The folder with Debian's cloud kernel, unpacked."""
    found = glob.glob(os.path.join(work, "kernel", "boot", "vmlinuz-*"))
    if found:
        return os.path.join(work, "kernel"), found[0]
    shown = subprocess.run(["apt-cache", "depends", "linux-image-cloud-amd64"],
                           capture_output=True, text=True, check=False).stdout
    name = re.search(r"Depends: (linux-image-\S+-cloud-amd64)", shown)
    if not name:
        raise Skip("apt knows no linux-image-cloud-amd64")
    got = subprocess.run(["apt-get", "download", "-q", name.group(1)], cwd=work,
                         capture_output=True, text=True, check=False)
    files = glob.glob(os.path.join(work, "linux-image-*.deb"))
    if got.returncode or not files:
        raise Skip(f"{name.group(1)} cannot be fetched: {got.stderr.strip()[-200:]}")
    subprocess.run(["dpkg-deb", "-x", files[0], os.path.join(work, "kernel")], check=True)
    return kernel(work)


def add(root, source, target=None):
    """Copy a program with its libraries."""
    place = root + (target or source)
    if os.path.exists(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.copy(source, place)
    listed = subprocess.run(["ldd", source], capture_output=True, text=True, check=False)
    for library in re.findall(r"(/\S+) \(0x", listed.stdout):
        add(root, os.path.realpath(library), library)


def make_root(root, build, boot):
    for name in ("bin", "sbin", "lib", "lib64"):  # as on a Debian with merged /usr
        os.makedirs(f"{root}/usr/{name}", exist_ok=True)
        os.symlink(f"usr/{name}", f"{root}/{name}")
    for name in ("proc", "sys", "dev", "tmp", "run", "etc", "modules", "tests", "var/tmp"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    for name in PROGRAMS:
        path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
        if path:
            add(root, os.path.realpath(path), f"/usr/bin/{name}")
    for name in ("mkfs.ext4",):
        shutil.copy(f"{root}/usr/bin/{name}", f"{root}/usr/sbin/{name}")
    for test in [*TESTS, "emulator/lamb", "tests/guests/hostile"]:
        add(root, os.path.join(build, test), f"/tests/{os.path.basename(test)}")
    os.rename(f"{root}/tests/image_test", f"{root}/tests/a_image_test")
    for name in ("passwd", "group", "nsswitch.conf", "hosts", "mke2fs.conf"):
        if os.path.exists(f"/etc/{name}"):
            shutil.copy(f"/etc/{name}", f"{root}/etc/{name}")
    for number, module in enumerate(MODULES):
        for path in glob.glob(f"{boot}/lib/modules/*/kernel/**/{module}.ko", recursive=True):
            shutil.copy(path, f"{root}/modules/{number}-{module}.ko")
    for name, text in (("init", INIT), ("tests/limits.sh", LIMITS)):
        with open(f"{root}/{name}", "w", encoding="ascii") as f:
            f.write(text)
        os.chmod(f"{root}/{name}", 0o755)


def pack(root, image):
    """An initramfs: cpio, newc."""
    if not shutil.which("cpio"):
        raise Skip("cpio is not installed")
    listed = subprocess.run(["find", "."], cwd=root, capture_output=True, check=True).stdout
    with open(image, "wb") as f:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=listed,
                       stdout=f, check=True)


def boot(vmlinuz, image):
    """Run it; gives every line, with the time it came."""
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed (package qemu-system-x86)")
    # Not KVM: inside of a virtual machine it may hang instead of failing.
    command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max",
               "-smp", "2", "-m", "2048", "-nographic", "-no-reboot", "-nic", "none",
               "-kernel", vmlinuz, "-initrd", image,
               "-append", "console=ttyS0 quiet panic=-1 rdinit=/init"]
    started = time.monotonic()
    lines, is_up = [], False
    machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    os.set_blocking(machine.stdout.fileno(), False)
    rest = b""
    try:
        has_ended = False
        while not has_ended:
            # Asked before the read: its last words come while it ends.
            has_ended = machine.poll() is not None
            rest += machine.stdout.read() or b""
            *whole, rest = rest.split(b"\n")
            lines += [line.decode("utf-8", "replace").rstrip("\r") for line in whole]
            took = time.monotonic() - started
            if not is_up and any("MACHINE UP" in line for line in lines):
                is_up = True
                print(f"the machine was up after {took:.1f} s", flush=True)
            if not is_up and took > BOOT_SECONDS:
                raise Skip(f"the machine was not up after {BOOT_SECONDS} s of emulation")
            if took > RUN_SECONDS or any("MACHINE DONE" in line for line in lines):
                break
            time.sleep(0.1)
    finally:
        machine.kill()
        machine.wait()
    if not is_up:
        raise Skip("the machine did not come up: " + " | ".join(lines[-3:]))
    print(f"done after {time.monotonic() - started:.1f} s", flush=True)
    return lines


def run(options):
    """Passed and failed."""
    root = os.path.join(options.work, "root")
    kernel_dir, vmlinuz = kernel(options.work)
    shutil.rmtree(root, ignore_errors=True)
    make_root(root, options.build, kernel_dir)
    image = os.path.join(options.work, "initrd")
    pack(root, image)
    lines = boot(vmlinuz, image)
    passed = [line for line in lines if line.startswith("RESULT ok ")]
    failed = [line for line in lines if line.startswith("RESULT failed ")]
    for line in passed:
        print(line.replace("RESULT ", ""))
    if failed or not any("MACHINE DONE" in line for line in lines):
        print("\n".join(lines[-400:]))
    return len(passed), len(failed) + (0 if any("MACHINE DONE" in x for x in lines) else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--work", required=True, help="a folder that may be filled")
    parser.add_argument("--tally", help="file to append passed, failed, skipped to")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    options.work = os.path.abspath(options.work)
    try:
        passed, failed, skipped = *run(options), 0
    except Skip as e:
        print(f"skipped: limits on control groups v2: {e}")
        passed, failed, skipped = 0, 0, 1
    print(f"control groups v2: {passed} passed, {failed} failed, {skipped} skipped")
    if options.tally:
        with open(options.tally, "a", encoding="utf-8") as f:
            f.write(f"{passed} {failed} {skipped}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
