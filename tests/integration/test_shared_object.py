# SPDX-License-Identifier: Apache-2.0
"""A shared object as the code of a function that the API or a template makes: lamb's own
bootstrap serves it where neither the code nor a layer has one."""

import os

from fixture import Emulator, build_path, contains, new_dir, run_lamb, same, write_file
from test_functions import FUNCTIONS, call, coded, create, guest_zip, settle, zip_of

GREETING = {"greeting": "Hello, Ada"}


def hello():
    with open(build_path("samples", "hello", "hello.so"), "rb") as f:
        return f.read()


def greet(lamb, name):
    answer = lamb.invoke(name, {"name": "Ada"})
    same((answer.status, answer.error, answer.json), (200, None, GREETING), str(answer))


def test_a_zip_with_a_shared_object_is_served():
    with Emulator() as lamb:
        create(lamb, Handler="hello.handler", Code={"ZipFile": coded(zip_of(
            {"hello.so": hello()}))})
        greet(lamb, "f")


def test_the_object_may_be_called_lib_and_stand_in_a_folder():
    with Emulator() as lamb:
        create(lamb, Handler="bin/hello.handler", Code={"ZipFile": coded(zip_of(
            {"bin/libhello.so": hello()}))})
        greet(lamb, "f")


def test_a_change_of_the_handler_finds_the_object():
    with Emulator() as lamb:
        create(lamb, Handler="nothing", Code={"ZipFile": coded(zip_of(
            {"hello.so": hello()}))})
        answer = lamb.invoke("f", {})
        same((answer.error, answer.json["errorType"]),
             ("Unhandled", "Runtime.InvalidEntrypoint"))
        same(answer.json["errorMessage"], f"RequestId: {answer.id} Error: Couldn't find "
             "valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Handler": "hello.handler"})
        settle(lamb)
        greet(lamb, "f")


def test_a_bootstrap_in_the_code_goes_before_lambs():
    with Emulator() as lamb:
        create(lamb, Handler="hello.handler")
        call(lamb, "PUT", f"{FUNCTIONS}/f/code", {"ZipFile": coded(zip_of(
            {"hello.so": hello(), "bootstrap": "#!/bin/sh\nexit 9\n"}))})
        settle(lamb)
        answer = lamb.invoke("f", {})
        same((answer.error, answer.json["errorType"]), ("Unhandled", "Runtime.ExitError"))


def test_a_bootstrap_in_a_layer_goes_before_lambs():
    with Emulator() as lamb:
        layer = call(lamb, "POST", "/2018-10-31/layers/runtime/versions",
                     {"Content": {"ZipFile": coded(guest_zip())}}, 201)
        create(lamb, Handler="hello.handler", Layers=[layer["LayerVersionArn"]],
               Code={"ZipFile": coded(zip_of({"hello.so": hello()}))})
        answer = lamb.invoke("f", {"do": "echo", "name": "Bob"})
        same((answer.error, "greeting" in answer.json), (None, False), str(answer))


def test_it_comes_back_after_a_restart():
    state = new_dir("state")
    with Emulator(state=state) as lamb:
        create(lamb, Handler="hello.handler", Code={"ZipFile": coded(zip_of(
            {"hello.so": hello()}))})
    with Emulator(state=state) as lamb:
        greet(lamb, "f")


def test_a_template_with_a_shared_object_is_served():
    top = new_dir("project")
    os.mkdir(os.path.join(top, "code"))
    with open(os.path.join(top, "code", "hello.so"), "wb") as f:
        f.write(hello())
    write_file(os.path.join(top, "template.yaml"), """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code/, Handler: hello.handler, Runtime: provided.al2023}
""")
    with Emulator(args=["--template", os.path.join(top, "template.yaml")]) as lamb:
        greet(lamb, "Hello")


def test_a_bootstrap_that_cannot_be_run_is_an_error_of_the_start():
    ran = run_lamb("start", "--port", "0", "--ephemeral", "--bootstrap", "/nowhere/b")
    same(ran.code, 2, str(ran))
    contains(ran.stderr, "the bootstrap '/nowhere/b' cannot be run: No such file or directory")
