# SPDX-License-Identifier: Apache-2.0
"""violations - from the SDK's model of the service: for each constraint of each member of
an operation's request, a value that breaks this one constraint.

A violation has the path of the member in the request ("VpcConfig", "SubnetIds"), the value
to put there (MISSING: leave it out), the kind of the constraint, and where in the model it
stands: the path, and behind it "[]" for an element, "{key}" and "{value}" of a map.
"""

import re

MISSING = object()
ANYTHING = r"[\s\S]*"  # no text breaks this pattern
LONGEST = 10001  # no text is made that is longer


class Violation:
    """One broken constraint."""

    def __init__(self, path, value, kind, where=None):
        self.path, self.value, self.kind = path, value, kind
        self.where = path if where is None else where

    def inside(self, path, mark, value):
        """The same, in the list or map VALUE at PATH."""
        return Violation(path, value, self.kind, path + (mark,) + self.where)

    def __repr__(self):
        shown = "missing" if self.value is MISSING else repr(self.value)[:60]
        return f"{'.'.join(self.where)}: {self.kind} ({shown})"


def bounds(shape):
    return shape.metadata.get("min"), shape.metadata.get("max")


def constraints(shape, path=()):
    """(where, kind) of every constraint in SHAPE, all levels: what violations() should
    break, found without it."""
    low, high = bounds(shape)
    is_length = shape.type_name not in ("integer", "long", "double")
    if low is not None and (low > 0 or not is_length):
        yield path, "minimum"
    if high is not None:
        yield path, "maximum"
    if shape.type_name == "string":
        if shape.metadata.get("pattern") not in (None, ANYTHING):
            yield path, "pattern"
        if shape.enum:
            yield path, "enum"
    elif shape.type_name == "list":
        yield from constraints(shape.member, path + ("[]",))
    elif shape.type_name == "map":
        yield from constraints(shape.key, path + ("{key}",))
        yield from constraints(shape.value, path + ("{value}",))
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in shape.required_members:
                yield path + (name,), "required"
            yield from constraints(member, path + (name,))


# Classes that Python's expressions do not know; nearly.
CLASSES = {r"\p{L}": "a-zA-Z", r"\p{Z}": " ", r"\p{N}": "0-9"}


def matches(pattern, text):
    for name, nearly in CLASSES.items():
        pattern = pattern.replace(name, nearly)
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return None


def of_text(shape, path, _):
    low, high = bounds(shape)
    pattern = shape.metadata.get("pattern")
    if shape.enum:
        yield Violation(path, "NotAValue", "enum")
        return
    if high is not None and high < LONGEST:
        yield Violation(path, "a" * (high + 1), "maximum")
    if low:
        yield Violation(path, "", "minimum")
    for wrong in ("!", "a b", "ö", "1", "a\nb", "a" * (low or 1), "!" * (low or 1)):
        if pattern and matches(pattern, wrong) is False and \
                (low or 0) <= len(wrong) <= (high or LONGEST):
            yield Violation(path, wrong, "pattern")
            break


def of_number(shape, path, _):
    low, high = bounds(shape)
    if low is not None:
        yield Violation(path, low - 1, "minimum")
    if high is not None:
        yield Violation(path, high + 1, "maximum")


def of_list(shape, path, valid):
    low, high = bounds(shape)
    one = valid[0] if valid else example(shape.member)
    if high is not None:
        yield Violation(path, [one] * (high + 1), "maximum")
    if low:
        yield Violation(path, [], "minimum")
    for inner in violations(shape.member, (), one):
        yield inner.inside(path, "[]", [broken(one, inner)])


def of_map(shape, path, valid):
    low, high = bounds(shape)
    key, value = next(iter(valid.items())) if valid else (example(shape.key),
                                                          example(shape.value))
    if high is not None:
        yield Violation(path, {f"{key}{i}": value for i in range(high + 1)}, "maximum")
    if low:
        yield Violation(path, {}, "minimum")
    for inner in violations(shape.key):
        yield inner.inside(path, "{key}", {inner.value: value})
    for inner in violations(shape.value, (), value):
        yield inner.inside(path, "{value}", {key: broken(value, inner)})


def of_blob(shape, path, _):
    low, high = bounds(shape)
    if high is not None and high < LONGEST:
        yield Violation(path, b"a" * (high + 1), "maximum")
    if low:
        yield Violation(path, b"", "minimum")


def of_structure(shape, path, valid):
    valid = valid or {}
    for name, member in shape.members.items():
        if name in shape.required_members:
            yield Violation(path + (name,), MISSING, "required")
        yield from violations(member, path + (name,), valid.get(name))


KINDS = {"string": of_text, "integer": of_number, "long": of_number, "double": of_number,
         "list": of_list, "map": of_map, "blob": of_blob, "structure": of_structure}


def violations(shape, path=(), valid=None):
    """Every violation of SHAPE at PATH; VALID is a value that keeps all constraints."""
    if shape.type_name in KINDS:
        yield from KINDS[shape.type_name](shape, path, valid)


def example(shape):
    """Some value of SHAPE that keeps its constraints, as far as that is easy."""
    kind = shape.type_name
    low = shape.metadata.get("min", 0)
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        for text in ("aaaa", "1", "arn:aws:lambda:us-east-1:000000000000:layer:l:1",
                     "subnet-1", "sg-1", "arn:aws:sqs:us-east-1:000000000000:q"):
            if matches(shape.metadata.get("pattern", ".*"), text) and len(text) >= low:
                return text
        return "a" * max(1, low)
    if kind in ("integer", "long", "double"):
        return max(1, low)
    if kind == "boolean":
        return False
    if kind == "list":
        return [example(shape.member)] * max(1, low)
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
