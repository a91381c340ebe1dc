#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fidelity - each row of docs/fidelity.md names tests, and these tests are there.

A name is that of the test runner, `FILE: words of the test`: `runtime_api: answering
twice` is test_answering_twice of tests/integration/test_runtime_api.py, `state_test:
cold start` is cold_start of a unit test state_test.c. A row without a test has to lead to
the page of what differs (parity.md).
"""

import re
import sys

import tree

PAGE = "docs/fidelity.md"
NAME = re.compile(r"`([a-z0-9_]+): ([^`]+)`")
FUNCTION = {
    ".py": re.compile(r"^def (?:test_)(\w+)\(", re.M),
    ".c": re.compile(r"^(?:test_)?(\w+)\(void \*\*", re.M),
}
LEAST_ROWS = 60


def tests():
    """The names of all tests, by file."""
    found = {}
    for path in tree.tracked():
        folder, _, file = path.rpartition("/")
        if folder == "tests/integration" and file.startswith("test_"):
            key, ending = file[5:-3], ".py"
        elif file.endswith("_test.c"):
            key, ending = file[:-2], ".c"
        else:
            continue
        names = FUNCTION[ending].findall(tree.read(path))
        found.setdefault(key, set()).update(name.replace("_", " ") for name in names)
    return found


def rows(page):
    """(line number, text) of each row of a table, without heads."""
    lines = page.splitlines()
    for number, line in enumerate(lines, 1):
        following = lines[number] if number < len(lines) else ""
        if not line.startswith("|") or line.startswith("|--") or following.startswith("|--"):
            continue
        yield number, line


def check(page, known):
    problems = []
    for number, line in rows(page):
        named = NAME.findall(line.rsplit("|", 2)[1])
        if not named and "parity.md" not in line:
            problems.append(f"{PAGE}:{number}: the row names no test")
        problems += [f"{PAGE}:{number}: there is no test `{file}: {words}`"
                     for file, words in named if words not in known.get(file, ())]
    return problems


def self_test():
    known = {"a": {"it works"}}
    head = "| case | test |\n|---|---|\n"
    cases = [("| x | `a: it works` |", 0), ("| x | `a: it fails` |", 1),
             ("| x | `b: it works` |", 1), ("| x | nothing |", 1),
             ("| x | [parity](parity.md) |", 0)]
    bad = [row for row, want in cases if len(check(head + row, known)) != want]
    tree.finish([f"not judged right: {row}" for row in bad], f"{len(cases)} cases")


def main():
    if "--self-test" in sys.argv:
        self_test()
    page = tree.read(PAGE)
    problems = check(page, tests())
    count = len(list(rows(page)))
    if count < LEAST_ROWS:
        problems.append(f"{PAGE}: only {count} rows were found")
    tree.finish(problems, f"{PAGE}, {count} rows")


if __name__ == "__main__":
    main()
