# SPDX-License-Identifier: Apache-2.0
"""shown - pages that show commands and what they print: the commands are run, and what
they print is compared. With LAMB_WRITE_README=1 it is written instead."""

import os
import re
import subprocess

from fixture import ROOT, build_path, clean_environment, lamb_path, new_dir, same, write_file

PKG_CONFIG = """\
bootstrap={bootstrap}
Name: lamb
Description: of the build tree
Version: 0
Cflags: -I{root}/sdk/include
Libs: -L{library} -llamb -l:libjansson.a -l:libmd.a -l:libz.a
"""

# `lamb invoke` asks the emulator of the test; what links liblamb.a needs its sanitizers.
SHELL = """\
cc() { command cc $CC_OPTIONS "$@"; }
lamb() {
    verb=$1; shift
    [ "$verb" != invoke ] || set -- --state "$STATE" "$@"
    "$LAMB" "$verb" "$@"
}
"""


def is_sanitized():
    with open(build_path("runtime", "bootstrap"), "rb") as f:
        return b"__asan_" in f.read()


def pkg_config_path():
    """A PKG_CONFIG_PATH that has the lamb of the build tree."""
    folder = new_dir("pkgconfig")
    write_file(os.path.join(folder, "lamb.pc"), PKG_CONFIG.format(
        root=ROOT, library=build_path("runtime"),
        bootstrap=build_path("runtime", "bootstrap")))
    return folder + ":" + os.environ.get("PKG_CONFIG_PATH", "")


def run(line, lamb, folder):
    """What the shell prints for LINE in FOLDER, with the emulator LAMB."""
    sanitizers = "-fsanitize=address,undefined" if is_sanitized() else ""
    return subprocess.run(
        ["bash", "-c", SHELL + line], cwd=folder, check=False, timeout=60, text=True,
        env=clean_environment(LAMB=lamb_path(), STATE=lamb.state,
                              CC_OPTIONS=sanitizers, PKG_CONFIG_PATH=pkg_config_path()),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def commands_of(block):
    """The commands of a block; one that ends with a backslash goes on in the next line."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.M)


def check(path, pattern, command):
    """Run the commands of the console blocks of PATH that begin with PATTERN by COMMAND;
    returns what they printed."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    outputs, new = [], text
    blocks = re.findall(rf"```console\n(\$ (?:{pattern}).*?)```\n", text, re.S)
    same(len(blocks) > 0, True, "nothing is run in " + path)
    for block in blocks:
        shown = ""
        for line in commands_of(block):
            outputs.append(command(line))
            end = "" if not outputs[-1] or outputs[-1].endswith("\n") else "\n"
            shown += f"$ {line}\n{outputs[-1]}{end}"
        new = new.replace(block, shown)
    if os.environ.get("LAMB_WRITE_README"):
        with open(path, "w", encoding="utf-8") as f:
            f.write(new)
    else:
        same(new, text, path)
    return outputs
