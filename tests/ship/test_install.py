# SPDX-License-Identifier: Apache-2.0
"""test_install - what `meson install` installs, and building against it from outside."""

import os
import shutil
import subprocess
import sys

import fixture
from fixture import ROOT, Skip, build_path, contains, limit, new_dir, same
from runtime_api import ask

EVENT = '{"name":"Ada"}'
SAMPLES = os.path.join(ROOT, "samples")
HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command, cwd=None, env=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd,
                          env={**os.environ, **(env or {})})
    same(done.returncode, 0, " ".join(command) + ":\n" + done.stdout + done.stderr)
    return done.stdout


def installed():
    """The installed tree of the tested build: its root, and its prefix in there."""
    root = new_dir("installed")
    run("meson", "install", "-C", build_path(), "--no-rebuild", "--destdir", root)
    for path, _, files in os.walk(root):
        if "lamb.h" in files:
            return root, os.path.dirname(os.path.dirname(path))
    raise AssertionError("lamb.h was not installed")


def file_below(folder, name):
    for path, _, files in os.walk(folder):
        if name in files:
            return os.path.join(path, name)
    raise AssertionError(f"{name} is not below {folder}")


def described():
    """What the public headers declare."""
    sys.path.insert(0, os.path.join(ROOT, "scripts"))
    import headers  # pylint: disable=import-outside-toplevel
    return {one.symbol for header in headers.read_all() for one in header.declarations()
            if one.symbol.lower().startswith("lamb_")}


def need(program):
    if not shutil.which(program):
        raise Skip(f"there is no {program}")


def answers_through(bootstrap, folder):
    """The object hello.so of FOLDER under the installed bootstrap."""
    [(path, body)] = ask([bootstrap], [EVENT],
                         {"_HANDLER": "hello.handler", "LAMBDA_TASK_ROOT": folder})
    same((path, body), ("invocation/request-1/response", '{"greeting":"Hello, Ada"}'))


def answers_itself(program):
    [(path, body)] = ask([program], [EVENT], {"_HANDLER": "x.measure"})
    same((path, body), ("invocation/request-1/response", '{"bytes":%d}' % len(EVENT)))


def test_an_installation_has_each_file_in_its_place():
    root, prefix = installed()
    got = set()
    for path, _, files in os.walk(root):
        got |= {os.path.relpath(os.path.join(path, file), prefix) for file in files}
    library = os.path.relpath(os.path.dirname(file_below(root, "liblamb.a")), prefix)
    public = os.path.join(ROOT, "sdk/include")
    headers = {os.path.relpath(os.path.join(path, file), ROOT + "/sdk")
               for path, _, files in os.walk(public) for file in files}
    pages = {name for name in got if name.startswith("share/man/man3/")}
    same({os.path.basename(page).removesuffix(".3") for page in pages}, described())
    same(sorted(got - pages), sorted(headers | {
        "bin/lamb", "libexec/lamb/bootstrap", f"{library}/liblamb.a",
        f"{library}/pkgconfig/lamb.pc", f"{library}/cmake/lamb/lambConfig.cmake",
        f"{library}/cmake/lamb/lambConfigVersion.cmake"}))


def test_the_installed_lamb_finds_the_installed_bootstrap():
    _, prefix = installed()
    fixture.lamb_path = lambda: os.path.join(prefix, "bin/lamb")
    with fixture.Emulator(build_path("samples/hello/hello.so")) as lamb:
        same(lamb.invoke("hello", EVENT.encode()).json, {"greeting": "Hello, Ada"})


