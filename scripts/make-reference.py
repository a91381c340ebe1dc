#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make-reference - the API reference, out of the comments of the public headers.

    make-reference.py             write docs/reference/*.md
    make-reference.py --check     say whether they are as the headers say
    make-reference.py --man DIR   write a man page of section 3 for each declaration; DIR
                                  is below the prefix when Meson installs
"""

import os
import re
import sys

import headers

sys.dont_write_bytecode = True
FOLDER = os.path.join(headers.ROOT, "docs", "reference")
ERRORS = re.compile(r"((?:-E[A-Z]+(?:, |\s+|$))+)(.*)")
MADE = "Made by `scripts/make-reference.py` from the comments of `sdk/include/lamb`."


def paragraphs(lines):
    """[(kind, lines)], kind being "text" or "code"; code is indented."""
    found = []
    for line in [*lines, ""]:
        kind = "code" if re.match(r" {3,}\S", line) else "text"
        if not line:
            if found and found[-1][1]:
                found.append(("text", []))
        elif found and found[-1][1] and found[-1][0] == kind:
            found[-1][1].append(line)
        else:
            found.append((kind, [line]))
    merged = []
    for kind, part in found:
        if not part:
            continue
        if kind == "code" and merged and merged[-1][0] == "code":
            merged[-1][1].extend(["", *part])
        else:
            merged.append((kind, part))
    return [(kind, dedent(part)) for kind, part in merged]


def first_upper(text):
    return text[:1].upper() + text[1:]


def dedent(lines):
    shift = min(len(line) - len(line.lstrip()) for line in lines if line)
    return [line[shift:] for line in lines]


def errors_of(declaration):
    """([(errno values, text)], what stands behind them)."""
    rows, rest, indent = [], [], 0
    for line in declaration.labels.get("Errors", []):
        begins = ERRORS.match(line.strip())
        if begins:
            rows.append([begins.group(1).strip(" ,"), begins.group(2)])
            indent = max(len(line) - len(line.lstrip()), 9)
        elif rows and not rest and len(line) - len(line.lstrip()) > indent:
            rows[-1][1] += " " + line.strip()
        else:
            rest.append(line.strip())
    return rows, " ".join(rest)


# -- Markdown -------------------------------------------------------------------------------


class Pages:
    """All pages; names of declarations become links to where they are described."""

    def __init__(self, all_headers):
        self.headers = all_headers
        self.where = {one.symbol: f"{header.name}.md#{one.name.lower().replace(' ', '-')}"
                      for header in all_headers for one in header.declarations()}

    def inline(self, text, here=None):
        """TEXT with names as links and other code as code, in one line."""
        text = " ".join(text.split())
        text = re.sub(r"(`[^`]*`)|([\\<>|*])", lambda m: m[1] or "\\" + m[2], text)
        text = re.sub(r"\\\*(\w+)\\\*", r"*\1*", text)  # *emphasis* stays
        text = re.sub(r"(`[^`]*`)|@(\w+)", lambda m: m[1] or f"`{m[2]}`", text)
        return re.sub(
            r"(`[^`]*`)|\b((?:struct |enum )?)((?:lamb|LAMB)_\w+)|(?<![\w`])(-E[A-Z]{3,})\b",
            lambda m: m[1] or (f"`{m[4]}`" if m[4] else self.link(m[2], m[3], here)), text)

    def link(self, prefix, symbol, here):
        if symbol == here or symbol not in self.where:
            return f"`{prefix}{symbol}`"
        return f"[`{prefix}{symbol}`]({self.where[symbol]})"

    def prose(self, lines, here=None):
        for kind, part in paragraphs(lines):
            if kind == "code":
                language = "console" if re.match(r"cc |\$ ", part[0]) else "c"
                yield "\n".join([f"```{language}", *part, "```"])
            else:
                yield self.inline(" ".join(part), here)

    def table(self, rows, here, titles):
        lines = [f"| {titles[0]} | {titles[1]} |", "|---|---|"]
        lines += [f"| {name} | {self.inline(text, here)} |" for name, text in rows]
        return "\n".join(lines)

    def declaration(self, one, level):
        here = one.symbol
        yield f"{'#' * level} {one.name}"
        yield self.inline(first_upper(one.title), here)
        yield f"```c\n{one.code}\n```"
        if one.parameters:
            rows = [(f"`{name}`", " ".join(text)) for name, text in one.parameters]
            is_type = one.name.startswith("struct ")
            yield self.table(rows, here, ("member" if is_type else "parameter", ""))
        yield from self.prose(one.text, here)
        if "Returns" in one.labels:
            yield "**Returns** " + self.inline(one.label("Returns"), here)
        rows, rest = errors_of(one)
        if rows:
            yield self.table([(", ".join(f"`{code}`" for code in re.findall(r"-E[A-Z]+", codes)),
                               text) for codes, text in rows], here, ("error", ""))
        if rest:
            yield ("" if rows else "**Errors** ") + self.inline(rest, here)
        facts = [f"**{label}** {self.inline(one.label(label), here).rstrip('.')}"
                 for label in ("Threads", "Since") if label in one.labels]
        yield " · ".join(facts)

    def page(self, header):
        yield f"# {header.include}"
        yield f"<!-- {MADE} -->"
        intro = list(header.intro)
        if intro:  # "NAME - what it is"
            intro[0] = first_upper(re.sub(r"^[\w.]+ - ", "", intro[0]))
        yield from self.prose(intro)
        for title, found in header.sections:
            if title and found:
                yield f"## {title}"
            for one in found:
                yield from self.declaration(one, 3 if title else 2)

    def index(self):
        yield "# API reference"
        yield (f"{MADE} A page for each header, in the order in which they are met; "
               "`man 3 lamb_reply` shows the same. [handlers.md](../handlers.md) says how a "
               "handler is written; the types and functions of single events, "
               "`lamb/events/*.h`, are in [events.md](../events.md).")
        for header in self.headers:
            yield f"## [{header.include}]({header.name}.md)"
            rows = [(self.link(one.name.removesuffix(one.symbol), one.symbol, None), one.title)
                    for one in header.declarations()]
            if rows:
                yield self.table(rows, None, ("name", ""))
            else:
                yield self.inline(first_upper(header.intro[0].partition(" - ")[2]))

    def all(self):
        yield "README.md", "\n\n".join(self.index()) + "\n"
        for header in self.headers:
            parts = [part for part in self.page(header) if part]
            yield f"{header.name}.md", "\n\n".join(parts) + "\n"


def read(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def main(arguments):
    all_headers = headers.read_all()
    pages = dict(Pages(all_headers).all())
    if arguments[:1] == ["--man"] and len(arguments) == 2:
        import man_pages  # pylint: disable=import-outside-toplevel
        folder = os.path.join(os.environ.get("MESON_INSTALL_DESTDIR_PREFIX", ""), arguments[1])
        man_pages.write(all_headers, folder, paragraphs, errors_of)
    elif arguments == ["--check"]:
        there = {name for name in os.listdir(FOLDER) if name.endswith(".md")}
        stale = sorted(name for name in there | set(pages)
                       if read(os.path.join(FOLDER, name)) != pages.get(name))
        for name in stale:
            print(f"docs/reference/{name} is not as the headers say: run "
                  "scripts/make-reference.py", file=sys.stderr)
        return 1 if stale else 0
    elif arguments:
        print(__doc__, file=sys.stderr)
        return 2
    else:
        os.makedirs(FOLDER, exist_ok=True)
        for name, text in pages.items():
            with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as f:
                f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
