#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make-operations-page - docs/operations.md from the tables in the source and from what
tests have proved (tests/clients/proved.json).

    make-operations-page.py                  write the page
    make-operations-page.py --check          is the page as it would be written, and each operation
                                             that is carried out proved?
    make-operations-page.py --collect DIR    write proved.json from what a run of the tests
                                             left in DIR (LAMB_TEST_PROOF), and the page
    make-operations-page.py --compare DIR    did this run prove what proved.json says?
"""

import copy
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
API = os.path.join(ROOT, "emulator", "api")
PROVED = os.path.join(ROOT, "tests", "clients", "proved.json")
PAGE = os.path.join(ROOT, "docs", "operations.md")
UNPROVED = "answered, not proved"
NOTHING = {"success": [], "violations": 0, "errors": []}
CLIENTS = ("boto3", "CLI", "JavaScript")
ENTRY = re.compile(r"static const struct shape (\w+) = \{(.*?)\n?\};\n", re.S)
MEMBER = re.compile(r'\{ ?"\w+",\s*&(\w+),\s*IN_\w+,\s*"[^"]+",\s*(true|false) ?\}')
OPERATION = re.compile(r'\{ "(\w+)",\s*"[A-Z]+",\s*"[^"]+",\s*(\w+) \}')

HEAD = """\
# Operations of the Lambda API

Made by `scripts/make-operations-page.py` from the tables in `emulator/api` and from what a
run of the tests proved (`tests/clients/proved.json`, which `scripts/test.sh` holds against
its own run); do not edit.

- *Supported*: these clients called the operation, it succeeded, and each answer was held
  against the SDK's own model of the service: what is required is there, nothing unknown is
  there, and each value is of its type and of its enumeration. `no`: the operation is
  answered with status 501 `NotImplemented` and its name.
- *Constraints*: how many constraints of the model the request is checked against.
- *Violations*: how many requests, generated from the SDK's model ({sdk}) so that
  each breaks one constraint, were refused with the right code and form of message and
  changed nothing. One constraint may be broken in more than one way or place, and what a
  client cannot put into a request cannot be sent.
- *Error texts*: how many of the service's recorded error texts were provoked and compared
  word for word.

