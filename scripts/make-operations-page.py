#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make-operations-page - docs/operations.md from the tables in the source.

usage: make-operations-page.py [RESULTS.JSON] > docs/operations.md

RESULTS, where client tests have written it, says what stands behind an operation:
{"GetFunction": {"success": 3, "constraints": 5, "errors": 2}, ...}.
"""

import json
import os
import re
import sys

API = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                   "emulator", "api")
ENTRY = re.compile(r"static const struct shape (\w+) = \{(.*?)\n?\};\n", re.S)
MEMBER = re.compile(r'\{ ?"\w+",\s*&(\w+),\s*IN_\w+,\s*"[^"]+",\s*(true|false) ?\}')


def read(name):
    with open(os.path.join(API, name), encoding="utf-8") as f:
        return f.read()


def count(shapes, name):
    text = shapes[name]
    own = len(re.findall(r"\.(?:has_min|has_max|pattern|values) =", text))
    for shape, is_required in MEMBER.findall(text):
        own += (is_required == "true") + count(shapes, shape)
    return own + sum(count(shapes, shape)
                     for shape in re.findall(r"\.(?:element|key) = &(\w+)", text))


def main():
    shapes = dict(ENTRY.findall(read("lambda_shapes.c")))
    inputs = dict(re.findall(r'\{ "(\w+)",\s*&(shape_\w+),', read("lambda_shapes.c")
                             .split("operation_shapes[]")[1]))
    served = re.findall(r'\{ "(\w+)",\s*"[A-Z]+",\s*"[^"]+",\s*(\w+) \}',
                        read("operations.c"))
    results = {}
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as f:
            results = json.load(f)
    print("# Operations of the Lambda API\n\nMade by `scripts/make-operations-page.py` "
          "from the tables in `emulator/api`; do not edit.\n\n*Constraints* are those of "
          "the API model that a request is checked against. The last three columns\n"
          "count what tests with real clients proved; they stay empty until such tests "
          "have run.\n\n| operation | answered | constraints | success | violations | "
          "errors |\n|---|---|---|---|---|---|")
    total = 0
    for name, run in served:
        n = count(shapes, inputs[name]) if name in inputs else ""
        total += n or 0
        got = results.get(name, {})
        print(f"| {name} | {'no' if run == 'NULL' else 'yes'} | {n} | "
              f"{got.get('success', '')} | {got.get('constraints', '')} | "
              f"{got.get('errors', '')} |")
    answered = sum(run != "NULL" for _, run in served)
    print(f"\n{answered} of {len(served)} operations are answered; {total} constraints "
          f"of {len(inputs)} operations are checked by tables.")


main()