def test_a_sample_builds_outside_with_pkg_config():
    need("pkg-config")
    root, _ = installed()
    folder = new_dir("outside")
    pc = file_below(root, "lamb.pc")

    def flags(*words):
        return run("pkg-config", *words, env={
            "PKG_CONFIG_SYSROOT_DIR": root,
            "PKG_CONFIG_PATH": os.path.dirname(pc)}).split()

    run("cc", "-shared", "-fPIC", "-o", "hello.so", os.path.join(SAMPLES, "hello/hello.c"),
        *flags("--cflags", "lamb"), cwd=folder)
    bootstrap = flags("--variable=bootstrap", "lamb")[0]
    answers_through(bootstrap if bootstrap.startswith(root) else root + bootstrap, folder)
    run("cc", "-o", "own-main", os.path.join(SAMPLES, "own-main/own-main.c"),
        *flags("--cflags", "--libs", "lamb"), cwd=folder)
    answers_itself(os.path.join(folder, "own-main"))
    run("cc", "-o", "hello_test", os.path.join(SAMPLES, "hello/hello_test.c"),
        os.path.join(SAMPLES, "hello/hello.c"),
        *flags("--cflags", "--libs", "lamb"), cwd=folder)
    same(run(os.path.join(folder, "hello_test")).splitlines(), [
        "1..2", "ok 1 - greets whom the event names",
        "ok 2 - an event without a name is refused"])
    run("cc", "-o", "failing_test", os.path.join(HERE, "failing_test.c"),
        *flags("--cflags", "--libs", "lamb"), cwd=folder)
    failing_tests_fail(os.path.join(folder, "failing_test"))
    run("cc", "-static", "-o", "static", os.path.join(SAMPLES, "own-main/own-main.c"),
        *flags("--static", "--cflags", "--libs", "lamb"), cwd=folder)
    answers_itself(os.path.join(folder, "static"))
    run("cc", "-o", "outside", os.path.join(HERE, "outside.c"),
        *flags("--cflags", "--libs", "lamb"), cwd=folder)
    counts_and_calls(os.path.join(folder, "outside"), "Client.Connection")
    run("cc", "-static", "-o", "outside-static", os.path.join(HERE, "outside.c"),
        *flags("--static", "--cflags", "--libs", "lamb"), cwd=folder)
    counts_and_calls(os.path.join(folder, "outside-static"), "Client.NoLibrary")


def test_the_pages_of_the_manual_are_read_without_a_complaint():
    need("groff")
    _, prefix = installed()
    folder = os.path.join(prefix, "share/man/man3")
    pages = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    same(run("groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-z", *pages), "")
    page = run("groff", "-man", "-Tascii", "-P-cbou", os.path.join(folder, "lamb_reply.3"))
    for part in ("NAME\n", "#include <lamb/lamb.h>", "RETURN VALUE", "-EMSGSIZE", "SEE ALSO"):
        contains(page, part)


def counts_and_calls(program, outcome):
    """tests/ship/outside.c: reads typed events, and calls where nobody listens."""
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "us-east-1",
           "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}
    event = '{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"b"}]}'
    [(path, body)] = ask([program], [event], env)
    same((path, body), ("invocation/request-1/response", f'[1,"{outcome}"]'))


def failing_tests_fail(program):
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    same(done.returncode, 1)
    where = os.path.join(HERE, "failing_test.c")
    same(done.stdout.splitlines(), [
        "1..3",
        f"# {where}:23: expected a success, but the handler crashed: signal 6 (Aborted)",
        "not ok 1 - a crash",
        f"# {where}:28: the response is not as expected",
        "#   $.n: expected 2, got 1",
        "not ok 2 - a difference",
        "ok 3 - a success"])
    only = subprocess.run([program, "succ"], capture_output=True, text=True, check=False)
    same((only.returncode, only.stdout), (0, "1..1\nok 1 - a success\n"))
    none = subprocess.run([program, "other"], capture_output=True, text=True, check=False)
    same((none.returncode, none.stderr), (2, "there is no such test\n"))


@limit(120)
def test_a_sample_builds_outside_with_cmake():
    need("cmake")
    root, prefix = installed()
    folder = new_dir("outside")
    build = os.path.join(folder, "build")
    run("cmake", "-S", os.path.join(HERE, "project"), "-B", build,
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DSAMPLES={SAMPLES}")
    run("cmake", "--build", build)
    with open(os.path.join(build, "bootstrap.txt"), encoding="utf-8") as f:
        bootstrap = f.read()
    same(bootstrap, file_below(root, "bootstrap"))
    answers_through(bootstrap, build)
    answers_itself(os.path.join(build, "own-main"))
    counts_and_calls(os.path.join(build, "outside"), "Client.Connection")
    counts_and_calls(os.path.join(build, "outside-static"), "Client.NoLibrary")
