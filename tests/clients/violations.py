# SPDX-License-Identifier: Apache-2.0
"""violations - from the SDK's model of the service: for each constraint of each member of
an operation's request, a value that breaks this one constraint.

A violation is a path into the request ("VpcConfig", "SubnetIds", 0), the value to put
there (MISSING: leave it out), and what the constraint is called.
"""

import re

MISSING = object()


class Violation:
    """One broken constraint."""

    def __init__(self, path, value, what):
        self.path, self.value, self.what = path, value, what

    def __repr__(self):
        shown = "missing" if self.value is MISSING else repr(self.value)[:60]
        return f"{'.'.join(map(str, self.path))}: {self.what} ({shown})"


def matches(pattern, text):
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return None


def of_text(shape, path):
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")
    if shape.enum:
        yield Violation(path, "NotAValue", "enum")
        return
    if high and high <= 4096:
        yield Violation(path, "a" * (high + 1), "length, maximum")
    if low > 0:
        yield Violation(path, "", "length, minimum")
    if pattern:
        for wrong in ("!", "a b", "ö", "1"):
            if matches(pattern, wrong) is False and low <= len(wrong) <= (high or 10**6):
                yield Violation(path, wrong, "pattern")
                break


def of_number(shape, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and shape.type_name != "double":
        yield Violation(path, low - 1, "value, minimum")
    if high is not None:
        yield Violation(path, high + 1, "value, maximum")


def of_list(shape, path, valid):
    high, low = shape.metadata.get("max"), shape.metadata.get("min", 0)
    one = valid[0] if valid else example(shape.member)
    if high is not None:
        yield Violation(path, [one] * (high + 1), "list length, maximum")
    if low > 0:
        yield Violation(path, [], "list length, minimum")
    for inner in of_shape(shape.member, (), one):
        if not inner.path and inner.value is not MISSING:
            yield Violation(path, [inner.value], f"element: {inner.what}")


def of_structure(shape, path, valid):
    valid = valid or {}
    for name, member in shape.members.items():
        if name in shape.required_members:
            yield Violation(path + (name,), MISSING, "required")
        for violation in of_shape(member, path + (name,), valid.get(name)):
            yield violation


def of_shape(shape, path, valid=None):
    kind = shape.type_name
    if kind == "string":
        yield from of_text(shape, path)
    elif kind in ("integer", "long", "double"):
        yield from of_number(shape, path)
    elif kind == "list":
        yield from of_list(shape, path, valid)
    elif kind == "structure":
        yield from of_structure(shape, path, valid)


def example(shape):
    """Some value of SHAPE that keeps its constraints, as far as that is easy."""
    kind = shape.type_name
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        for text in ("aaaa", "1", "arn:aws:lambda:us-east-1:000000000000:layer:l:1",
                     "subnet-1", "sg-1", "arn:aws:sqs:us-east-1:000000000000:q"):
            if matches(shape.metadata.get("pattern", ".*"), text) and \
                    len(text) >= shape.metadata.get("min", 0):
                return text
        return "a" * max(1, shape.metadata.get("min", 0))
    if kind in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    if kind == "boolean":
        return False
    if kind == "list":
        return [example(shape.member)] * max(1, shape.metadata.get("min", 0))
    if kind == "structure":
        return {name: example(shape.members[name]) for name in shape.required_members}
    return {}


def of_operation(model, valid):
    """Every violation of the request of operation MODEL; VALID is a request that keeps
    all constraints."""
    if model.input_shape:
        yield from of_structure(model.input_shape, (), valid)


def broken(valid, violation):
    """VALID with the one VIOLATION in it."""
    def put(value, path):
        if not path:
            return violation.value
        copy = dict(value or {})
        inner = put(copy.get(path[0]), path[1:])
        if inner is MISSING:
            copy.pop(path[0], None)
        else:
            copy[path[0]] = inner
        return copy
    return put(valid, violation.path)
