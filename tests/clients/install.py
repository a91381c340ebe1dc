#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""install - the clients of the tests, into one folder: a Python environment with boto3,
the AWS CLI and Node.js, the AWS SDK for JavaScript, and a stand-in for AWS. Quick when
all is there. Without the stand-in its tests are skipped; all else has to be had.

    install.py DIR
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
LISTS = ("requirements.txt", "package.json", "stand-ins.txt")
LIMIT_SECONDS = 240


def fingerprint():
    """Of what is wanted: another list makes another folder."""
    text = hashlib.sha256()
    for name in LISTS:
        with open(os.path.join(HERE, name), "rb") as f:
            text.update(f.read())
    return text.hexdigest()


def run(*argv, **options):
    """A registry that does not answer ends this with a word, not the day with silence."""
    with subprocess.Popen(argv, stdout=sys.stderr, start_new_session=True,
                          **options) as process:
        try:
            code = process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            sys.exit(f"not installed after {LIMIT_SECONDS} s: {' '.join(argv)}")
    if code:
        sys.exit(f"status {code}: {' '.join(argv)}")


def install(folder):
    """Whether the stand-in came too; the others must."""
    env = {**os.environ, "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"],
           "PIP_DISABLE_PIP_VERSION_CHECK": "1", "npm_config_update_notifier": "false",
           "npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000"}
    venv.create(folder, with_pip=True, clear=True)
    python = os.path.join(folder, "bin", "python")
    run(python, "-m", "pip", "install", "--quiet", "--requirement",
        os.path.join(HERE, "requirements.txt"), env=env)
    shutil.copy(os.path.join(HERE, "package.json"), folder)
    run(os.path.join(folder, "bin", "npm"), "install", "--silent", "--no-fund",
        "--no-audit", cwd=folder, env=env)
    stand_ins = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--requirement",
         os.path.join(HERE, "stand-ins.txt")], check=False, stdout=sys.stderr, env=env)
    return stand_ins.returncode == 0


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
    if not install(folder):
        print("install: without a stand-in for AWS; the next run tries again",
              file=sys.stderr)
        return
    with open(stamp, "w", encoding="ascii") as f:
        f.write(wanted)


if __name__ == "__main__":
    main()
