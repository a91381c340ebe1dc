# SPDX-License-Identifier: Apache-2.0
"""docs/handlers.md: its handlers compile as they stand, and do what the page shows."""

import json
import os
import re
import shutil
import subprocess

import shown
from fixture import ROOT, Emulator, build_path, contains, new_dir, same, write_file

PAGE = os.path.join(ROOT, "docs", "handlers.md")
STRICT = ["-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def sources():
    """{name: text} of the pieces of C; each begins with the name of its file."""
    with open(PAGE, encoding="utf-8") as f:
        blocks = re.findall(r"```c\n(.*?)```\n", f.read(), re.S)
    found = {}
    for block in blocks:
        name = re.match(r"/\* (\w+)\.c \*/\n", block)
        same(name is not None, True, "a piece of C without the name of its file:\n" + block)
        found[name.group(1)] = block
    return found


def compiled():
    """A folder with the sources of the page, and the object of each handler."""
    folder = new_dir("guide")
    for name, text in sources().items():
        write_file(os.path.join(folder, name + ".c"), text)
        if name.endswith("_test"):
            continue
        cc = subprocess.run(
            ["cc", *STRICT, "-shared", "-fPIC", "-I", os.path.join(ROOT, "sdk", "include"),
             "-o", f"{name}.so", f"{name}.c"],
            cwd=folder, capture_output=True, text=True, check=False, timeout=60)
        same(cc.returncode, 0, f"{name}.c of the page: {cc.stderr}")
    return folder


def test_each_handler_of_the_guide_does_what_it_shows():
    folder = compiled()
    objects = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                     if name.endswith(".so"))
    same(len(objects), 7)
    with Emulator(*objects, args=["--timeout", "20"]) as lamb:
        shown.check(PAGE, "lamb invoke |lamb event |cc -o greet_test ",
                    lambda line: shown.run(line, lamb, folder))
        lamb.wait_log("did 1000 parts")
        contains(lamb.log, '"Namespace":"Shop"')


def records(tail):
    """The records of the handler in a log's tail: {message: record}."""
    lines = [json.loads(line) for line in tail.splitlines() if '"level"' in line]
    return {line["message"]: line for line in lines}


def under_bootstrap(top):
    """Code of a managed runtime whose client is our bootstrap: it gets a log pipe."""
    folder = os.path.join(top, "code", "seen")
    os.makedirs(folder)
    shutil.copy(os.path.join(top, "seen.so"), folder)
    shutil.copy(build_path("runtime", "bootstrap"), folder)
    return folder, ["--handler", "seen.handler", "--runtime", "python3.12",
                    "--runtime-client", "python3.12=./bootstrap"]


def test_what_a_handler_logs_has_its_request_id_and_is_filtered_by_level():
    top = compiled()
    tail = {"X-Amz-Log-Type": "Tail"}
    for code, more in ((os.path.join(top, "seen.so"), []), under_bootstrap(top)):
        with Emulator(code, args=["--log-format", "json", *more]) as lamb:
            answer = lamb.invoke("seen", b"{}", headers=tail)
            found = records(answer.tail)["did 1000 parts"]
            same((found["requestId"], found["level"]), (answer.id, "INFO"))
            contains(answer.tail, '"Namespace":"Shop"')
        with Emulator(code, args=["--log-format", "json", "--application-log-level", "WARN",
                                  *more]) as lamb:
            same(records(lamb.invoke("seen", b"{}", headers=tail).tail), {})
