#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""headers - every header compiles alone; a public one in C11 and C++17, pedantically."""

import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys

import tree

PUBLIC = "sdk/include/"
COMMON = ["-fsyntax-only", "-I.", "-Isdk/include", "-Wall", "-Wextra", "-Werror"]
PRIVATE_FLAGS = ["-x", "c", "-std=gnu17", "-D_GNU_SOURCE"]
C11_FLAGS = ["-x", "c", "-std=c11", "-pedantic"]
CPLUSPLUS_FLAGS = ["-x", "c++", "-std=c++17", "-pedantic"]


def compiler(variable, usual):
    command = shlex.split(os.environ.get(variable, "")) or [usual]
    return command if shutil.which(command[0]) else None


def together(cc, cxx):
    """The public headers in one file, either way round: a name belongs to one of them."""
    names = sorted(path for path in tree.c_files()
                   if path.startswith(PUBLIC) and path.endswith(".h"))
    for order, paths in (("in order", names), ("backwards", names[::-1])):
        source = "".join(f"#include <{path.removeprefix(PUBLIC)}>\n" for path in paths)
        yield f"all public headers {order} as C11", cc + C11_FLAGS, source
        if cxx:
            yield f"all public headers {order} as C++17", cxx + CPLUSPLUS_FLAGS, source


def jobs():
    """One (title, command, source) for each header and language, and some for all."""
    cc, cxx = compiler("CC", "cc"), compiler("CXX", "c++")
    if cc is None:
        print("headers: no C compiler (CC, cc)")
        sys.exit(tree.SKIP)
    if cxx is None:
        print("headers: no C++ compiler (CXX, c++): public headers are tried as C only")
    yield from together(cc, cxx)
    for path in tree.c_files():
        if not path.endswith(".h"):
            continue
        if not path.startswith(PUBLIC):
            yield path, cc + PRIVATE_FLAGS, f'#include "{path}"\n'
            continue
        source = f"#include <{path.removeprefix(PUBLIC)}>\n"
        yield path + " as C11", cc + C11_FLAGS, source
        if cxx:
            yield path + " as C++17", cxx + CPLUSPLUS_FLAGS, source


def compile_one(job):
    title, command, source = job
    # Twice: the guard has to hold as well.
    run = subprocess.run(command + COMMON + ["-"], input=source * 2,
                         cwd=tree.ROOT, text=True, capture_output=True, check=False)
    return f"{title} does not compile:\n{run.stderr}" if run.returncode else None


def main():
    todo = list(jobs())
    if not todo:
        sys.exit("headers: no header found; is this the project's tree?")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(compile_one, todo) if p]
    tree.finish(problems, f"{len(todo)} compilations")


if __name__ == "__main__":
    main()
