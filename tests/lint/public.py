#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""public - every declaration of an installed header is documented, and how.

    public.py [--self-test | HEADER...]

A function, a type of functions, a struct or a macro with arguments has a comment right
before it that begins with `/** NAME - `, names its parameters or members in order (@x:),
and says since when it is there. For a pointer it says who owns it, in one of five words;
for a function what it returns, from which threads it may be called, and, when 0 is
success, which errors there are.
"""

import re
import sys

import tree

PUBLIC = "sdk/include/"
WORDS = re.compile(r"\b(borrows|keeps|takes|gives|copies)\b", re.IGNORECASE)
INTERNAL = {"LAMB_API", "LAMB_PRINTF"}  # of the headers themselves
DECLARATION = re.compile(
    r"(?P<comment>/\*(?:[^*]|\*(?!/))*\*/\n)?"
    r"(?:LAMB_API (?P<result>(?!extern)[^;{}()]*?[ *\n])(?P<function>lamb_\w+)\((?P<arguments>[^;]*?)\)"
    r"(?:\s*LAMB_PRINTF\([^)]*\))?;"
    r"|typedef (?P<type>[^;()]*?)\(\*(?P<pointer>\w+)\)\((?P<given>[^;]*?)\);"
    r"|struct (?P<struct>\w+)(?: \{(?P<members>[^}]*)\})?;"
    r"|#define (?P<macro>\w+)\((?P<names>[^)]*)\))", re.MULTILINE)


def split(arguments):
    """[(name, whether it is a pointer)] of a list of parameters."""
    found = []
    for one in arguments.split(","):
        one = " ".join(one.split())
        if one and one not in ("void", "..."):
            found.append((re.search(r"(\w+)(\[\w*\])?$", one).group(1), "*" in one))
    return found


def sections(comment):
    """{label: text} of a comment; labels are @name, Returns, Errors, Threads, Since."""
    found, label = {}, ""
    for line in comment.split("\n"):
        line = line.strip().removeprefix("/**").removeprefix("*/").removeprefix("*").strip()
        begins = re.match(r"(@\w+|Returns|Errors|Threads|Since):\s*(.*)", line)
        if begins:
            label, line = begins.groups()
        elif not line:
            label = ""
        found[label] = (found.get(label, "") + " " + line).strip()
    return found


def judge_parameters(said, wanted, need_owner):
    named = [label[1:] for label in said if label.startswith("@")]
    if named != [name for name, _ in wanted]:
        yield f"describes {named or 'nothing'}, not {[name for name, _ in wanted]}"
    for name, is_pointer in wanted if need_owner else []:
        if is_pointer and not WORDS.search(said.get("@" + name, "")):
            yield f"does not say who owns @{name}: borrows, keeps, takes, gives or copies"


def judge_function(said, result):
    returns = said.get("Returns", "")
    if result != "void" and not returns:
        yield "does not say what it returns (Returns:)"
    if "*" in result and not WORDS.search(returns):
        yield "does not say who owns what it returns: borrows or gives"
    if result == "int" and returns.startswith("0") and "Errors" not in said:
        yield "returns 0 on success and does not say which errors there are (Errors:)"
    if "Threads" not in said:
        yield "does not say which threads may call it (Threads:)"


def judge(match):
    """What is wrong with the documentation of one declaration."""
    part = match.groupdict()
    name = part["function"] or part["pointer"] or part["struct"] or part["macro"]
    title = f"struct {name}" if part["struct"] else name
    comment = part["comment"] or ""
    if not re.match(rf"/\*\*\s+(\* )?{title} - \S", comment):
        return [f"has no comment before it that begins with '/** {title} - '"]
    said = sections(comment)
    problems = []
    if part["function"]:
        problems += judge_parameters(said, split(part["arguments"]), True)
        problems += judge_function(said, part["result"].strip())
    elif part["pointer"]:
        problems += judge_parameters(said, split(part["given"]), True)
    elif part["members"]:
        problems += judge_parameters(said, split(part["members"].replace(";", ",")), False)
    elif part["macro"]:
        problems += judge_parameters(said, split(part["names"]), False)
    if not re.match(r"\d+\.\d+", said.get("Since", "")):
        problems.append("does not say since when it is there (Since:)")
    return problems


def check(path, text):
    """(problems, how many declarations) of a header."""
    problems, count = [], 0
    for match in DECLARATION.finditer(text):
        name = next(match[g] for g in ("function", "pointer", "struct", "macro") if match[g])
        if name in INTERNAL:
            continue
        count += 1
        line = text.count("\n", 0, match.start()) + (match["comment"] or "").count("\n") + 1
        problems += [f"{path}:{line}: {name} {problem}" for problem in judge(match)]
    # A form that the expression above does not know must not pass in silence.
    # Definitions (inline) are what the headers do, nothing to be called.
    declared = len(re.findall(r"^LAMB_API (?!extern|.*\binline\b)", text, re.MULTILINE))
    seen = sum(1 for m in DECLARATION.finditer(text) if m["function"])
    if declared != seen:
        problems.append(f"{path}: {declared} functions are declared, {seen} were understood")
    return problems, count


GOOD = """/**
 * lamb_x - does it.
 * @a: text; borrows.
 * @n: how many.
 *
 * Returns: 0.
 * Errors:  -ENOMEM no memory.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_x(const char *a, size_t n);
"""
BROKEN = {
    "has no comment": ("/**", "/*"),
    "describes ['n']": (" * @a: text; borrows.\n", ""),
    "who owns @a": ("borrows", "is there"),
    "what it returns": (" * Returns: 0.\n", ""),
    "which errors": (" * Errors:  -ENOMEM no memory.\n", ""),
    "which threads": (" * Threads: any.\n", ""),
    "since when": (" * Since:   0.1\n", ""),
    "were understood": ("size_t n);", "size_t n) {"),
    "owns what it returns": ("int lamb_x", "char *lamb_x"),
}


def self_test():
    problems, count = check("good.h", GOOD)
    if problems or count != 1:
        sys.exit(f"public --self-test: what is right is refused: {problems}")
    for sign, (old, new) in BROKEN.items():
        problems, _ = check("broken.h", GOOD.replace(old, new, 1))
        if not any(sign in problem for problem in problems):
            sys.exit(f"public --self-test: '{sign}' was not found in {problems}")
    print(f"{len(BROKEN)} faults were found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    headers = sys.argv[1:] or [p for p in tree.c_files() if p.startswith(PUBLIC)]
    problems, total = [], 0
    for path in headers:
        found, count = check(path, tree.read(path))
        problems += found
        total += count
    if total == 0:
        problems.append("no declaration was found; is this the project's tree?")
    tree.finish(problems, f"{total} declarations of {len(headers)} headers")


if __name__ == "__main__":
    main()