| operation | supported | constraints | violations | error texts |
|---|---|---|---|---|
"""


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def count(shapes, name):
    """How many constraints the SHAPES have from NAME down."""
    text = shapes[name]
    own = len(re.findall(r"\.(?:has_min|has_max|pattern|values) =", text))
    for shape, is_required in MEMBER.findall(text):
        own += (is_required == "true") + count(shapes, shape)
    return own + sum(count(shapes, shape)
                     for shape in re.findall(r"\.(?:element|key) = &(\w+)", text))


def constraints():
    """How many of them the request of each operation is checked against."""
    text = read(os.path.join(API, "lambda_shapes.c"))
    shapes = dict(ENTRY.findall(text))
    inputs = re.findall(r'\{ "(\w+)",\s*&(shape_\w+),', text.split("operation_shapes[]")[1])
    return {name: count(shapes, shape) for name, shape in inputs}


def operations():
    """(name, whether it is carried out) of each."""
    return [(name, run != "NULL")
            for name, run in OPERATION.findall(read(os.path.join(API, "operations.c")))]


def page(proved):
    checked = constraints()
    rows = []
    totals = {"constraints": 0, "violations": 0}
    texts = set()
    for name, is_answered in operations():
        got = proved["operations"].get(name, {})
        clients = [client for client in CLIENTS if client in got.get("success", [])]
        numbers = {"constraints": checked.get(name, 0), "violations": got.get("violations", 0)}
        texts.update(got.get("errors", []))
        for key, n in numbers.items():
            totals[key] += n
        supported = ", ".join(clients) or (UNPROVED if is_answered else "no")
        rows.append(f"| {name} | {supported} | {numbers['constraints'] or ''} | "
                    f"{numbers['violations'] or ''} | {len(got.get('errors', [])) or ''} |\n")
    supported = {client: sum(client in got.get("success", ())
                             for got in proved["operations"].values()) for client in CLIENTS}
    behind = sum(bool(got.get("success")) for got in proved["operations"].values())
    return (HEAD.format(sdk=proved["sdk"]) + "".join(rows) +
            f"\n{behind} of {len(rows)} operations are supported (" +
            ", ".join(f"{client}: {n}" for client, n in supported.items()) +
            f"). Their requests are checked against {totals['constraints']} constraints; "
            f"{totals['violations']} violations were refused; {len(texts)} of the recorded "
            "error texts were provoked.\n")


def collected(folder):
    """What the lines in FOLDER say; equal lines count once."""
    lines = set()
    for name in os.listdir(folder):
        lines.update(read(os.path.join(folder, name)).splitlines())
    proved = {"sdk": "", "operations": {}}
    found = proved["operations"]
    for line in sorted(lines):
        kind, operation, detail = line.split(" ", 2)
        if kind == "sdk":
            proved["sdk"] = f"{operation} {detail}"
            continue
        entry = found.setdefault(operation, copy.deepcopy(NOTHING))
        if kind == "success":
            entry["success"].append(detail)
        elif kind == "violation":
            entry["violations"] += 1
        elif kind == "error":
            entry["errors"].append(int(detail))
        else:
            raise ValueError(f"unknown kind of proof: {line}")
    for entry in found.values():
        entry["errors"].sort()
    return proved


def stored():
    return json.loads(read(PROVED))


def compare(folder):
    """What is written but was not proved in FOLDER. Another release of the SDK has another
    model: then the number of violations may be another one. More than is written is no
    lie; it is told."""
    ours, theirs = stored(), collected(folder)
    kinds = ("success", "errors", "violations")
    if ours["sdk"] != theirs["sdk"]:
        print(f"violations are not compared: {ours['sdk']} then, {theirs['sdk']} now",
              file=sys.stderr)
        kinds = kinds[:2]
    for name in sorted({*ours["operations"], *theirs["operations"]}):
        before = ours["operations"].get(name, NOTHING)
        now = theirs["operations"].get(name, NOTHING)
        for kind in kinds:
            if not covers(now[kind], before[kind]):
                yield f"{name}: {kind}: {before[kind]} is written, {now[kind]} was proved"
            elif now[kind] != before[kind]:
                print(f"{name}: {kind}: {now[kind]} was proved, more than is written: run "
                      "scripts/make-operations-page.py --collect", file=sys.stderr)


def covers(more, less):
    return more >= less if isinstance(more, int) else set(more) >= set(less)


def collect(folder):
    proved = collected(folder)
    rows = ",\n".join(f'  "{name}": {json.dumps(entry, sort_keys=True)}'
                      for name, entry in sorted(proved["operations"].items()))
    write(PROVED, f'{{"sdk": {json.dumps(proved["sdk"])},\n "operations": {{\n{rows}\n}}}}\n')
    write(PAGE, page(proved))


def main():
    options = sys.argv[1:]
    if not options:
        write(PAGE, page(stored()))
    elif options == ["--check"]:
        if UNPROVED in page(stored()):
            sys.exit(f"docs/operations.md: an operation is {UNPROVED}: have a client of "
                     "tests/clients call it")
        if page(stored()) != read(PAGE):
            sys.exit("docs/operations.md is not what the tables and tests/clients/proved.json "
                     "say: run scripts/make-operations-page.py")
    elif len(options) == 2 and options[0] == "--collect":
        collect(options[1])
    elif len(options) == 2 and options[0] == "--compare":
        complaints = list(compare(options[1]))
        if complaints:
            sys.exit("\n".join(complaints) + "\ntests/clients/proved.json is not what was "
                     "proved: run scripts/make-operations-page.py --collect")
    else:
        sys.exit(__doc__)


main()
