#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make-events - everything that sdk/events/events.table says, in the forms it is needed in.

    make-events.py            write sdk/include/lamb/events/*.h, docs/events.md and the samples
                              among tests/corpus/events
    make-events.py --check    say whether they are as the table says, and whether the table has
                              every field that sdk/events/reference.fields has, and no other
    make-events.py --samples FILE.c   the samples of `lamb event` and lamb/testing.h
    make-events.py --walk FILE.c      a test that reads every field of every object
    make-events.py --readers FILE.c   for tests: what reads every field of every source
"""

import base64
import datetime
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(ROOT, "sdk/events/events.table")
REFERENCE = os.path.join(ROOT, "sdk/events/reference.fields")
LINE = re.compile(r"  (?P<path>[^\s=]+?)(?:=(?P<c>\w+))? (?P<type>map of \w+|list \w+|object \w+|"
                  r"unzipped \w+|\w+)(?P<optional> \?)?(?P<hidden> !)?(?: (?P<rest>.+))?$")
SPAN, NUMBER = "struct lamb_span", "int64_t"
# type: (C type of the result, call, words)
SCALARS = {
    "text": (SPAN, 'lamb_value_text({o}, {p}, ret)', "text"),
    "int": (NUMBER, 'lamb_value_int({o}, {p}, ret)', "whole number"),
    "double": ("double", 'lamb_value_double({o}, {p}, ret)', "number"),
    "bool": ("bool", 'lamb_value_bool({o}, {p}, ret)', "true or false"),
    "bytes": (SPAN, 'lamb_value_bytes({o}, {p}, ret)', "bytes in base64"),
    "form": (SPAN, 'lamb_value_form({o}, {p}, ret)', "text, URL-encoded"),
    "body": (SPAN, 'lamb_value_body({o}, ret)', "text, or bytes in base64"),
    "json": ("struct lamb_value", 'lamb_value_get({o}, {p}, ret)', "any JSON"),
    "map": ("struct lamb_value", 'lamb_value_object({o}, {p}, ret)', "object"),
    "parsed": ("struct lamb_value", 'lamb_value_parsed({o}, {p}, ret)', "JSON in text"),
}
TIMES = {"ms": "number, ms", "ms_text": "text, ms", "s": "number, s", "iso": "text, ISO",
         "log": "text, access log", "x509": "text, X.509", "rabbitmq": "text, RabbitMQ"}
FORMS = {"s": "SECONDS", "log": "ACCESS_LOG"}
for form, words in TIMES.items():
    name = FORMS.get(form, form.upper())
    SCALARS["time_" + form] = (NUMBER, 'lamb_value_time({o}, {p}, LAMB_TIME_%s, ret)' % name,
                               "time (%s)" % words)


class Field:
    def __init__(self, found, where):
        self.path, self.type = found["path"], found["type"].split()
        self.c = found["c"] or snake(self.path.split("/")[-1])
        self.optional, self.hidden = bool(found["optional"]), bool(found["hidden"])
        self.doc = found["doc"] or ""
        self.sample, self.where = None, where
        self.has_sample = found["rest"] is not None
        if self.has_sample:
            self.sample = json.loads(found["rest"])
        elif self.kind not in ("object", "unzipped", "list"):
            sys.exit(f"{where}: {self.path} has no sample")

    @property
    def kind(self):
        return self.type[0]

    @property
    def of(self):
        return self.type[-1] if len(self.type) > 1 else None


def snake(name):
    name = re.sub(r"[-.]", "_", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return name.lower()


def split_row(line):
    """The parts of a row: after the type a sample, which is JSON, and '# words'."""
    found = LINE.match(line)
    if not found:
        return None
    row = found.groupdict()
    rest = row["rest"] or ""
    if rest and not rest.startswith("# "):
        _, end = json.JSONDecoder().raw_decode(rest)
        row["rest"], rest = rest[:end], rest[end:].strip()
    else:
        row["rest"] = None
    row["doc"] = rest.removeprefix("# ")
    return row


class Table:
    def __init__(self, path):
        self.sources, self.objects, self.home, self.samples = {}, {}, {}, []
        self.records = {}  # source: the object that is one of its records
        self.placed = {}  # object that no field has: where it is found
        source = fields = None
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            where = f"{path}:{number}"
            if not line or line.startswith("#"):
                continue
            if line.startswith("source "):
                source, title = line[7:].split(": ", 1)
                self.sources[source] = title
            elif line.startswith("object "):
                name = line.split()[1]
                fields = self.objects[name] = []
                self.home[name] = source
                words = line.split(maxsplit=2)[2:]
                if words and " at " in words[0]:
                    self.placed[name] = words[0].split(" at ")[1].rstrip(")")
                if words and words[0].startswith("(record "):
                    self.records[source] = name
            elif line.startswith("sample "):
                name, rest = line[7:].split(" of ", 1)
                self.samples.append((name, *rest.split(": ", 1)))
            else:
                row = split_row(line)
                if not row:
                    sys.exit(f"{where}: not understood: {line}")
                fields.append(Field(row, where))
        for name, fields in self.objects.items():
            names = [field.c for field in fields]
            twice = {n for n in names if names.count(n) > 1}
            if twice:
                sys.exit(f"{name}: two fields are called {', '.join(twice)}")

    def value(self, field, full):
        if field.has_sample:
            return field.sample
        inner = self.make(field.of, full)
        if field.kind == "list":
            return [inner]
        if field.kind == "unzipped":
            text = json.dumps(inner, separators=(",", ":")).encode()
            return base64.b64encode(gzip.compress(text, mtime=0)).decode()
        return inner

    def make(self, name, full):
        """An object: as it is printed, or (FULL) with every field."""
        made = {}
        for field in self.objects[name]:
            if full or not field.hidden:
                put(made, field.path, self.value(field, full))
        return made

    def printed(self):
        """[(name, source, title, event)] of all samples."""
        for source, title in self.sources.items():
            yield source, source, title, self.make(source + "_event", False)
        for name, source, changes in self.samples:
            event = self.make(source + "_event", False)
            for change in re.findall(r'(-[\w/-]+|[\w/-]+=(?:"[^"]*"|[^,]*))(?:, |$)', changes):
                if change.startswith("-"):
                    event.pop(change[1:])
                else:
                    path, value = change.split("=", 1)
                    put(event, path, json.loads(value), replace=True)
            yield name, source, self.sources[source] + " (variant)", event


def put(made, path, value, replace=False):
    *outer, last = path.split("/")
    for name in outer:
        made = made.setdefault(name, {})
    if isinstance(value, dict) and isinstance(made.get(last), dict) and not replace:
        for name, inner in value.items():
            put(made[last], name, inner)
    else:
        made[last] = value


# ---- Against what the services document ----

def paths(table, name, prefix, above):
    """Where the fields of an object are in its event; an object in itself once."""
    for field in table.objects[name]:
        path = prefix + field.path.replace("/", ".")
        yield path
        if field.of in table.objects and field.of not in above:
            tail = {"list": "[]", "map": ".*"}.get(field.kind, "")
            yield from paths(table, field.of, f"{path}{tail}.", above | {field.of})


def documented():
    """{source: paths}, those that sdk/events/reference.fields has."""
    fields = {}
    for line in open(REFERENCE, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            place, names = line.split(": ")
            source, _, prefix = place.removeprefix("+ ").partition(" ")
            fields.setdefault(source, set()).update(prefix + name for name in names.split())
    return fields


def differences(table):
    """What is documented and not read, and the other way round."""
    wanted = documented()
    for source in table.sources:
        loose = [name for name in table.objects if table.home[name] == source
                 and name in table.placed]
        found = set(paths(table, source + "_event", "", {source + "_event"}))
        for name in loose:
            found.update(paths(table, name, table.placed[name] + ".", {name}))
        for path in sorted(wanted.get(source, set()) ^ found):
            yield f"{source}: {path}: " + ("documented, and not in events.table" if path not in found
                                           else "in events.table, and not in reference.fields")
    yield from (f"{source}: no such source" for source in sorted(set(wanted) - set(table.sources)))


# ---- The headers ----

def reader(kind, of):
    """(C type, call on {o} {p}, words) of a scalar or an object."""
    if kind in SCALARS:
        return SCALARS[kind]
    if kind in ("object", "unzipped"):
        call = "lamb_value_object" if kind == "object" else "lamb_value_unzipped"
        return (f"struct lamb_{of}", call + "({o}, {p}, &ret->value)",
                "object" if kind == "object" else "JSON, gzip, base64")
    sys.exit(f"no such type: {kind}")


def accessor(owner, field):
    """The C functions of one field."""
    name, path = f"lamb_{owner}_{field.c}", json.dumps(field.path)
    extra = (" - " + field.doc if field.doc else "") + ". " + (
        "May be absent or null." if field.optional else "")
    head = f"static inline int\n{{0}}(struct lamb_{owner} object, {{1}} *ret)\n"
    if field.kind == "list":
        ctype, call, words = reader(field.of if field.of in SCALARS else "object", field.of)
        yield f"{name}_at", f"element index of {field.path}: {words}{extra}", (
            f"static inline int\n{name}_at(struct lamb_{owner} object, size_t index, {ctype} *ret)\n"
            "{\n    struct lamb_value at;\n"
            f"    int r = lamb_value_list(object.value, {path}, &at, NULL);\n    int found;\n\n"
            "    if (r == 0)\n        r = lamb_value_at(at, index, &at);\n"
            f"    found = {call.format(o='at', p=chr(34) * 2)};\n    return r ? r : found;\n}}\n")
        yield f"{name}_count", f"how many elements {field.path} has", (
            head.format(name + "_count", "size_t") + "{\n    struct lamb_value list;\n\n"
            f"    return lamb_value_list(object.value, {path}, &list, ret);\n}}\n")
    elif field.kind == "map" and field.of:
        yield f"{name}_of", f"the member called name of {field.path}{extra}", (
            f"static inline int\n{name}_of(struct lamb_{owner} object, const char *name, "
            f"struct lamb_{field.of} *ret)\n"
            "{\n    struct lamb_value at;\n"
            f"    int r = lamb_value_object(object.value, {path}, &at);\n    int found;\n\n"
            "    if (r == 0)\n        r = lamb_value_member(at, name, &at);\n"
            '    found = lamb_value_object(at, "", &ret->value);\n    return r ? r : found;\n}\n')
        yield name, f"{field.path}, to be walked with lamb_value_next{extra}", (
            head.format(name, "struct lamb_value") +
            f"{{\n    return lamb_value_object(object.value, {path}, ret);\n}}\n")
    else:
        ctype, call, words = reader(field.kind, field.of)
        yield name, f"{field.path}: {words}{extra}", (
            head.format(name, ctype) + "{\n    return " +
            call.format(o="object.value", p=path) + ";\n}\n")


def header(table, source):
    title = table.sources[source]
    guard = f"LAMB_EVENTS_{source.upper()}_H"
    mine = [name for name in table.objects if table.home[name] == source]
    wanted = {table.home[f.of] for name in mine for f in table.objects[name]
              if f.of in table.objects} - {source}
    text = [f"/* SPDX-License-Identifier: Apache-2.0 */\n#ifndef {guard}\n#define {guard}\n",
            f"/*\n * {title}: a type for each object, a function for each field.\n *\n"
            " * What the functions return, and how long results live, says lamb/events.h. Made by\n"
            " * scripts/make-events.py from sdk/events/events.table.\n */\n",
            "#include <lamb/events.h>"]
    text += [f"#include <lamb/events/{other}.h>" for other in sorted(wanted)]
    text += ['\n#ifdef __cplusplus\nextern "C" {\n#endif\n']
    for name in mine:
        text.append(f"/**\n * struct lamb_{name} - {name.replace('_', ' ')}; passed by value.\n"
                    " * @value: where it is, also for the fields that have no function here.\n"
                    " *\n * Since: 0.1\n */\n"
                    f"struct lamb_{name} {{\n    struct lamb_value value;\n}};\n")
    text.append(f"/* lamb_{source}_event_of - the event, if it is one of these; -EPROTO: it is not. */\n"
                f"static inline int\nlamb_{source}_event_of(struct lamb_document *document, "
                f"struct lamb_{source}_event *ret)\n{{\n"
                f'    return lamb_document_expect(document, "{source}", &ret->value);\n}}\n')
    for name in mine:
        for field in table.objects[name]:
            for called, words, code in accessor(name, field):
                text.append(f"/* {called} - {words.strip().rstrip('.')}. */\n{code}")
    return "\n".join(text) + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"


