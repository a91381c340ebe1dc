# SPDX-License-Identifier: Apache-2.0
"""`Metadata: {BuildMethod: makefile}`: `lamb start` builds the code with make."""

import os
import shutil
import signal
import subprocess

from fixture import (HERE, Emulator, clean_environment, contains, lamb_path, new_dir,
                     run_lamb, same, wait_until, write_file)

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Lib:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: lib/}
    Metadata: {BuildMethod: makefile}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code/
      Handler: bootstrap
      Runtime: provided.al2023
      Layers: [!Ref Lib]
    Metadata:
      BuildMethod: makefile
"""
MAKEFILE = """\
build-Hello:
\tls -A $(ARTIFACTS_DIR) > before
\tcp guest.py $(ARTIFACTS_DIR)/bootstrap
\techo built > $(ARTIFACTS_DIR)/mark
"""


def project(makefile=MAKEFILE):
    top = new_dir("project")
    for name in ("code", "lib"):
        os.mkdir(os.path.join(top, name))
    shutil.copy(os.path.join(HERE, "guests", "guest.py"), os.path.join(top, "code"))
    write_file(os.path.join(top, "code", "Makefile"), makefile)
    write_file(os.path.join(top, "lib", "Makefile"),
               "build-Lib:\n\techo lib > $(ARTIFACTS_DIR)/shared\n")
    write_file(os.path.join(top, "template.yaml"), TEMPLATE)
    return top


def start(top, **options):
    return Emulator(args=["--template", os.path.join(top, "template.yaml")], **options)


def read(lamb, path):
    answer = lamb.invoke("Hello", {"do": "read", "path": path})
    same((answer.status, answer.error), (200, None), str(answer))
    return answer.json["text"]


def test_make_builds_functions_and_layers():
    top = project()
    with start(top) as lamb:
        root = lamb.invoke("Hello", {"do": "env"}).json["LAMBDA_TASK_ROOT"]
        same(read(lamb, root + "/mark"), "built\n")
        if os.environ.get("LAMB_ISOLATION") not in ("limits", "none"):
            same(read(lamb, "/opt/shared"), "lib\n")
        same("building" in lamb.log, False, "a pipe gets no progress")
        same(os.path.exists(os.path.join(lamb.state, "artifacts")), False)
    with open(os.path.join(top, "code", "before"), encoding="utf-8") as f:
        same(f.read(), "", "ARTIFACTS_DIR begins empty")


def test_a_state_folder_with_a_relative_path():
    top = project()
    ran = subprocess.Popen([lamb_path(), "start", "--port", "0", "--state", "st",
                            "--ready-file", "ready"], cwd=top, stderr=subprocess.DEVNULL,
                           env=clean_environment())
    try:
        wait_until("it serves", lambda: os.path.exists(os.path.join(top, "ready")), 30)
    finally:
        ran.send_signal(signal.SIGTERM)
        same(ran.wait(20), 0)


def test_what_make_says_is_shown_when_it_fails():
    top = project("build-Hello:\n\t@echo 'hello.c:3: no such thing' >&2\n\t@exit 3\n")
    ran = run_lamb("start", "--port", "0", "--ephemeral", cwd=top)
    same(ran.code, 2, str(ran))
    contains(ran.stderr, "hello.c:3: no such thing\n")
    contains(ran.stderr, "lamb: template.yaml:7: the resource 'Hello': make build-Hello "
                         "ended with status 2")


def test_a_missing_target_is_named_by_make():
    top = project("all:\n")
    ran = run_lamb("start", "--port", "0", "--ephemeral", cwd=top)
    same(ran.code, 2, str(ran))
    contains(ran.stderr, "build-Hello")


def test_a_folder_without_a_makefile():
    top = project()
    shutil.rmtree(os.path.join(top, "code"))
    ran = run_lamb("start", "--port", "0", "--ephemeral", cwd=top)
    same(ran.code, 2, str(ran))
    contains(ran.stderr, "needs the program make in PATH, and the folder '")


def test_what_make_leaves_behind_holds_nobody_up():
    """It has make's output open, whose end therefore does not come."""
    top = project(MAKEFILE + "\t(for i in $$(seq 200); do [ -e stop ] && break; sleep 0.1; done; "
                  "touch stopped) &\n")
    code = os.path.join(top, "code")
    with start(top) as lamb:
        same(os.path.exists(os.path.join(code, "stopped")), False)
        write_file(os.path.join(code, "stop"), "")
        wait_until("it to end", lambda: os.path.exists(os.path.join(code, "stopped")))


def stop_in_the_middle(number, code):
    top = project("build-Hello:\n\ttrap 'touch ended; exit 1' TERM; touch running; "
                  "while :; do sleep 0.1; done\n")
    running = os.path.join(top, "code", "running")
    ran = subprocess.Popen([lamb_path(), "start", "--port", "0", "--state",
                            new_dir("stop")], cwd=top,
                           stderr=subprocess.PIPE, env=clean_environment())
    wait_until("make runs", lambda: os.path.exists(running))
    ran.send_signal(number)
    said = ran.communicate(timeout=20)[1]
    same((ran.returncode, b"Ready" in said), (code, False), said)
    same(os.path.exists(os.path.join(top, "code", "ended")), True)


def test_ctrl_c_while_make_runs_ends_make_and_the_start():
    stop_in_the_middle(signal.SIGINT, 130)


def test_sigterm_while_make_runs_ends_make_and_the_start():
    stop_in_the_middle(signal.SIGTERM, 0)
