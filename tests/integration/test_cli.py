# SPDX-License-Identifier: Apache-2.0
"""The command line: what it prints where, its exit codes, what it does when it cannot."""

import json
import os
import re
import signal
import socket
import subprocess
import time

from fixture import (HERE, Emulator, bootstrap, build_path, clean_environment, contains,
                     guest, lamb_path, limit, matches, new_dir, private_path, run_lamb,
                     same, wait_until, write_file)

GUEST = os.path.join(HERE, "guests", "guest.py")
LOG_LINES = re.compile(r"^(START|END|REPORT) RequestId: ", re.MULTILINE)


def check(ran, code, *parts):
    """The exit code, and words that standard error has to contain."""
    same(ran.code, code, repr(ran))
    for part in parts:
        contains(ran.stderr, part)


# -- help and version -------------------------------------------------------------------


def test_version_and_help_go_to_standard_output():
    version = run_lamb("version")
    same((version.code, version.stderr), (0, ""))
    matches(version.stdout.decode(), r"^lamb \d+\.\d+\.\d+\S*\n$")
    same(run_lamb("--version").stdout, version.stdout)
    overview = run_lamb("help")
    same((overview.code, overview.stderr), (0, ""))
    same(run_lamb("--help").stdout, overview.stdout)
    for verb in verbs():
        for args in (["help", verb], [verb, "--help"], [verb, "-h"]):
            ran = run_lamb(*args)
            same((ran.code, ran.stderr), (0, ""), str(args))
            contains(ran.stdout.decode(), f"usage: lamb {verb}")


def verbs():
    return re.findall(r"^  (\w+) ", run_lamb("help").stdout.decode(), re.MULTILINE)


def options_of(verb):
    """What the help of VERB says: for each option its text."""
    help_text = run_lamb("help", verb).stdout.decode()
    return dict(re.findall(r"^  (?:-\w,|   ) (--[a-z-]+)(?: \S+)?\s+(.*)$", help_text,
                           re.MULTILINE))


def test_the_help_of_an_option_lists_the_values_that_it_takes():
    levels = ("full", "rootless", "limits", "none")
    for verb, option, values in (
            ("start", "--isolation", levels),
            ("doctor", "--isolation", levels),
            ("start", "--cpu", ("full", "share")),
            ("start", "--network", ("host", "private", "none")),
            ("start", "--log-format", ("Text", "JSON")),
            ("invoke", "--application-log-level",
             ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")),
            ("invoke", "--system-log-level", ("DEBUG", "INFO", "WARN"))):
        said = ", ".join(values[:-1]) + " or " + values[-1]
        matches(options_of(verb)[option], f"^{said}\\b", option)
        check(run_lamb(verb, option, "wrong"), 2, f"{option} takes {said}, not 'wrong'")


def test_the_help_names_the_defaults():
    said = {option: re.search(r"\(default (\w+)\)", text)
            for option, text in options_of("start").items()}
    with Emulator(guest()) as lamb:
        function = lamb.status()["functions"][0]
        env = json.loads(lamb.ask("env").body)
    same((said["--memory"][1], said["--timeout"][1]),
         (str(function["memoryMb"]), str(function["timeoutS"])))
    same(env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], said["--memory"][1])


def test_the_documents_name_no_option_that_there_is_not():
    top = os.path.dirname(os.path.dirname(HERE))
    docs = os.path.join(top, "docs")
    pages = [os.path.join(top, "README.md"),
             *(os.path.join(docs, name) for name in os.listdir(docs) if name.endswith(".md"))]
    known = {option for verb in verbs() for option in options_of(verb)}
    of_others = {"--variable", "--rie", "--pipelined", "--no-large", "--help"}
    call = re.compile(rf"\blamb (?:{'|'.join(verbs())})\b(.*)")
    named = set()
    for page in pages:
        with open(page, encoding="utf-8") as f:
            text = f.read()
        here = set(re.findall(r"`(--[a-z][a-z-]*)", text))
        for line in call.findall(text):
            here |= set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", line.split(" -- ")[0]))
        same(here - known - of_others, set(), page)
        named |= here
    same({"--isolation", "--freeze", "--network"} - named, set(), "what the pages were read for")