def pretty(text):
    tool = os.environ.get("CLANG_FORMAT") or shutil.which("clang-format")
    if not tool:
        print("make-events: clang-format is not installed (Debian: apt install clang-format)")
        sys.exit(77)
    return subprocess.run([tool, "--assume-filename=sdk/include/lamb/x.h"], cwd=ROOT, text=True,
                          input=text, stdout=subprocess.PIPE, check=True).stdout


# ---- The page ----

def page(table):
    text = ["# Events\n", "Made by `scripts/make-events.py` from `sdk/events/events.table`. How events "
            "are read, and what\nevery function returns, says `lamb/events.h`; `lamb/record.h` has one "
            "view of a record over all\nsources of batches. `lamb event NAME` prints a sample.\n",
            "A field `F` of object `O` is read by `lamb_O_F`; lists by `lamb_O_F_at` and "
            "`lamb_O_F_count`;\nmembers of a map of objects by `lamb_O_F_of`. *?*: may be absent or "
            "null. Fields that are not\nlisted are read by name, with the functions of "
            "`lamb/events.h`: nothing is lost.\n"]
    for source, title in table.sources.items():
        text.append(f"## {title}\n\n`#include <lamb/events/{source}.h>`, `lamb event {source}`\n")
        for name in (n for n in table.objects if table.home[n] == source):
            text.append(f"`struct lamb_{name}`\n\n| field | in the event | type | |\n|---|---|---|---|")
            for f in table.objects[name]:
                kind = " ".join(f.type)
                words = SCALARS[f.kind][2] if kind in SCALARS else kind
                note = " ".join(filter(None, ["?" if f.optional else "", f.doc]))
                text.append(f"| `{f.c}` | `{f.path}` | {words} | {note} |")
            text.append("")
    return "\n".join(text).rstrip() + "\n"


