#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make-shapes - the request shapes of the Lambda API model as C tables.

usage: make-shapes.py SERVICE-2.JSON[.gz] > emulator/api/lambda_shapes.c

The model is the one of botocore (botocore/data/lambda/2015-03-31/service-2.json). The
tables are committed: run this again when the model moves, then read what changed.
"""

import gzip
import json
import re
import subprocess
import sys

OPERATIONS = """
CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode
UpdateFunctionConfiguration DeleteFunction ListFunctions PublishVersion
ListVersionsByFunction CreateAlias GetAlias UpdateAlias DeleteAlias ListAliases
PublishLayerVersion GetLayerVersion GetLayerVersionByArn ListLayerVersions ListLayers
DeleteLayerVersion AddLayerVersionPermission GetLayerVersionPolicy
RemoveLayerVersionPermission PutFunctionConcurrency GetFunctionConcurrency
DeleteFunctionConcurrency PutProvisionedConcurrencyConfig
GetProvisionedConcurrencyConfig ListProvisionedConcurrencyConfigs
DeleteProvisionedConcurrencyConfig PutFunctionEventInvokeConfig
UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig
ListFunctionEventInvokeConfigs DeleteFunctionEventInvokeConfig
CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping
DeleteEventSourceMapping ListEventSourceMappings CreateFunctionUrlConfig
GetFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig
ListFunctionUrlConfigs AddPermission GetPolicy RemovePermission TagResource
UntagResource ListTags GetFunctionRecursionConfig PutFunctionRecursionConfig
GetRuntimeManagementConfig PutRuntimeManagementConfig GetFunctionCodeSigningConfig
""".split()

# Where the service was seen to answer otherwise than the model says.
CHANGES = {
    "Runtime": {"enum": None},  # refused in words of its own
    "Timeout": {"max": 900},  # more is for managed instances
    "MemorySize": {"max": None},  # refused in words of its own
    "LayerList": {"max": None},
    "Tags": {"max": None},
    "AdditionalVersionWeights": {"max": None},
    "Handler": {"max": 128},
    "CompatibleRuntimes": {"flags": "SHAPE_ENUM_PLAIN"},
    "SubnetIds": {"flags": "SHAPE_NULL_UNSAID"},
    "SecurityGroupIds": {"flags": "SHAPE_NULL_UNSAID"},
    "SubnetId": {"max": 1024, "min": 0},
    "SecurityGroupId": {"max": 1024, "min": 0},
    "LayerVersionArn": {"max": 2048, "min": 1, "pattern":
                        "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso("
                        "[a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|"
                        "(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)"},
    "TaggableResource": {"pattern":
                         "arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso("
                         "[a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+"
                         "(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|"
                         "code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:"
                         "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-"
                         "[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)"},
    "AdditionalVersion": {"max": 1024, "min": 1},
    "FunctionName": {"pattern": "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|"
                     "(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
                     "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"},
}
ENUM_ORDER = {
    "SnapStartApplyOn": ["PublishedVersions", "None"],
    "EventSourcePosition": ["LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"],
    "InvokeMode": ["RESPONSE_STREAM", "BUFFERED"],
    "RecursiveLoop": ["Terminate", "Allow"],
    "Architecture": ["x86_64", "arm64"],
    "LayerRuntime": [
        "nodejs20.x", "python3.14", "provided.al2023", "python3.12", "python3.13",
        "nodejs24.x", "nodejs22.x", "java25", "python3.10", "python3.11", "java21", "ruby3.3",
        "ruby3.4", "ruby3.2", "python3.8", "python3.9", "java17", "nodejs16.x", "dotnet10",
        "dotnet8", "java11", "dotnet6", "nodejs18.x", "provided.al2", "java8.al2"],
}
# Patterns that POSIX has no words for.
REGEX = {
    "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)": "[^]!-*,;<>?[\\^`{-~[:cntrl:]]*",
    "(^(?!(system\\x2e)))(^[_a-zA-Z0-9])([^$]*)": "[_a-zA-Z0-9][^$]*",
    "[0-9A-Za-z\\.\\-_]*(?<!\\.)": "([0-9A-Za-z._-]*[0-9A-Za-z_-])?",
    "[\\s\\S]*": None,
}
DIGITS = re.compile(r"\(\?!\^?(\\d|\[0-9\])\+\$\)")


def bracket(text):
    """A bracket expression of Java as one of POSIX: no escapes, the dash last."""
    body, negated = text[1:-1], ""
    if body.startswith("^"):
        body, negated = body[1:], "^"
    items, i = [], 0
    while i < len(body):
        m = re.match(r"\\x([0-9a-f]{2})|\\s|\\(.)|(.)", body[i:])
        item = chr(int(m.group(1), 16)) if m.group(1) else \
            "[:space:]" if m.group(0) == "\\s" else m.group(2) or m.group(3)
        i += m.end()
        more = re.match(r"-([a-zA-Z0-9])", body[i:])
        if more and len(item) == 1 and item.isalnum():
            item += "-" + more.group(1)
            i += more.end()
        items.append(item)
    dash = "-" if "-" in items else ""
    close = "]" if "]" in items else ""
    return f"[{negated}{close}{''.join(x for x in items if x not in '-]')}{dash}]"


def regex(pattern):
    if pattern in REGEX:
        return REGEX[pattern]
    out, i = "", 0
    pattern = DIGITS.sub("", pattern)
    while i < len(pattern):
        m = re.match(r"\[\^?(?:\\.|[^\]\\])*\]|\\x[0-9a-f]{2}|\\.|.", pattern[i:])
        piece = m.group(0)
        i += m.end()
        if piece.startswith("["):
            out += bracket(piece)
        elif piece == "\\d":
            out += "[0-9]"
        elif piece == ".":  # Java's does not match the end of a line, POSIX's does
            out += "[^\n\r]"
        elif piece not in "^$":  # the whole is anchored
            out += piece
    return out


def quote(text):
    return json.dumps(text)


def label(name):
    return "shape_" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_",
                             name).lower()


class Writer:
    def __init__(self, model):
        self.model, self.done, self.out = model, set(), []

    def shape(self, name):
        if name in self.done:
            return
        self.done.add(name)
        s = {**self.model["shapes"][name], **CHANGES.get(name, {})}
        fields = [f'.name = "{name}"', f".type = SHAPE_{s['type'].upper()}"]
        for part in ("member", "key", "value"):
            if part in s:
                self.shape(s[part]["shape"])
        for m in s.get("members", {}).values():
            self.shape(m["shape"])
        has_range = s["type"] in ("string", "integer", "long", "double", "list", "map")
        low, high = s.get("min"), s.get("max")
        if has_range and low is not None:
            fields.append(f".has_min = true, .min = {int(low)}")
        if has_range and high is not None:
            fields.append(f".has_max = true, .max = {int(high)}")
        if s.get("pattern"):
            fields.append(f".pattern = {quote(s['pattern'])}")
            wanted = regex(s["pattern"])
            if wanted is not None:
                fields.append(f".regex = {quote('^(' + wanted + ')$')}")
            if DIGITS.search(s["pattern"]) and s["pattern"][0:8].find("(?!") >= 0:
                fields.append(".flags = SHAPE_NOT_A_NUMBER")
        if s.get("flags"):
            fields.append(f".flags = {s['flags']}")
        if s.get("enum"):
            values = ENUM_ORDER.get(name, s["enum"])
            fields.append(".values = (const char *const[]){ " +
                          ", ".join(quote(v) for v in values) + ", NULL }")
            unsaid = [v for v in s["enum"] if v not in values]
            if unsaid:
                fields.append(".unsaid = (const char *const[]){ " +
                              ", ".join(quote(v) for v in unsaid) + ", NULL }")
        if s["type"] in ("list", "map"):
            fields.append(f".element = &{label((s.get('member') or s['value'])['shape'])}")
        if s["type"] == "map":
            fields.append(f".key = &{label(s['key']['shape'])}")
        if s.get("members"):
            rows = [self.member(n, m, n in s.get("required", []))
                    for n, m in s["members"].items()]
            fields.append(".members = (const struct member[]){ " + ", ".join(rows) +
                          f" }}, .n_members = {len(rows)}")
        self.out.append(f"static const struct shape {label(name)} = "
                        f"{{ {', '.join(fields)} }};")

    @staticmethod
    def member(name, m, required):
        where = {"uri": "IN_PATH", "querystring": "IN_QUERY"}.get(m.get("location"),
                                                                  "IN_BODY")
        wire = m.get("locationName", name)
        text = f"{{ {quote(name)}, &{label(m['shape'])}, {where}, {quote(wire)}"
        return text + (", true }" if required else ", false }")

    def run(self):
        rows = []
        for name in OPERATIONS:
            op = self.model["operations"][name]
            self.shape(op["input"]["shape"])
            labels = re.findall(r"\{(\w+)\}", op["http"]["requestUri"])
            quoted = [quote(x) for x in labels]
            rows.append(f"{{ {quote(name)}, &{label(op['input']['shape'])}, "
                        f"{{ {', '.join(quoted or ['NULL'])} }} }}")
        print("/* SPDX-License-Identifier: Apache-2.0 */\n"
              "/* Made by scripts/make-shapes.py from the API model; change that. */\n"
              '#include "emulator/api/shape.h"\n\n#include <stddef.h>\n')
        print("\n".join(self.out))
        print("\nconst struct operation_shape operation_shapes[] = {\n    " +
              ",\n    ".join(rows) + ",\n    { NULL, NULL, { NULL } },\n};")


def tell_layers_apart(shapes):
    """A layer's runtimes are checked by the model, a function's in words of its own."""
    shapes["LayerRuntime"] = shapes["Runtime"]
    shapes["CompatibleRuntimes"]["member"]["shape"] = "LayerRuntime"
    for name in ("ListLayersRequest", "ListLayerVersionsRequest"):
        shapes[name]["members"]["CompatibleRuntime"]["shape"] = "LayerRuntime"
    members = shapes["PublishLayerVersionRequest"]["members"]  # refused in another order
    members["CompatibleArchitectures"] = members.pop("CompatibleArchitectures")


def main():
    opener = gzip.open if sys.argv[1].endswith(".gz") else open
    with opener(sys.argv[1], "rt", encoding="utf-8") as f:
        model = json.load(f)
    tell_layers_apart(model["shapes"])
    Writer(model).run()


main()
