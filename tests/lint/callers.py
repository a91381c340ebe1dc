#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""callers - every function that a file gives to others has a caller that ships, not only
in the tests; and one that its own file alone calls is static, unless a test calls it too.
With --self-test: is each such function found?

A prototype, the definition and the list of LAMB_ENUM_TEXT_FN are no calls. What the
installed headers declare is called by users; what documents are drawn with counts.
"""

import re
import sys

import tree

ROOMS = ("emulator/", "runtime/", "sdk/")
PUBLIC = "sdk/include/"
DRAWS = "/draw_"  # tests/*/draw_*.c make pages of docs/
TEST = re.compile(r"(_test|_testing|testbed|testzip)\.[ch]$|/fuzz_|/fixtures/|"
                  r"^runtime/(play|process)\.[ch]$")
COMMENT_OR_STRING = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)
DEFINED = re.compile(r"^(?!static\b)[^\n#{}();]*\n([a-z]\w+)\(|^LAMB_ENUM_\w+_FN\((\w+),", re.M)
DECLARED = re.compile(r"^(?!static\b|#)\w[\w \t]*[ *](\w+)\(", re.M)
WORD = re.compile(r"\b[a-z]\w+\b")
# Counted by a room for its tests: what nobody but they can see otherwise.
KEPT = {
    "http_server_stats": "connections of a server, which no client can count",
    "sandbox_action_name": "names a row of a table where it fails",
}


def words(path, text):
    """(what PATH defines for others, all that it uses) by their names."""
    text = COMMENT_OR_STRING.sub(" ", text)
    defined = [a or b for a, b in DEFINED.findall(text)] if path.endswith(".c") else []
    text = DEFINED.sub(" ", text)
    if path.endswith(".h"):
        text = DECLARED.sub(" ", text)
    return defined, set(WORD.findall(text))


def check(files):
    """FILES: {path: text}."""
    defined, users, tested, public = {}, {}, set(), set()
    for path, text in files.items():
        mine, used = words(path, text)
        if path.startswith(PUBLIC):
            public.update(WORD.findall(text))
        ships = path.startswith(ROOMS) and not TEST.search(path)
        for name in mine if ships else ():
            defined.setdefault(name, path)
        if ships or DRAWS in path:
            for name in used:
                users.setdefault(name, set()).add(path)
        else:
            tested |= used
    for name, path in sorted(defined.items()):
        if name in public or name in KEPT or name == "main":
            continue
        found = users.get(name, set())
        if not found:
            yield f"{path}: nothing that ships calls {name}"
        elif found == {path} and name not in tested:
            yield f"{path}: {name} is called here alone: make it static"


SELF = {
    "emulator/a.h": "void used(int x);\nvoid lonely(void);\nvoid own(void);\n"
                    "void piece(void);\n",
    "emulator/a.c": "void\nused(int x)\n{\n}\n\nvoid\nlonely(void)\n{\n}\n\n"
                    "void\nown(void)\n{\n}\n\nstatic void\nmine(void)\n{\n    own();\n    piece();\n"
                    "}\n\nvoid\npiece(void)\n{\n}\n",
    "emulator/b.c": "int\nmain(void)\n{\n    used(1); /* lonely() */\n}\n",
    "emulator/a_test.c": "int\nmain(void)\n{\n    lonely();\n    piece();\n}\n",
    "sdk/include/lamb/p.h": "int offered(void);\n",
    "sdk/src/p.c": "int\noffered(void)\n{\n}\n",
}


def self_test():
    got = list(check(SELF))
    wanted = ["emulator/a.c: nothing that ships calls lonely",
              "emulator/a.c: own is called here alone: make it static"]
    return [] if got == wanted else [f"{got} is not {wanted}"]


def main():
    if sys.argv[1:] == ["--self-test"]:
        tree.finish(self_test(), "callers, self-test")
    paths = tree.c_files()
    tree.finish(list(check({path: tree.read(path) for path in paths})), "callers")


main()
