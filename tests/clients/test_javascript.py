# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript walks through the life of a function."""

import os
import subprocess
import sys

from clients import Service, guest_zip, zipped
from fixture import clean_environment, limit, private_path, same

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, data):
    path = private_path(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


@limit(90)
def test_a_function_from_create_to_delete():
    installed = sys.prefix
    script = private_path("walk.mjs")
    with open(os.path.join(HERE, "walk.mjs"), "rb") as f:
        write("walk.mjs", f.read())
    os.symlink(os.path.join(installed, "node_modules"), private_path("node_modules"))
    with Service() as (lamb, _):
        ran = subprocess.run(
            [os.path.join(installed, "bin", "node"), script, lamb.url,
             write("f.zip", guest_zip()), write("l.zip", zipped({"a": (b"a", 0o644)}))],
            capture_output=True, text=True, timeout=80, check=False,
            env=clean_environment(AWS_EC2_METADATA_DISABLED="true"))
        same(ran.returncode, 0, ran.stdout + ran.stderr)