# ---- C for the build ----

def literal(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}"
                         for b in raw) + '"'


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def samples(table):
    rows = "\n".join(f"    {{ {literal(name)}, {literal(title)},\n      {literal(compact(event))} }},"
                     for name, _, title, event in table.printed())
    return ('#include "sdk/events/sample.h"\n\n'
            f"const struct lamb_event_sample lamb_event_samples[] = {{\n{rows}\n    {{ 0 }},\n}};\n")


def milliseconds(kind, value):
    forms = {"time_log": "%d/%b/%Y:%H:%M:%S %z", "time_x509": "%b %d %H:%M:%S %Y GMT",
             "time_rabbitmq": "%b %d, %Y, %I:%M:%S %p"}
    if kind in ("time_ms", "time_ms_text"):
        return int(value)
    if kind == "time_s":
        return round(value * 1000)
    when = (datetime.datetime.fromisoformat(value.replace("Z", "+00:00")) if kind == "time_iso"
            else datetime.datetime.strptime(value, forms[kind]))
    when = when if when.tzinfo else when.replace(tzinfo=datetime.timezone.utc)
    return round(when.timestamp() * 1000)


def expected(kind, value, whole):
    """(macro, C expression) for what an accessor has to read."""
    if kind in ("text", "form", "bytes", "body"):
        if kind == "form":
            value = urllib.parse.unquote_plus(value)
        if kind == "bytes" or kind == "body" and whole["isBase64Encoded"]:
            value = base64.b64decode(value)
        raw = value if isinstance(value, bytes) else value.encode()
        return "BYTES", f"{literal(raw)}, {len(raw)}"
    if kind == "int" or kind.startswith("time_"):
        number = int(value) if kind == "int" else milliseconds(kind, value)
        return "INT", f"INT64_C({number})"
    if kind == "double":
        return "DOUBLE", repr(float(value))
    if kind == "bool":
        return "BOOL", "true" if value else "false"
    if kind == "parsed":
        value = json.loads(value)
    if kind == "unzipped":
        value = json.loads(gzip.decompress(base64.b64decode(value)))
    return ("OBJECT" if kind in ("object", "unzipped") else "VALUE"), literal(compact(value))