def test_usage_errors():
    for args, part in (
            (["strat"], "did you mean 'start'"),
            (["fly"], "there is no verb 'fly'"),
            (["start", "--"], "name what to run"),
            (["start", "--prot", "1", "x"], "did you mean --port"),
            (["start", "--port", "x", GUEST], "--port takes a number"),
            (["start", "--port", "70000", GUEST], "--port takes a number"),
            (["start", "--port"], "--port needs a value"),
            (["start", "--isolation", "strong", "--ephemeral", "--", "/bin/true"], "strong"),
            (["start", "--memory", "1", "--", "/bin/true"], "--memory takes a number"),
            (["start", "--timeout", "0", "--", "/bin/true"], "--timeout takes a number"),
            (["invoke"], "name one function"),
            (["invoke", "a", "b"], "name one function"),
            (["invoke", "a", "-d", "{}", "--data-file", "x"], "not both"),
            (["invoke", "a", "--data-file", "/no/such/file"], "/no/such/file")):
        check(run_lamb(*args), 2, part)
    same(run_lamb().code, 2, "lamb alone")


def test_what_is_to_be_started_must_be_there():
    empty = new_dir("empty")
    plain = write_file(private_path("plain.txt"), "text\n")
    fake = write_file(private_path("fake.so"), "no ELF\n")
    broken = write_file(private_path("broken.zip"), "PK\x03\x04 and no more")
    closed = bootstrap("#!/bin/sh\n")
    os.chmod(os.path.join(closed, "bootstrap"), 0o644)
    for path, part in (("/no/such/file", "/no/such/file"), (empty, "bootstrap"),
                       (plain, "plain.txt"), (fake, "fake.so"), (broken, "broken.zip"),
                       (closed, "not executable")):
        ran = run_lamb("start", "--port", "0", "--ephemeral", path)
        check(ran, 2, part)
        same("Ready." in ran.stderr, False)
    check(run_lamb("start", "--port", "0", "--ephemeral", "--", "/no/such/program"), 2,
          "/no/such/program")
    check(run_lamb("start", "--port", "0", "--ephemeral", "--", "no-such-program"), 2,
          "no-such-program")


# -- start ------------------------------------------------------------------------------


def test_a_successful_start_ends_with_the_ready_line():
    with Emulator(guest(), held=False) as lamb:
        wait_until("the ready line", lambda: "Ready." in lamb.log)
        lines = lamb.log.splitlines()
        same(lines[-1], f"Ready. http://127.0.0.1:{lamb.port}")
        for path in (lamb.ready_path, os.path.join(lamb.state, "endpoint")):
            with open(path, encoding="ascii") as f:
                same(f.read(), f"http://127.0.0.1:{lamb.port}\n", path)
        same("\033" in lamb.log, False, "no colours outside a terminal")


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run_lamb("start", "--port", str(port), "--ephemeral", guest())
        check(ran, 7, str(port))
        same("Ready." in ran.stderr, False)


def test_one_state_folder_serves_one_emulator():
    with Emulator(guest()) as lamb:
        ran = run_lamb("start", "--port", "0", "--state", lamb.state, guest())
        check(ran, 7, lamb.state)
        same(lamb.ask("echo").status, 200, "the first one goes on")


def test_a_state_folder_that_cannot_be_made_is_named():
    plain = write_file(private_path("plain"), "")
    ran = run_lamb("start", "--port", "0", "--state", plain + "/state", guest())
    check(ran, 7, plain)


def test_an_ephemeral_emulator_leaves_no_state():
    code = guest()
    ready = private_path("ready")
    process = subprocess.Popen(
        [lamb_path(), "start", "--port", "0", "--ephemeral", "--ready-file", ready, code],
        stderr=subprocess.PIPE, cwd=new_dir("cwd"), env=clean_environment())
    try:
        wait_until("the ready file", lambda: os.path.exists(ready))
        process.send_signal(signal.SIGTERM)
        same(process.wait(15), 0)
    finally:
        process.kill()
        process.communicate()
    # The supervisor looks into TMPDIR for what is left.


