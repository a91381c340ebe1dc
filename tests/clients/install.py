#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""install - the clients of the tests, into one folder: a Python environment with boto3,
the AWS CLI and Node.js, and the AWS SDK for JavaScript. Quick when all is there.

    install.py DIR
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
LISTS = ("requirements.txt", "package.json")


def fingerprint():
    """Of what is wanted: another list makes another folder."""
    text = hashlib.sha256()
    for name in LISTS:
        with open(os.path.join(HERE, name), "rb") as f:
            text.update(f.read())
    return text.hexdigest()


def run(*argv, **options):
    subprocess.run(argv, check=True, stdout=sys.stderr, **options)


def install(folder):
    env = {**os.environ, "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"],
           "PIP_DISABLE_PIP_VERSION_CHECK": "1", "npm_config_update_notifier": "false"}
    venv.create(folder, with_pip=True, clear=True)
    python = os.path.join(folder, "bin", "python")
    run(python, "-m", "pip", "install", "--quiet", "--requirement",
        os.path.join(HERE, "requirements.txt"), env=env)
    shutil.copy(os.path.join(HERE, "package.json"), folder)
    run(os.path.join(folder, "bin", "npm"), "install", "--silent", "--no-fund",
        "--no-audit", cwd=folder, env=env)


def main():
    folder = os.path.abspath(sys.argv[1])
    stamp = os.path.join(folder, "installed")
    wanted = fingerprint()
    try:
        with open(stamp, encoding="ascii") as f:
            if f.read() == wanted:
                return
    except OSError:
        pass
    install(folder)
    with open(stamp, "w", encoding="ascii") as f:
        f.write(wanted)


if __name__ == "__main__":
    main()