def checks(table, name, whole):
    """The lines that read every field of one object."""
    for field in table.objects[name]:
        value = whole
        for part in field.path.split("/"):
            value = value[part]
        call = f"lamb_{name}_{field.c}"
        of = field.of
        if value is None:
            yield f"    CHECK_NULL({call}, {reader(field.kind, of)[0]});"
        elif field.kind == "list":
            yield f"    CHECK_COUNT({call}_count, {len(value)});"
            for i, one in enumerate(value):
                macro, wanted = expected(of if of in SCALARS else "object", one, whole)
                kind = f"struct lamb_{of}, " if macro == "OBJECT" else ""
                yield f"    CHECK_{macro}_AT({call}_at, {kind}{i}, {wanted});"
        elif field.kind == "map" and of:
            yield f"    CHECK_VALUE({call}, {literal(compact(value))});"
            for key, one in value.items():
                yield (f"    CHECK_OBJECT_AT({call}_of, struct lamb_{of}, {literal(key)}, "
                       f"{literal(compact(one))});")
        else:
            macro, wanted = expected(field.kind, value, whole)
            kind = f"struct lamb_{of}, " if macro == "OBJECT" else ""
            yield f"    CHECK_{macro}({call}, {kind}{wanted});"


def walk(table):
    text = [f"#include <lamb/events/{source}.h>" for source in table.sources]
    text += ['#include "sdk/events/walk_testing.h"\n']
    tests = []
    for name in table.objects:
        whole = table.make(name, True)
        tests.append(f"every_field_of_{name}")
        text.append(f"static void\n{tests[-1]}(void **state)\n{{\n"
                    f"    struct lamb_document *document = open_text({literal(compact(whole))});\n"
                    f"    struct lamb_{name} object = {{ lamb_document_root(document) }};\n\n"
                    "    (void)state;\n" + "\n".join(checks(table, name, whole)) +
                    '\n    assert_string_equal(lamb_document_error(document), "");\n'
                    "    lamb_document_close(document);\n}\n")
    for name, source, _, event in table.printed():
        tests.append(f"sample_{name}_is_recognised")
        text.append(f"static void\n{tests[-1]}(void **state)\n{{\n"
                    f"    struct lamb_document *document = open_text({literal(compact(event))});\n"
                    f"    struct lamb_{source}_event event;\n\n    (void)state;\n"
                    f"    assert_int_equal(lamb_{source}_event_of(document, &event), 0);\n"
                    '    assert_string_equal(lamb_document_error(document), "");\n'
                    "    lamb_document_close(document);\n}\n")
    text.append("int\nmain(void)\n{\n    const struct CMUnitTest tests[] = {\n" +
                "\n".join(f"        cmocka_unit_test({t})," for t in tests) +
                '\n    };\n\n    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);\n}\n')
    return "\n".join(text)


