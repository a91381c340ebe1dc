#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layers - who may include whom. With --self-test: does each rule find its violation?

One row of FLOORS is one floor of the emulator, from the roof down. A room may include
every room of a lower floor and itself, not the others of its own floor.
"""

import argparse
import os
import re
import sys
import tempfile

import tree

FLOORS = [
    ["cli"],
    ["api", "control"],
    ["template", "triggers"],
    ["invoke"],
    ["messaging", "functions"],
    ["environment"],
    ["observe", "sandbox"],
    ["store", "http"],
    ["loop"],
]

# The rooms outside the emulator: what each may include beside itself and <lamb/...>.
ROOMS = {
    "sdk/base": [],
    "sdk/sign": ["sdk/base"],
    "sdk/json": ["sdk/base"],
    "sdk/aws": ["sdk/sign", "sdk/json", "sdk/base"],
    "sdk/events": ["sdk/json", "sdk/base"],
    "sdk/src": ["sdk/json", "sdk/base"],
    "sdk/testing": ["sdk/src", "sdk/json", "sdk/events", "sdk/base"],
    "runtime": ["sdk"],
}
EMULATOR_SDK = ["sdk/sign", "sdk/json", "sdk/base"]
for depth, floor in enumerate(FLOORS):
    below = [f"emulator/{room}" for row in FLOORS[depth + 1:] for room in row]
    for room in floor:
        ROOMS[f"emulator/{room}"] = below + EMULATOR_SDK
ROOMS["emulator/cli"] = ROOMS["emulator/cli"] + ["sdk/events"]  # `lamb event`

# Where code of users would stand: nothing of the project but what is installed.
OUTSIDE = ("samples/", "runtime/fixtures/", "tests/bench/echo.c")
OUTSIDE_LIBRARIES = ("jansson.h", "sqlite3.h")
PUBLIC = "sdk/include/lamb/"
EVERYTHING = "tests/"

# System headers (by how their name begins) that only these rooms may include.
LIBRARIES = {
    "sqlite3.h": ["emulator/store", "emulator/functions"],
    "microhttpd.h": ["emulator/http"],
    "curl/": ["emulator/http", "sdk/aws"],
    "uv.h": ["emulator/loop"],
    "yaml.h": ["emulator/template"],
    "archive.h": ["emulator/store"],
    "archive_entry.h": ["emulator/store"],
    "nettle/": ["emulator/store"],
    "sha2.h": ["sdk/sign"],
    "seccomp.h": ["emulator/sandbox"],
    "linux/seccomp.h": ["emulator/sandbox"],
    "sys/capability.h": ["emulator/sandbox"],
    "linux/capability.h": ["emulator/sandbox"],
    "cap-ng.h": ["emulator/sandbox"],
    "jansson.h": ["emulator/", "sdk/json", "sdk/sign", "sdk/aws", "sdk/testing",
                  "sdk/events", "runtime/extension.c", "runtime/telemetry.c"],
    "zlib.h": ["sdk/events"],
    "cmocka.h": [],
}
# Parts of tests whose names do not say so.
TEST_BEDS = ("runtime/play.", "runtime/process.", "runtime/serving.")
TEST_LIBRARIES = ("cmocka.h", "jansson.h")
EXCEPTIONS = PUBLIC + "exceptions.h"  # the one header that is for C++ alone
CPLUSPLUS_LIBRARY = {"cxxabi.h", "exception", "typeinfo"}
C_LIBRARY = re.compile(
    r"(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|"
    r"signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|"
    r"string|tgmath|threads|time|uchar|wchar|wctype)\.h"
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def is_test(path):
    name = os.path.basename(path)
    return (
        name.endswith(("_test.c", "testing.h", "testing.c"))
        or name.startswith(("fuzz_", "testbed."))
        or path.startswith(TEST_BEDS)
    )


def library_of(name):
    """The entry of LIBRARIES that system header NAME falls under, or None."""
    for library in LIBRARIES:
        if name == library or library.endswith("/") and name.startswith(library):
            return library
    return None


def room_of(path):
    """The room PATH stands in, None outside the table. The deepest one counts."""
    parts = path.split("/")[:-1]
    while parts:
        if "/".join(parts) in ROOMS:
            return "/".join(parts)
        parts.pop()
    return None


def owns(owner, path):
    return path == owner or path.startswith(owner.rstrip("/") + "/")


def blank(match):
    return "\n" * match.group(0).count("\n")


class Layers:
    """Reads one tree; problems fills with `file:line: [rule] what`."""

    def __init__(self, root):
        self.root = root
        self.files = tree.c_files(root)
        self.known = set(self.files)
        self.includes = {}
        self.problems = []
        for path in self.files:
            text = COMMENT.sub(blank, tree.read(path, root))
            self.includes[path] = [
                (text.count("\n", 0, m.start()) + 1, m.group(1) == "<", m.group(2))
                for m in INCLUDE.finditer(text)
            ]

    def complain(self, path, line, rule, what):
        self.problems.append(f"{path}:{line}: [{rule}] {what}")

    def check(self):
        for path in self.files:
            self.check_own_header(path)
            for line, is_system, name in self.includes[path]:
                self.check_include(path, line, is_system, name)
        self.check_rooms()
        self.check_cycles()
        return sorted(self.problems)

    # -- one include ---------------------------------------------------------------

    def check_include(self, path, line, is_system, name):
        say = lambda rule, what: self.complain(path, line, rule, what)
        if path.startswith(PUBLIC):
            own = (name.startswith("lamb/") or C_LIBRARY.fullmatch(name)
                   or (path == EXCEPTIONS and name in CPLUSPLUS_LIBRARY))
            if not is_system or not own:
                say("public", f"a public header includes <lamb/...> and the C library "
                    f"only, not {name}")
        elif path.startswith(OUTSIDE):
            if not is_system or library_of(name) not in (None, *OUTSIDE_LIBRARIES):
                say("outside", "samples, fixtures and echo.c see <lamb/...>, <jansson.h>, "
                    f"<sqlite3.h> and the C library only, not {name}")
        elif path.startswith(EVERYTHING):
            if not is_system:
                self.check_exists(path, line, name)
        elif is_system:
            self.check_library(path, line, name)
        elif self.check_exists(path, line, name):
            self.check_arrow(path, line, name)

    def check_exists(self, path, line, name):
        if name in self.known:
            return True
        self.complain(path, line, "path", f"{name} is no file of the project: includes "
                      "are written from the project's root")
        return False

    def check_arrow(self, path, line, name):
        here, there = room_of(path), room_of(name)
        if here is None or there == here:
            return
        pair = {path.split("/")[0], name.split("/")[0]}
        if pair == {"runtime", "emulator"}:
            self.complain(path, line, "halves", "runtime and emulator never include each "
                          f"other, so not {name}")
        elif there is None or not any(owns(room, there) for room in ROOMS[here]):
            self.complain(path, line, "arrow", f"{here} must not include {name}; it may "
                          f"include {', '.join(ROOMS[here]) or 'nothing of ours'}")

    def check_library(self, path, line, name):
        library = library_of(name)
        if library is None or is_test(path) and library in TEST_LIBRARIES:
            return
        rooms = LIBRARIES[library]
        if not any(owns(room, path) for room in rooms):
            self.complain(path, line, "library", f"<{name}> belongs in "
                          f"{', '.join(rooms) or 'tests'} only")

    # -- a file, the folders, the graph ----------------------------------------------

    def check_own_header(self, path):
        header = re.sub(r"\.cc?$", ".h", path)
        if header == path or header not in self.known:
            return
        included = self.includes[path]
        if not included or included[0][2] != header:
            line = included[0][0] if included else 1
            self.complain(path, line, "own-header", f"include {header} first: that proves "
                          "it stands alone")

    def check_rooms(self):
        """Each folder of C files below emulator and sdk is a room of the table."""
        found = {}
        for path in self.files:
            top = path.split("/")[0]
            if top in ("emulator", "sdk", "runtime") and not path.startswith(PUBLIC):
                found.setdefault(os.path.dirname(path), path)
        for folder, path in found.items():
            if folder not in ROOMS and not path.startswith(OUTSIDE):
                self.complain(path, 1, "room", f"{folder} is not in the table of "
                              "tests/lint/layers.py: decide its floor there")

    def check_cycles(self):
        """Depth first over the headers; a grey one met again closes a circle."""
        colour = {}
        trail = []

        def resolve(is_system, name):
            return "sdk/include/" + name if is_system else name

        def visit(path):
            colour[path] = "grey"
            trail.append(path)
            for line, is_system, name in self.includes[path]:
                target = resolve(is_system, name)
                if target not in self.known or not target.endswith(".h"):
                    continue
                if colour.get(target) == "grey":
                    circle = trail[trail.index(target):] + [target]
                    self.complain(path, line, "cycle", " -> ".join(circle))
                elif target not in colour:
                    visit(target)
            trail.pop()
            colour[path] = "black"

        for path in self.files:
            if path.endswith(".h") and path not in colour:
                visit(path)


# -- does it find what it should? ----------------------------------------------------

CLEAN = {
    "sdk/include/lamb/span.h": "#include <stddef.h>\n",
    "sdk/include/lamb/lamb.h": "#include <lamb/span.h>\n",
    "sdk/base/buf.h": "#include <lamb/span.h>\n",
    "sdk/base/buf.c": '#include "sdk/base/buf.h"\n#include <stdlib.h>\n',
    "sdk/base/buf_test.c": '#include <jansson.h>\n#include <cmocka.h>\n',
    "sdk/sign/sign.h": '#include "sdk/base/buf.h"\n',
    "sdk/aws/client.c": '#include "sdk/sign/sign.h"\n',
    "sdk/src/core.h": '#include "sdk/base/buf.h"\n',
    "runtime/run.h": '#include "sdk/src/core.h"\n',
    "runtime/run.c": '#include "runtime/run.h"\n',
    "runtime/fixtures/good.c": "#include <lamb/lamb.h>\n#include <jansson.h>\n",
    "samples/hello/hello.c": "#include <lamb/lamb.h>\n",
    "emulator/loop/loop.h": '#include "sdk/base/buf.h"\n',
    "emulator/loop/loop.c": '#include "emulator/loop/loop.h"\n#include <uv.h>\n',
    "emulator/store/store.h": '#include "emulator/loop/loop.h"\n#include <sqlite3.h>\n',
    "emulator/http/server.h": "#include <microhttpd.h>\n",
    "emulator/cli/main.c": '#include "emulator/http/server.h"\n#include <jansson.h>\n',
    "tests/bench/echo.c": "#include <lamb/lamb.h>\n",
    "tests/bench/floor.c": '#include "emulator/loop/loop.h"\n#include <curl/curl.h>\n',
}

# The rule, and the files that break it.
VIOLATIONS = [
    ("arrow", {"emulator/loop/up.c": '#include "emulator/http/server.h"\n'}),
    ("arrow", {"emulator/http/beside.c": '#include "emulator/store/store.h"\n'}),
    ("arrow", {"sdk/base/up.c": '#include "sdk/sign/sign.h"\n'}),
    ("arrow", {"sdk/aws/beside.c": '#include "sdk/src/core.h"\n'}),
    ("arrow", {"emulator/http/core.c": '#include "sdk/src/core.h"\n'}),
    ("arrow", {"emulator/loop/up_test.c": '#include "emulator/http/server.h"\n'}),
    ("halves", {"runtime/over.c": '#include "emulator/loop/loop.h"\n'}),
    ("halves", {"emulator/cli/over.c": '#include "runtime/run.h"\n'}),
    ("public", {"sdk/include/lamb/more.h": '#include "sdk/base/buf.h"\n'}),
    ("public", {"sdk/include/lamb/more.h": "#include <jansson.h>\n"}),
    ("public", {"sdk/include/lamb/more.h": "#include <unistd.h>\n"}),
    ("outside", {"samples/hello/more.c": '#include "sdk/base/buf.h"\n'}),
    ("outside", {"runtime/fixtures/more.c": '#include "runtime/run.h"\n'}),
    ("outside", {"samples/hello/more.c": "#include <uv.h>\n"}),
    ("outside", {"tests/bench/echo.c": '#include "sdk/base/buf.h"\n'}),
    ("own-header", {"sdk/base/buf.c": '#include <stdlib.h>\n#include "sdk/base/buf.h"\n'}),
    ("own-header", {"sdk/base/buf.c": "int x;\n"}),
    ("path", {"emulator/http/near.c": '#include "server.h"\n'}),
    ("room", {"emulator/attic/attic.c": "int x;\n"}),
    ("room", {"sdk/cellar/cellar.h": "int x;\n"}),
    ("cycle", {"sdk/base/a.h": '#include "sdk/base/b.h"\n',
               "sdk/base/b.h": '#include "sdk/base/a.h"\n'}),
    ("cycle", {"sdk/include/lamb/span.h": "#include <lamb/lamb.h>\n"}),
] + [
    ("library", {path: f"#include <{name}>\n"})
    for path, name in [
        ("emulator/http/x.c", "sqlite3.h"),
        ("emulator/store/x.c", "microhttpd.h"),
        ("emulator/cli/x.c", "curl/curl.h"),
        ("emulator/sandbox/x.c", "uv.h"),
        ("emulator/functions/x.c", "archive.h"),
        ("emulator/functions/x.c", "nettle/sha2.h"),
        ("sdk/sign/x.c", "nettle/sha2.h"),
        ("emulator/store/x.c", "sha2.h"),
        ("emulator/store/x.c", "seccomp.h"),
        ("emulator/store/x.c", "sys/capability.h"),
        ("sdk/base/x.c", "jansson.h"),
        ("runtime/x.c", "jansson.h"),
        ("emulator/loop/x.c", "cmocka.h"),
    ]
]


def check_made(files):
    """The problems of a tree that holds FILES only."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return Layers(root).check()


def self_test():
    problems = [f"the clean tree does not pass: {p}" for p in check_made(CLEAN)]
    for rule, change in VIOLATIONS:
        found = check_made({**CLEAN, **change})
        if len(found) != 1 or f"[{rule}]" not in found[0]:
            problems.append(f"{change}: wanted one [{rule}], found {found}")
    tree.finish(problems, f"{len(VIOLATIONS)} violations and a clean tree")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--self-test", action="store_true")
    if parser.parse_args().self_test:
        self_test()
    layers = Layers(tree.ROOT)
    if not layers.files:
        sys.exit("layers: no C file found; is this the project's tree?")
    tree.finish(layers.check(), f"{len(layers.files)} files")


if __name__ == "__main__":
    main()
