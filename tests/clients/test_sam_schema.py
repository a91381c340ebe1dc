# SPDX-License-Identifier: Apache-2.0
"""Every template of ours is one that the SAM specification's own schema accepts: those of
the samples, of the tests, and in the documents."""

import ast
import os
import re
import subprocess

import yaml
from fixture import ROOT, same
from samtranslator.compat import pydantic
from samtranslator.internal.schema_source.schema import SamModel

BLOCK = re.compile(r"^```ya?ml\n(.*?)^```$", re.S | re.M)


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""

    def short_form(self, name, node):
        if isinstance(node, yaml.ScalarNode):
            value = self.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        else:
            value = self.construct_mapping(node, deep=True)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in ("Ref", "Condition") else "Fn::" + name: value}


Loader.add_multi_constructor("!", Loader.short_form)


def strings_of(path, text):
    """The texts in a Python file that are templates."""
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and \
                re.search(r"^Resources:$", node.value, re.M):
            yield node.value


def templates():
    """(where, text) of each."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                           check=True).stdout.split("\n")
    for name in filter(None, files):
        path = os.path.join(ROOT, name)
        if not name.endswith((".md", ".yaml", ".yml", ".py")) or not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if name.endswith(".md"):
            found = [block for block in BLOCK.findall(text) if "Resources:" in block]
        elif name.endswith(".py"):
            found = strings_of(path, text) if name.startswith("tests/integration/") else []
        else:
            found = [text] if re.match(r"template", os.path.basename(name)) else []
        for template in found:
            yield name, template


def complaints(template):
    """What the specification has against it. Its schema (schema.json of the SAM
    repository) is generated from this model; the one in the package's `validator` folder
    is of 2016 and refuses, say, an underscore in the name of a variable."""
    try:
        SamModel.parse_obj(template)
    except pydantic.ValidationError as error:
        return str(error)
    return ""


def test_each_template_is_accepted():
    seen = {}
    for where, text in templates():
        seen[where] = seen.get(where, 0) + 1
        same(complaints(yaml.load(text, Loader)), "", f"{where}\n{text}")
    for name in os.listdir(os.path.join(ROOT, "samples")):
        if os.path.isdir(os.path.join(ROOT, "samples", name)):
            same(f"samples/{name}/template.yaml" in seen, True, f"{name} has a template")
    for name in ("docs/template.md", "tests/integration/test_template.py"):
        same(name in seen, True, name)


def test_the_schema_refuses_what_is_wrong():
    for text in ("CodeUri: [1]", "Timout: 3", "Events: {E: {Type: SQZ}}"):
        template = yaml.load(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: "
            f"AWS::Serverless::Function\n    Properties: {{Handler: h, Runtime: r, {text}}}\n", Loader)
        same(bool(complaints(template)), True, text)
