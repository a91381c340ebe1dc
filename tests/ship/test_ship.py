# SPDX-License-Identifier: Apache-2.0
"""test_ship - the layer and the function zips, where the service would unpack them.

Most tests build a root folder that holds the least a function may expect (for static
programs nothing), unpack layer and function to /opt and /var/task as the service does, and
start the bootstrap in there as an ordinary user against a small Runtime API.
"""

import json
import os
import re
import shutil
import subprocess
import zipfile

from fixture import (Emulator, ROOT, Skip, build_path, contains, limit, new_dir, same,
                     write_file)
from runtime_api import ask

NOBODY = 65534
INSIDE_HOSTS = "127.0.0.7 only.inside.test\n"
EVENT = '{"name":"Ada"}'


def package(name):
    """The path of a built zip."""
    for folder in ("packaging", "tests/ship"):
        path = build_path(folder, name + ".zip")
        if os.path.exists(path):
            return path
    raise Skip(f"{name}.zip is not built here: it needs strip, a build without sanitizers, "
               "and musl-gcc or a C++ compiler for some")


def unpack(name, folder):
    """Unpack with the modes that the zip says, as the service does."""
    with zipfile.ZipFile(package(name)) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, folder)
            os.chmod(path, entry.external_attr >> 16 & 0o777)


def new_root(function, layer=None):
    """A root with FUNCTION at /var/task and LAYER at /opt, and nothing else."""
    root = new_dir("root")
    os.chmod(root, 0o755)
    for folder in ("var", "var/task", "opt", "tmp"):
        os.mkdir(os.path.join(root, folder))
    unpack(function, os.path.join(root, "var/task"))
    if layer:
        unpack(layer, os.path.join(root, "opt"))
    return root


def copy_into(root, path):
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not os.path.exists(target):
        shutil.copy(path, target)


def add_minimal_userland(root):
    """The C library, as the dynamic linker finds it, and a shell."""
    listed = subprocess.run(["ldd", "/bin/sh"], capture_output=True, text=True, check=True)
    libraries = re.findall(r"(/\S+) \(0x", listed.stdout)
    libc = next(path for path in libraries if "/libc.so" in path)
    copy_into(root, "/bin/sh")
    for name in ("libm.so.6", "libgcc_s.so.1"):  # they come with every C library
        libraries.append(os.path.join(os.path.dirname(libc), name))
    for path in libraries:
        copy_into(root, path)
    os.mkdir(os.path.join(root, "etc"))
    write_file(os.path.join(root, "etc/hosts"), INSIDE_HOSTS)
    write_file(os.path.join(root, "etc/nsswitch.conf"), "hosts: files\n")


def run_in(root, program, handler, events):
    """Start PROGRAM of ROOT there; returns what it posted for each of EVENTS."""
    if os.geteuid() != 0:
        raise Skip("needs root: the program is started in a root folder of its own")

    def enter():
        os.chroot(root)
        os.chdir("/var/task")
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    return ask([program], events, preexec_fn=enter, env={
        "_HANDLER": handler, "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
                           "/var/task:/var/task/lib:/opt/lib"})


def answers_in(root, program, handler, event):
    """The same event twice has the same answer; returns it."""
    first, second = run_in(root, program, handler, [event, event])
    same(first[0], "invocation/request-1/response", first[1])
    same(second, first)
    return first[1]


# -- the layer ----------------------------------------------------------------------------


def layer_answers(function, event):
    root = new_root(function, layer="lamb-runtime")
    add_minimal_userland(root)
    return answers_in(root, "/opt/bootstrap", f"{function}.handler", event)


def test_the_layer_runs_a_function_where_only_the_c_library_is():
    same(layer_answers("hello", EVENT), '{"greeting":"Hello, Ada"}')


def test_the_layer_runs_a_function_in_cplusplus_that_brings_its_library():
    same(layer_answers("cplusplus", '"to be or not to be"'), '{"be":2,"not":1,"or":1,"to":2}')


def test_a_function_runs_a_shell_resolves_names_and_has_a_library_of_its_own():
    same(json.loads(layer_answers("probe", '{"resolve":"only.inside.test"}')),
         {"shell": "42", "address": "127.0.0.7", "own": "a library of its own"})


