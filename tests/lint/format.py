#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""format - is every C file as clang-format would write it?"""

import os
import shutil
import subprocess
import sys

import tree

BATCH = 20  # files for one call, so that both processors have work


def check(clang_format, files):
    return subprocess.Popen([clang_format, "--dry-run", "-Werror", "--ferror-limit=1",
                             *files], cwd=tree.ROOT, text=True, stderr=subprocess.PIPE)


def main():
    clang_format = os.environ.get("CLANG_FORMAT") or shutil.which("clang-format")
    if not clang_format:
        print("format: clang-format is not installed (Debian: apt install clang-format)")
        sys.exit(tree.SKIP)
    files = tree.c_files()
    if not files:
        sys.exit("format: no C file found; is this the project's tree?")
    running = [check(clang_format, files[i : i + BATCH])
               for i in range(0, len(files), BATCH)]
    problems = []
    for process in running:
        text = process.communicate()[1]
        found = [line for line in text.splitlines() if ": error: " in line]
        problems += found
        if process.returncode and not found:
            problems.append(f"clang-format failed: {text}")
    if problems:
        print("put right with: clang-format -i FILE (.clang-format is for version 14)")
    tree.finish(problems, f"{len(files)} files")


if __name__ == "__main__":
    main()
