# SPDX-License-Identifier: Apache-2.0
"""Functions started outside of Lambda: they serve themselves through lamb."""

import http.client
import os
import shutil
import signal
import subprocess

from fixture import (build_path, clean_environment, lamb_path, matches, new_dir, no_sanitizer_report,
                     private_path, same, wait_until)


def serve_itself(program, name, folder, **env):
    """Start PROGRAM in FOLDER, as a user does; what function NAME answers to {"n":1}."""
    log_path, endpoint = private_path("outside.log"), os.path.join(folder, ".lamb", "endpoint")
    path = os.path.dirname(lamb_path()) + ":" + os.environ["PATH"]
    with open(log_path, "wb") as log:
        process = subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   cwd=folder,
                                   env=clean_environment(PATH=path, LAMB_PORT="0",
                                                         LAMB_MEMORY="512", **env))
    try:
        wait_until("it to serve", lambda: process.poll() is not None or
                   os.path.exists(endpoint), 20)
        same(process.poll(), None, "it runs")
        with open(endpoint, encoding="ascii") as f:
            host = f.read().strip().removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("POST", f"/2015-03-31/functions/{name}/invocations", b'{"n":1}')
        answer = connection.getresponse().read()
        connection.close()
        process.send_signal(signal.SIGTERM)
        same(process.wait(20), 0, "exit status of lamb")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    with open(log_path, encoding="utf-8", errors="replace") as f:
        no_sanitizer_report(f.read())
    return answer


def test_a_program_with_its_own_main_serves_itself_through_lamb():
    folder = new_dir("own")
    program = shutil.copy(build_path("samples", "own-main", "own-main"), folder)
    same(serve_itself(program, "own-main", folder, _HANDLER="measure"), b'{"bytes":7}')


def test_a_handler_is_told_its_availability_zone():
    folder = os.path.join(new_dir("object"), "zones")
    os.mkdir(folder)
    shutil.copy(build_path("runtime", "fixtures", "good.so"), folder)
    answer = serve_itself(build_path("runtime", "bootstrap"), "zones", folder,
                          _HANDLER="good.zone")
    matches(answer.decode(), r'^{"zone":"[a-z]+[0-9]-az[0-9]"}$')


def test_a_bootstrap_serves_the_object_beside_it_through_lamb():
    folder = os.path.join(new_dir("object"), "orders")
    os.mkdir(folder)
    shutil.copy(build_path("runtime", "fixtures", "good.so"), folder)
    same(serve_itself(build_path("runtime", "bootstrap"), "orders", folder,
                      _HANDLER="good.echo"), b'[1,{"n":1}]')
