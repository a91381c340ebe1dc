#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""form - sizes, names, headings: what a formatter does not look at.

Exceptions stand in allow.txt beside this file, with a reason.
"""

import os
import re
import subprocess

import tree

ALLOW = "tests/lint/allow.txt"
MAX_FUNCTION = 80
MAX_SOURCE = 600
MAX_HEADER = 250
MAX_COLUMNS = 88
SMALL_HEADER = 60  # lines; below it nobody has to write about threads
PUBLIC = "sdk/include/"
DESCRIBED = ("emulator/", "runtime/", "sdk/base/")
LICENSE = "SPDX-License-Identifier: Apache-2.0"

COMMENT_OR_STRING = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S
)
# A table in a function: lines that no reader has to follow.
TABLE = re.compile(r"^[ ]+static .*\bconst\b[^;{]*\{(?:.|\n)*?^[ ]+\}[^;]*;$", re.M)
FUNCTION_END = re.compile(r"^\}", re.M)
FUNCTION_BEGIN = re.compile(r"^\{", re.M)
FUNCTION_NAME = re.compile(r"^(?:\w[\w *]*?[ *])?(\w+)\(", re.M)
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b(?!.*#\d+)")
UNDERSCORED = [
    re.compile(r"^[ \t]*#[ \t]*define[ \t]+(_\w+)", re.M),
    re.compile(r"^(?:[a-z][\w *]*[ *])?(_\w+)\(", re.M),
    re.compile(r"\b(?:struct|enum|union)\s+(_\w+)\s*\{"),
    re.compile(r"\b(?!return\b|case\b|else\b|goto\b|sizeof\b|defined\b)\w+[ \t]+\**"
               r"(_\w+)\s*[=;,)\[]"),
]
NOT_OURS = re.compile(r"__\w+__|_(GNU|DEFAULT|POSIX_C|XOPEN)_SOURCE"
                      r"|_(Noreturn|Atomic|Bool)"
                      r"|_Static_assert|__(wrap|real)_\w+")  # the linker asks for these


class Form:
    def __init__(self):
        self.files = tree.tracked()
        self.problems = []
        self.functions = []  # (lines, place, name)
        self.guards = {}
        self.allowed = self.read_allowed()
        self.used = set()

    def read_allowed(self):
        allowed = {}
        for number, text in enumerate(tree.read(ALLOW).splitlines(), 1):
            fields = text.split(None, 2)
            if not fields or text.startswith("#"):
                continue
            if len(fields) < 3:
                self.problems.append(f"{ALLOW}:{number}: [allow] needs RULE PATH REASON")
            else:
                allowed[fields[0], fields[1]] = number
        return allowed

    def complain(self, rule, path, line, what):
        if (rule, path) in self.allowed:
            self.used.add((rule, path))
        else:
            self.problems.append(f"{path}:{line}: [{rule}] {what}")

    def check(self):
        for path in self.files:
            name = os.path.basename(path)
            is_c = path.endswith(tree.C_FILES)
            if is_c or name.endswith((".sh", ".py")) or self.has_shebang(path):
                self.check_license(path)
                self.check_unfinished(path)
            elif name == "meson.build":
                self.check_unfinished(path)
            if is_c:
                self.check_c(path)
            if name.endswith(".sh") or self.has_shebang(path, "sh"):
                self.check_shell(path)
        for rule, path in self.allowed.keys() - self.used:
            self.problems.append(f"{ALLOW}:{self.allowed[rule, path]}: [allow] nothing "
                                 f"needs '{rule} {path}': remove it")
        return sorted(self.problems)

    # -- any source ------------------------------------------------------------------

    @staticmethod
    def has_shebang(path, word=""):
        with open(os.path.join(tree.ROOT, path), "rb") as file:
            first = file.readline(100).strip()
        return first.startswith(b"#!") and first.endswith(word.encode())

    def check_license(self, path):
        if not any(LICENSE in line for line in tree.read(path).splitlines()[:2]):
            self.complain("license", path, 1, f"'{LICENSE}' is missing in the first two "
                          "lines")

    def check_unfinished(self, path):
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            found = UNFINISHED.search(line)
            if found:
                self.complain("unfinished", path, number, f"{found.group(1)} without the "
                              "number of an issue (#123)")

    def check_shell(self, path):
        run = subprocess.run(["bash", "-n", path], cwd=tree.ROOT, text=True,
                             capture_output=True, check=False)
        if run.returncode:
            self.complain("shell", path, 1, "bash -n: " + run.stderr.strip())

    # -- C ---------------------------------------------------------------------------

    def check_c(self, path):
        text = tree.read(path)
        code = COMMENT_OR_STRING.sub(self.blank, text)
        self.check_width(path, text)
        self.check_functions(path, code)
        self.check_names(path, code)
        lines = text.count("\n")
        if path.endswith(".h"):
            self.check_guard(path, code)
            self.check_heading(path, text, lines)
            if lines > MAX_HEADER and not path.startswith(PUBLIC):
                self.complain("long-header", path, 1, f"{lines} lines; at most "
                              f"{MAX_HEADER}: which part stands alone?")
        elif lines > MAX_SOURCE:
            self.complain("long-file", path, 1, f"{lines} lines; at most {MAX_SOURCE}: "
                          "split the module")

    @staticmethod
    def blank(match):
        """Comments and strings count as lines, not as code."""
        return re.sub(r"[^\n]", " ", match.group(0))

    def check_width(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            width = len(line.expandtabs(8))
            if width > MAX_COLUMNS and '"' not in line:
                self.complain("width", path, number, f"{width} columns; at most "
                              f"{MAX_COLUMNS}")

    def check_functions(self, path, code):
        at = 0
        for end in FUNCTION_END.finditer(code):
            begin = FUNCTION_BEGIN.search(code, at, end.start())
            names = begin and list(FUNCTION_NAME.finditer(code, at, begin.start()))
            at = end.end()
            if not names:
                continue  # a type or a table
            start = names[-1].start()
            tables = sum(t.group(0).count("\n") + 1
                         for t in TABLE.finditer(code, begin.end(), end.start()))
            lines = code.count("\n", start, end.start()) + 1 - tables
            number = code.count("\n", 0, start) + 1
            self.functions.append((lines, f"{path}:{number}", names[-1].group(1)))
            if lines > MAX_FUNCTION:
                self.complain("long-function", path, number, f"{names[-1].group(1)} has "
                              f"{lines} lines; at most {MAX_FUNCTION}")

    def check_names(self, path, code):
        for pattern in UNDERSCORED:
            for found in pattern.finditer(code):
                if not NOT_OURS.fullmatch(found.group(1)):
                    number = code.count("\n", 0, found.start(1)) + 1
                    self.complain("underscore", path, number, f"{found.group(1)}: names "
                                  "that begin with _ belong to the C library")

    def check_guard(self, path, code):
        found = re.match(r"\s*#ifndef (LAMB_\w+)\n#define (\w+)\n", code)
        if not found or found.group(1) != found.group(2):
            self.complain("guard", path, 1, "a header begins with #ifndef LAMB_... and "
                          "#define of the same name")
        elif found.group(1) in self.guards:
            self.complain("guard", path, 1, f"{found.group(1)} is also the guard of "
                          f"{self.guards[found.group(1)]}")
        else:
            self.guards[found.group(1)] = path

    def check_heading(self, path, text, lines):
        if not path.startswith(DESCRIBED):
            return
        name = os.path.basename(path).removesuffix(".h")
        found = re.search(rf"/\*\s*(?:\* )?{re.escape(name)} - (?:.|\n)*?\*/", text)
        if not found:
            self.complain("heading", path, 1, f"no comment that begins with '{name} - ' "
                          "and says what this is")
        elif lines >= SMALL_HEADER and not re.search(r"\bThreads:", found.group(0)):
            self.complain("heading", path, text.count("\n", 0, found.start()) + 1,
                          "the heading does not say 'Threads:': who may call this")


def main():
    form = Form()
    problems = form.check()
    if not form.functions:
        problems.append("form: no function found; is this the project's tree?")
    print("the ten longest functions (without their tables):")
    for lines, place, name in sorted(form.functions, reverse=True)[:10]:
        print(f"  {lines:3} {name} ({place})")
    tree.finish(problems, f"{len(form.files)} files, {len(form.functions)} functions")


if __name__ == "__main__":
    main()