def test_interrupting_a_start_gives_130():
    with Emulator(guest()) as lamb:
        lamb.ask("echo")
        lamb.process.send_signal(signal.SIGINT)
        lamb.wait_end(130)


def test_values_come_from_variables_and_flags_win():
    env = {"LAMB_TIMEOUT": "9", "LAMB_MEMORY": "256", "LAMB_REGION": "eu-west-1"}
    with Emulator(guest(), env=env, args=["--memory", "192"]) as lamb:
        function = lamb.status()["functions"][0]
        same((function["timeoutS"], function["memoryMb"]), (9, 192))
        contains(function["arn"], ":eu-west-1:")


def test_names_of_functions():
    with Emulator(guest("lib-like"), guest("plain")) as lamb:
        same(sorted(f["name"] for f in lamb.status()["functions"]), ["lib-like", "plain"])
    with Emulator(guest("folder"), args=["--name", "given"]) as lamb:
        same([f["name"] for f in lamb.status()["functions"]], ["given"])
        same(lamb.ask("echo", "given").status, 200)


def test_a_command_is_served_without_configuration():
    code = guest("command")
    with Emulator(command=[os.path.join(code, "bootstrap")]) as lamb:
        same([f["name"] for f in lamb.status()["functions"]], ["command"])
        same(lamb.ask("echo", "command").status, 200)


def test_a_zip_is_served():
    code = guest("inside")
    archive = private_path("zipped.zip")
    subprocess.run(["zip", "-q", archive, "bootstrap"], cwd=code, check=True)
    with Emulator(archive) as lamb:
        same(lamb.ask("echo", "zipped").status, 200)


def test_a_shared_object_is_served_by_the_built_bootstrap():
    with Emulator(build_path("samples", "hello", "hello.so")) as lamb:
        answer = lamb.invoke("hello", {"name": "Ada"})
        same((answer.status, answer.error), (200, None), repr(answer))
        contains(answer.body.decode(), "Ada")


# -- invoke -----------------------------------------------------------------------------


def test_invoke_prints_the_payload_alone():
    with Emulator(guest()) as lamb:
        ran = run_lamb("invoke", "guest", "--state", lamb.state, "-d",
                       '{"do":"raw","text":"{\\"a\\": 1}"}')
        same((ran.code, ran.stdout), (0, b'{"a": 1}'), repr(ran))
        same(len(LOG_LINES.findall(ran.stderr)), 3, f"START, END, REPORT in {ran.stderr}")
        for args in (["--endpoint", lamb.url], ["--state", lamb.state]):
            same(json.loads(run_lamb("invoke", "guest", *args).stdout)["body"], "{}")
        same(json.loads(run_lamb("invoke", "guest", env={"LAMB_ENDPOINT": lamb.url})
                        .stdout)["body"], "{}")


def test_invoke_reads_the_event_from_a_file_or_standard_input():
    event = '{"do":"echo","from":"file"}'
    path = write_file(private_path("event.json"), event)
    with Emulator(guest()) as lamb:
        where = ["--endpoint", lamb.url]
        ran = run_lamb("invoke", "guest", "--data-file", path, *where)
        same(json.loads(ran.stdout)["body"], event)
        ran = run_lamb("invoke", "guest", "--data-file", "-", *where, stdin=event.encode())
        same(json.loads(ran.stdout)["body"], event)


