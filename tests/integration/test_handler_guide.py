# SPDX-License-Identifier: Apache-2.0
"""docs/handlers.md: its handlers compile as they stand, and do what the page shows."""

import os
import re
import subprocess

import shown
from fixture import ROOT, Emulator, contains, new_dir, same, write_file

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
