# SPDX-License-Identifier: Apache-2.0
"""headers - the public headers as data: their introductions, sections and declarations.

The form of the comments is what tests/lint/public.py holds the headers to."""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "sdk", "include", "lamb")
# In the order in which somebody learns them.
ORDER = ["lamb", "span", "json", "events", "record", "http", "failures", "authorizer", "log",
         "metrics", "trace", "aws", "services", "extension", "testing", "exceptions"]
COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/")
# A declaration behind its comment, without the body that it may have.
DECLARED = re.compile(
    r"\s*(?P<text>"
    r"#define \w+\([^)]*\)|#define \w+|"                  # a macro, without what it is
    r"LAMB_API [^;{]*?\b(?P<function>lamb_\w+)\([^;{]*\)|"
    r"typedef [^;]*?\(\*(?P<callback>\w+)\)\([^;]*\)|"
    r"(?:struct|enum)(?: \w+)?(?: \{[^}]*\})?)", re.S)
TITLE = re.compile(r"/\*\*?\s+(?:\* )?(?P<name>(?:struct |enum )?\w+) - ")
SECTION = re.compile(r"/\*\s*-{2,}\s*(.*?)[\s*-]*\*/", re.S)
LABEL = re.compile(r"(@\w+|Returns|Errors|Threads|Since):\s*(.*)")


# What a header declares, found without its comments: each has to be described.
WANTED = re.compile(
    r"^LAMB_API [^;{]*?\b(lamb_\w+)\(|^typedef [^;]*?\(\*(\w+)\)|^(?:struct|enum) (\w+)(?= \{|;)"
    r"|^enum \{\s*(\w+)|^#define (LAMB_(?!\w+_H\b)\w+)", re.M | re.S)
OWN = {"LAMB_API", "LAMB_PRINTF", "LAMB_LET_UNWIND", "LAMB_BORDER", "LAMB_TEST_GIVE_UP"}


class Declaration:
    """One function, type or macro: its code, and what its comment says."""

    def __init__(self, name, code, comment):
        self.name, self.code = name, code
        self.symbol = name.split(" ")[-1]
        lines = comment_lines(comment)
        self.title = ""
        self.parameters, self.labels, self.text = [], {}, []
        self.read(lines)

    def read(self, lines):
        joined = "\n".join(lines)
        _, _, rest = joined.partition(" - ")
        # "enum x - what it is. Since: 0.1" stands in one line.
        rest = re.sub(r"(\S) Since: (\d)", r"\1\nSince: \2", rest)
        target, in_title = None, True
        for line in rest.split("\n"):
            begins = LABEL.match(line)
            if begins:
                in_title = False
                label, line = begins.groups()
                target = [line]
                if label[0] == "@":
                    self.parameters.append((label[1:], target))
                else:
                    self.labels[label] = target
            elif not line:
                target, in_title = None, False
                self.text.append("")
            elif in_title:
                self.title += " " + line.strip()
            else:
                (self.text if target is None else target).append(line)
        self.title = self.title.strip()

    def label(self, name):
        return " ".join(part.strip() for part in self.labels.get(name, []))


class Header:
    """One file: introduction (lines), and [(section, [Declaration])]."""

    def __init__(self, name):
        self.name, self.include = name, f"lamb/{name}.h"
        with open(os.path.join(FOLDER, name + ".h"), encoding="utf-8") as f:
            text = f.read().split("\n", 1)[1]  # behind the licence
        self.intro, self.sections = [], [("", [])]
        self.read(text)

    def read(self, text):
        at = 0
        while found := COMMENT.search(text, at):
            at, comment = found.end(), found.group()
            section = SECTION.fullmatch(comment)
            titled = TITLE.match(comment)
            if section:
                self.sections.append((section.group(1), []))
            elif not comment.startswith("/**") and "#include" not in text[:found.start()]:
                self.intro = self.intro or comment_lines(comment)
            elif titled:
                declared = DECLARED.match(text, at)
                if not declared:
                    raise ValueError(f"{self.include}: no declaration behind {comment}")
                at = declared.end()
                self.sections[-1][1].append(
                    Declaration(titled["name"], tidy(declared["text"]), comment))

        wanted = {next(filter(None, found.groups())) for found in WANTED.finditer(text)}
        missing = wanted - {one.symbol for one in self.declarations()} - OWN
        if missing:
            raise ValueError(f"{self.include} describes not: {sorted(missing)}")

    def declarations(self):
        return [one for _, found in self.sections for one in found]


def comment_lines(comment):
    """The lines of a comment without what makes them one."""
    lines = []
    for line in comment.removesuffix("*/").split("\n"):
        line = re.sub(r"^\s*(/\*+|\*)? ?", "", line).rstrip()
        lines.append(line)
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def tidy(code):
    """A declaration as a reader wants it."""
    lines = re.sub(r"^LAMB_API\s+", "", code).split("\n")
    shift = len("LAMB_API ") if code.startswith("LAMB_API ") and len(lines) > 1 else 0
    lines = [lines[0]] + [line[shift:] if line[:shift].isspace() else line for line in lines[1:]]
    text = "\n".join(lines)
    return text if text.startswith("#") else text + ";"


def read_all():
    """Every public header, but those of single events, which docs/events.md describes."""
    there = {name.removesuffix(".h") for name in os.listdir(FOLDER) if name.endswith(".h")}
    if there != set(ORDER):
        raise ValueError(f"ORDER in scripts/headers.py lacks or has too many: "
                         f"{sorted(there ^ set(ORDER))}")
    return [Header(name) for name in ORDER]
