#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pack - a zip for the service, the same bytes for the same files.

    pack.py [--strip PROGRAM [--nameless]] OUT.zip NAME=FILE...

Each FILE becomes NAME in the zip, readable and executable for all. Times, order and modes
are fixed, so that a zip changes only when what is in it does. --strip removes the debugging
information of ELF files with PROGRAM on the way; their symbol tables stay, because crash
reports name functions from them, unless --nameless is given.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile

TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can express
MODE = 0o100755
UNIX = 3


def content(path, strip, how):
    with open(path, "rb") as f:
        data = f.read()
    if not strip or not data.startswith(b"\x7fELF"):
        return data
    with tempfile.TemporaryDirectory(prefix="lamb-pack-") as folder:
        stripped = os.path.join(folder, "stripped")
        subprocess.run([strip, how, "-o", stripped, path], check=True)
        with open(stripped, "rb") as f:
            return f.read()


def add(archive, name, data):
    entry = zipfile.ZipInfo(name, TIME)
    entry.create_system = UNIX
    entry.external_attr = MODE << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data, compresslevel=9)


def pair(text):
    name, equals, path = text.partition("=")
    if not equals or not name or not path or name.startswith("/") or ".." in name.split("/"):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=FILE")
    return name, path


def main():
    parser = argparse.ArgumentParser(description="Make a zip that is the same every time.")
    parser.add_argument("--strip", help="program that removes debugging information")
    parser.add_argument("--nameless", dest="how", action="store_const", const="--strip-all",
                        default="--strip-debug", help="remove the names of functions too")
    parser.add_argument("out")
    parser.add_argument("files", nargs="+", type=pair, metavar="NAME=FILE")
    options = parser.parse_args()
    made = options.out + ".new"
    try:
        with zipfile.ZipFile(made, "w") as archive:
            for name, path in sorted(options.files):
                add(archive, name, content(path, options.strip, options.how))
        os.replace(made, options.out)
    except (OSError, subprocess.CalledProcessError) as error:
        if os.path.exists(made):
            os.unlink(made)
        sys.exit(f"pack: {options.out}: {error}")


if __name__ == "__main__":
    main()