def test_a_missing_library_is_named_in_the_init_error():
    root = new_root("probe", layer="lamb-runtime")
    add_minimal_userland(root)
    os.unlink(os.path.join(root, "var/task/lib/libown.so"))
    [(path, body)] = run_in(root, "/opt/bootstrap", "probe.handler", ["{}"])
    same(path, "init/error")
    contains(body, "libown.so")


# -- programs of their own ----------------------------------------------------------------


def test_a_static_program_runs_where_nothing_is():
    same(answers_in(new_root("own-main"), "/var/task/bootstrap", "x.echo", EVENT), EVENT)


def test_a_static_program_chooses_its_handler():
    same(answers_in(new_root("own-main"), "/var/task/bootstrap", "measure", EVENT),
         '{"bytes":%d}' % len(EVENT))


def test_a_static_program_with_musl_runs_where_nothing_is():
    same(answers_in(new_root("own-main-musl"), "/var/task/bootstrap", "x.echo", EVENT), EVENT)


def test_the_emulator_runs_the_zips_as_they_are():
    for name, event, answer in (("hello", EVENT, '{"greeting":"Hello, Ada"}'),
                                ("own-main", EVENT, EVENT)):
        handler = {"hello": "hello.handler", "own-main": "own-main.echo"}[name]
        with Emulator(package(name), args=["--handler", handler]) as lamb:
            same(lamb.invoke(name, payload=event.encode()).body.decode(), answer)


# -- the zips -----------------------------------------------------------------------------


def shipped():
    """All zips that would be uploaded."""
    package("lamb-runtime")
    folder = build_path("packaging")
    return [os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith(".zip")]


def test_every_zip_holds_what_the_service_starts_with_the_right_mode():
    for path in shipped():
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        same([e.filename for e in entries], sorted(e.filename for e in entries), path)
        for entry in entries:
            same((oct(entry.external_attr >> 16), entry.date_time), ("0o100755",
                 (1980, 1, 1, 0, 0, 0)), f"{path}: {entry.filename}")


def test_nothing_shipped_needs_a_c_library_newer_than_that_of_the_service():
    with open("/etc/os-release", encoding="utf-8") as f:
        if 'VERSION_ID="12"' not in f.read():
            raise Skip("holds for what is built on Debian 12")
    scratch, newest = new_dir("elf"), {}
    for path in shipped() + [package("probe")]:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                listed = subprocess.run(
                    ["objdump", "-p", archive.extract(name, scratch)], capture_output=True,
                    text=True, check=True).stdout
                versions = re.findall(r"GLIBC_([0-9]+)\.([0-9]+)", listed)
                newest[f"{os.path.basename(path)}: {name}"] = max(
                    [(int(major), int(minor)) for major, minor in versions], default=(0, 0))
    same({what: version for what, version in newest.items() if version > (2, 34)}, {})
    assert newest["lamb-runtime.zip: bootstrap"] > (2, 0), newest


def test_the_zips_are_as_small_as_promised():
    assert os.path.getsize(package("lamb-runtime")) < 150_000
    assert os.path.getsize(package("own-main-musl")) < 60_000


def build_options():
    """The options of the tested build that change what is built."""
    listed = subprocess.run(["meson", "introspect", "--buildoptions", build_path()],
                            capture_output=True, text=True, check=True).stdout
    return {o["name"]: o["value"] for o in json.loads(listed)
            if o["name"] in ("buildtype", "optimization", "debug", "b_ndebug", "c_args")}


@limit(600)
def test_the_same_source_elsewhere_makes_the_same_zips():
    want = shipped()
    copy = os.path.join(new_dir("elsewhere"), "a folder of another name")
    shutil.copytree(ROOT, copy, symlinks=True,
                    ignore=shutil.ignore_patterns("build", "build-*", ".git", ".lamb",
                                                  "__pycache__", "corpus"))
    options = build_options()
    if options.pop("c_args"):
        raise Skip("the build has compiler arguments of its own")
    build = os.path.join(copy, "build")
    settings = [f"-D{name}={str(value).lower()}" for name, value in options.items()]
    for command in (["meson", "setup", build, copy, "-Dtests=disabled", *settings],
                    ["meson", "compile", "-C", build, "-j", "2", "layer"]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        same(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
    for path in want:
        with open(path, "rb") as a, open(
                os.path.join(build, "packaging", os.path.basename(path)), "rb") as b:
            assert a.read() == b.read(), f"{os.path.basename(path)} differs"
