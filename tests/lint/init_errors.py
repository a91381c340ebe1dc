#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""init_errors - every error type and message of init stands in docs/init-errors.md."""

import re
import sys

import tree

SOURCES = ["runtime/loader.c", "runtime/object.c", "runtime/run.c", "runtime/program.c",
           "runtime/outside.c", "runtime/wrapper.c"]
PAGE = "docs/init-errors.md"
CALL = re.compile(r'(?:lamb_failure_set|lamb_notice(?:_error)?|snprintf)\s*\((.*?)\);', re.S)
ADVICE = re.compile(r'advice;\s*\} known\[\] = \{(.*?)\n    \};', re.S)
TYPE = re.compile(r'^[A-Z]\w*\.[A-Z]\w*$')
LEAST = 12  # characters: a shorter piece is grammar, not a message


def literals(text):
    """String literals of TEXT, neighbours joined as the compiler joins them."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S).replace("LAMB_VERSION", '"%s"')
    for run in re.findall(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*', text):
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"', run)
        yield "".join(parts).replace('\\"', '"')


def pieces(text):
    """What a reader searches for: the first fixed piece of each message, the types."""
    for body in CALL.findall(text) + ADVICE.findall(text):
        for literal in literals(body):
            if TYPE.match(literal):
                yield literal
                continue
            parts = re.split(r"%[a-z]+|: ", literal.replace("`", "'"))
            parts = [part.strip(" '(),") for part in parts]
            yield from [part for part in parts if len(part) >= LEAST][:1]


def missing(text, page):
    page = page.replace("`", "'")
    return sorted({piece for piece in pieces(text) if piece not in page})


def main():
    page = tree.read(PAGE)
    bad = 0
    seen = 0
    for path in SOURCES:
        text = tree.read(path)
        seen += len(list(pieces(text)))
        for piece in missing(text, page):
            print(f"{path}: '{piece}' does not stand in {PAGE}")
            bad += 1
    if seen < 15 or not missing('lamb_failure_set(f, "Runtime.Unheard", "x");', page):
        print("init_errors: the messages are not found in the sources any more")
        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