# Where `struct seen` has what a function reads.
SEEN = {SPAN: "bytes", NUMBER: "number", "double": "real", "bool": "truth",
        "struct lamb_value": "value"}


def sight(name, field):
    """The line that reads one field and shows it to the listener."""
    call, path, of = f"lamb_{name}_{field.c}", json.dumps(field.path), field.of
    if field.kind == "list":
        element = (f'ELEMENT("{of}", {SEEN[SCALARS[of][0]]}, {call}_at)' if of in SCALARS else
                   f"ELEMENT_OBJECT(lamb_{of}, {call}_at, read_{of})")
        return f"SEE_LIST({path}, {call}_count, {element});"
    if field.kind == "map" and of:
        return f"SEE_MAP_OF({path}, lamb_{of}, {call}, {call}_of, read_{of});"
    if of:
        return f'SEE_OBJECT({path}, "{field.kind}", lamb_{of}, {call}, read_{of});'
    return f'SEE({path}, "{field.kind}", {SEEN[SCALARS[field.kind][0]]}, {call});'


def readers(table):
    text = [f"#include <lamb/events/{source}.h>" for source in table.sources]
    text += ['#include "sdk/events/reading_testing.h"\n']
    text += [f"void read_{name}(struct lamb_{name} object, struct listener *listener);"
             for name in table.objects]
    for name, fields in table.objects.items():
        lines = "\n".join("    " + sight(name, field) for field in fields)
        text.append(f"void\nread_{name}(struct lamb_{name} object, "
                    f"struct listener *listener)\n{{\n{lines}\n}}\n")
    for source in table.sources:
        event = source + "_event"
        name = table.records.get(source)
        lines = f"    SEE_RECORDS(lamb_{name}, read_{name});\n" if name else ""
        text.append(f"static void\nread_{source}(struct lamb_document *document, "
                    "struct listener *listener)\n{\n"
                    f"    read_{event}((struct lamb_{event}){{ lamb_document_root(document) }}, "
                    f"listener);\n{lines}}}\n")
    rows = "\n".join(f'    {{ "{source}", {literal(compact(table.make(source + "_event", True)))}, '
                     f"read_{source} }}," for source in table.sources)
    text.append(f"const struct event_reader event_readers[] = {{\n{rows}\n    {{ 0 }},\n}};\n")
    return "\n".join(text)


def main():
    table = Table(TABLE)
    makers = {"--samples": samples, "--walk": walk, "--readers": readers}
    if sys.argv[1:] and sys.argv[1] in makers:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(makers[sys.argv[1]](table))
        return
    made = {f"sdk/include/lamb/events/{source}.h": pretty(header(table, source))
            for source in table.sources}
    made["docs/events.md"] = page(table)
    for number, source in enumerate(table.sources):
        # the first byte says to the fuzz target which source it is
        made[f"tests/corpus/events/{source}"] = (
            chr(ord("A") + number) + compact(table.make(source + "_event", True)))
    stale = []
    for path, text in made.items():
        full = os.path.join(ROOT, path)
        now = open(full, encoding="utf-8").read() if os.path.exists(full) else None
        if now == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
    wrong = list(differences(table))
    if wrong:
        sys.exit("\n".join(wrong))
    if "--check" in sys.argv and stale:
        sys.exit(f"not as sdk/events/events.table says: {', '.join(stale)}: "
                 "run scripts/make-events.py")
    print(f"{len(made)} files, {sum(map(len, table.objects.values()))} fields of "
          f"{len(table.objects)} objects")


if __name__ == "__main__":
    main()
