# SPDX-License-Identifier: Apache-2.0
"""man_pages - a page of section 3 for each function, type and macro of the headers."""

import os
import re

SIGN = re.compile(r"`([^`]*)`|\*(\w+)\*|@(\w+)|\b((?:lamb|LAMB)_\w+)")


def plain(text):
    """TEXT so that roff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def inline(text):
    """One line of prose: names bold, parameters and what is stressed in italics."""
    parts, at = [], 0
    text = " ".join(text.split())
    for found in SIGN.finditer(text):
        parts.append(plain(text[at:found.start()]))
        bold, italic = found[1] or found[4], found[2] or found[3]
        parts.append(f"\\fB{plain(bold)}\\fP" if bold else f"\\fI{plain(italic)}\\fP")
        at = found.end()
    line = "".join(parts) + plain(text[at:])
    return "\\&" + line if line[:1] in (".", "'") else line


def prose(lines, paragraphs):
    for kind, part in paragraphs(lines):
        if kind == "code":
            yield from (".PP", ".in +4n", ".EX", *[plain(line) for line in part], ".EE", ".in")
        else:
            yield from (".PP", inline(" ".join(part)))


def entry(term, text):
    return [".TP", term, inline(text)]


def body(one, header, tools):
    """The lines of the page of declaration ONE."""
    paragraphs, errors_of = tools
    yield f'.TH {one.symbol} 3 "" "lamb {one.label("Since")}" "lamb"'
    yield from (".SH NAME", f"{one.symbol} \\- {inline(one.title.rstrip('.'))}")
    yield from (".SH SYNOPSIS", ".EX", f"\\fB#include <{header.include}>\\fP", "")
    yield from [f"\\fB{plain(line)}\\fP" for line in one.code.split("\n") if line]
    yield ".EE"
    if one.parameters or any(one.text):
        yield ".SH DESCRIPTION"
    for name, text in one.parameters:
        yield from entry(f"\\fI{name}\\fP", " ".join(text))
    yield from prose(one.text, paragraphs)
    if "Returns" in one.labels:
        yield from (".SH RETURN VALUE", inline(one.label("Returns")))
    rows, rest = errors_of(one)
    if rows or rest:
        yield ".SH ERRORS"
    for codes, text in rows:
        names = ", ".join("\\-" + code for code in re.findall(r"E[A-Z]+", codes))
        yield from entry(f"\\fB{names}\\fP", text)
    if rest:
        yield from (".PP", inline(rest))
    if "Threads" in one.labels:
        yield from (".SH THREADS", inline(one.label("Threads")))
    others = near(one, header)
    if others:
        yield ".SH SEE ALSO"
        yield from [f".BR {symbol} (3)," for symbol in others[:-1]]
        yield f".BR {others[-1]} (3)"


def near(one, header):
    """The names that ONE's comment has, else its neighbours of the header."""
    known = [other.symbol for other in header.declarations()]
    said = set(re.findall(r"\blamb_\w+", " ".join([*one.text, *sum(one.labels.values(), [])])))
    named = [symbol for symbol in known if symbol in said and symbol != one.symbol]
    at = known.index(one.symbol)
    return named or [symbol for symbol in known[max(0, at - 2):at + 3] if symbol != one.symbol]


def write(all_headers, folder, *tools):
    """A page for each declaration into FOLDER; names that are no file names have none."""
    os.makedirs(folder, exist_ok=True)
    for header in all_headers:
        for one in header.declarations():
            if one.symbol.startswith(("lamb_", "LAMB_")):
                path = os.path.join(folder, one.symbol + ".3")
                with open(path, "w", encoding="utf-8") as f:
                    f.write("\n".join(body(one, header, tools)) + "\n")
