# SPDX-License-Identifier: Apache-2.0
"""Samples with a Makefile: `lamb start` in the folder builds it and serves its event."""

import json
import os
import shutil

from fixture import ROOT, Emulator, Skip, new_dir, run_lamb, same
from shown import is_sanitized, pkg_config_path

def read_text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def serve(sample, name=None, beside=(), logs=None):
    """The answer to the sample's event, built as its template says with the samples that it
    has BESIDE it; LOGS is what its log comes to say."""
    samples = new_dir("samples")
    for each in (sample, *beside):
        shutil.copytree(os.path.join(ROOT, "samples", each), os.path.join(samples, each))
    top = os.path.join(samples, sample)
    events = os.path.join(top, "events")
    event = os.path.join(events, sorted(os.listdir(events))[0])
    with Emulator(args=["--template", os.path.join(top, "template.yaml")],
                  env={"PKG_CONFIG_PATH": pkg_config_path()}) as lamb:
        ran = run_lamb("invoke", name or sample, "-d", read_text(event), "--state", lamb.state)
        same(ran.code, 0, str(ran))
        if logs:
            lamb.wait_log(logs)
        return json.loads(ran.stdout)


def test_hello():
    same(serve("hello"), {"greeting": "Hello, Ada"})


def test_http():
    answer = serve("http")
    same((answer["statusCode"], json.loads(answer["body"])["title"]), (200, "Eine Sache"))


def test_cplusplus():
    same(serve("cplusplus"), {"be": 2, "not": 1, "or": 1, "to": 2})


def test_own_main():
    if is_sanitized():
        raise Skip("sanitizers do not go with static programs")
    same(serve("own-main"), {"bytes": 15})


def test_extension():
    if is_sanitized():
        raise Skip("the sample is linked without a sanitizer, its library is not")
    same(serve("extension", "hello", beside=["hello"], logs="INVOKED "),
         {"greeting": "Hello, Ada"})


def test_each_sample_with_a_makefile_has_its_test():
    names = {name for name in os.listdir(os.path.join(ROOT, "samples"))
             if os.path.exists(os.path.join(ROOT, "samples", name, "Makefile"))}
    for name in names:
        same("test_" + name.replace("-", "_") in globals(), True, name)