def test_exit_codes_of_invoke():
    with Emulator(guest(), args=["--timeout", "1"]) as lamb:
        has_limit = lamb.status()["isolation"]["memory"] != "none"
        rows = [({"do": "echo"}, 0), ({"do": "error", "body": "{}"}, 1),
                ({"do": "exit", "code": 1}, 1), ({"do": "abort"}, 1), ({"do": "hang"}, 3)]
        for event, code in rows:
            ran = run_lamb("invoke", "guest", "--endpoint", lamb.url, "-d", json.dumps(event))
            same(ran.code, code, f"{event}: {ran}")
        check(run_lamb("invoke", "nobody", "--endpoint", lamb.url), 2, "Function not found")
        check(run_lamb("invoke", "guest", "--endpoint", lamb.url, "-d", "{"), 2,
              "Could not parse request body into json")
        if has_limit:
            with Emulator(guest("big"), args=["--timeout", "20"]) as other:
                ran = run_lamb("invoke", "big", "--endpoint", other.url, "-d",
                               # The limit is raised by /tmp where that is memory.
                               '{"do":"memory","mb":900}')
                same(ran.code, 4, repr(ran))
    with Emulator(guest(), guest_env={"GUEST_INIT": "error"}) as lamb:
        ran = run_lamb("invoke", "guest", "--endpoint", lamb.url)
        same(ran.code, 6, repr(ran))
        same(json.loads(ran.stdout)["errorType"], "Guest.Init")


def test_invoke_without_an_emulator_says_what_to_do():
    check(run_lamb("invoke", "guest", "--state", private_path("none")), 7, "lamb start")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        check(run_lamb("invoke", "guest", "--endpoint", url), 7, "does not answer")


def test_an_interrupted_invoke_gives_130():
    with Emulator(guest(), args=["--timeout", "10"]) as lamb:
        process = subprocess.Popen(
            [lamb_path(), "invoke", "guest", "--endpoint", lamb.url, "-d",
             '{"do":"sleep","s":3}'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=clean_environment())
        wait_until("the invocation to run", lambda: lamb.status()["running"] == 1)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=10)
        same((process.returncode in (130, -signal.SIGINT), out), (True, b""))


def test_one_shot():
    code = guest("oneshot")
    command = ["--", os.path.join(code, "bootstrap")]
    for event, exit_code in (({"do": "raw", "text": "[1]"}, 0),
                             ({"do": "exit", "code": 1}, 1), ({"do": "hang"}, 3)):
        ran = run_lamb("invoke", "--timeout", "1", "-d", json.dumps(event), *command)
        same(ran.code, exit_code, f"{event}: {ran}")
        if exit_code == 0:
            same(ran.stdout, b"[1]")
        same(len(LOG_LINES.findall(ran.stderr)), 3, f"START, END, REPORT in {ran.stderr}")
    ran = run_lamb("invoke", "-d", "{}", "--env", "GUEST_INIT=exit", *command)
    same(ran.code in (1, 6), True, repr(ran))


def test_a_one_shot_in_the_current_folder():
    code = guest("here")
    ran = run_lamb("invoke", "-d", '{"do":"env"}', "--", "./bootstrap", cwd=code)
    same(ran.code, 0, repr(ran))
    same(json.loads(ran.stdout)["AWS_LAMBDA_FUNCTION_NAME"], "here")
    same(sorted(os.listdir(code)), ["bootstrap"], "files in the user's folder")


@limit(60)
def test_a_full_standard_output_is_an_error():
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "wb") as full:
        done = subprocess.run([lamb_path(), "version"], stdout=full, stderr=subprocess.PIPE,
                              env=clean_environment(), check=False)
    same(done.returncode != 0, True, "printing to a full device")


def test_layers_are_merged_and_a_later_one_wins():
    layers = []
    for name in ("one", "two"):
        path = new_dir(name)
        write_file(os.path.join(path, "shared"), name)
        write_file(os.path.join(path, name), name)
        layers += ["--layer", path]
    ran = run_lamb("start", "--port", "0", "--ephemeral", *layers * 3, guest())
    same(ran.code, 2)
    contains(ran.stderr, "a function may have 5 layers, not 6")
    with Emulator(guest(), args=layers) as lamb:
        level = lamb.status()["isolation"]["level"]
        if level in ("limits", "none"):  # several folders are merged by a mount
            answer = lamb.invoke()
            same(answer.status, 500, repr(answer))
            contains(answer.body.decode(), f"isolation level {level} cannot merge 2 layers at "
                     "/opt: merge them into one, or use level full or rootless")
            return
        same(lamb.ask("read", path="/opt/shared").json["text"], "two")
        same(lamb.ask("read", path="/opt/one").json["text"], "one")
