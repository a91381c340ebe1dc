# SPDX-License-Identifier: Apache-2.0
"""tree - what the checks of this folder share: the files, and how to end."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIP = 77
C_FILES = (".c", ".h", ".cc")


def walk(root):
    """Every file below ROOT but for hidden and build folders."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith(".") and f != "build" and not f.startswith("build-")
            and f != "__pycache__"
        )
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def tracked(root=ROOT):
    """The files that belong to the project: git's list, else what is on disk."""
    if os.path.exists(os.path.join(root, ".git")):
        try:
            command = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z",
                       "--cached"]
            listed = subprocess.run(command, check=True, capture_output=True).stdout
            names = os.fsdecode(listed).split("\0")
            return sorted(n for n in names if os.path.isfile(os.path.join(root, n)))
        except (OSError, subprocess.CalledProcessError):
            pass
    return sorted(walk(root))


def c_files(root=ROOT):
    return [f for f in tracked(root) if f.endswith(C_FILES)]


def read(path, root=ROOT):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def finish(problems, checked):
    """Print what was found and leave with the status that says so."""
    for problem in problems:
        print(problem)
    print(f"{checked}: {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    sys.exit(1 if problems else 0)
