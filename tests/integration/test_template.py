# SPDX-License-Identifier: Apache-2.0
"""`lamb start` with a SAM template: it makes what the template describes, again and again."""

import json
import os
import shutil

from fixture import (HERE, Emulator, clean_environment, contains, new_dir, private_path,
                     run_lamb, same, write_file)

TEMPLATE = """\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Who: {Type: String, Default: Ada}
Conditions:
  IsBob: !Equals [!Ref Who, Bob]
Globals:
  Function: {Timeout: 9, Runtime: provided.al2023, Handler: bootstrap, CodeUri: code/}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAlias: live
      ReservedConcurrentExecutions: 5
      Layers: [!Ref Lib]
      FunctionUrlConfig: {AuthType: NONE}
      EventInvokeConfig: {MaximumRetryAttempts: 1}
      Events:
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 5}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
      Environment:
        Variables: {WHO: !Ref Who, OTHER: !Ref Second, ARN: !GetAtt Second.Arn}
  Second:
    Type: AWS::Serverless::Function
    Properties: {MemorySize: !If [IsBob, 256, 512]}
  Third:
    Type: AWS::Serverless::Function
    Condition: IsBob
  Lib:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer/}
  Queue: {Type: AWS::SQS::Queue}
"""


def project(text=TEMPLATE):
    """A folder with a template and the code that it names."""
    top = new_dir("project")
    for name in ("code", "layer"):
        os.mkdir(os.path.join(top, name))
    shutil.copy(os.path.join(HERE, "guests", "guest.py"), os.path.join(top, "code", "bootstrap"))
    write_file(os.path.join(top, "layer", "shared"), "from the layer")
    write_file(os.path.join(top, "template.yaml"), text)
    return top


def start(top, *args, **options):
    return Emulator(args=["--template", os.path.join(top, "template.yaml"), *args], **options)


def get(lamb, path):
    answer = lamb.request("GET", path)
    same(answer.status, 200, path)
    return answer.json


def ask(lamb, name, **event):
    answer = lamb.invoke(name, event)
    same((answer.status, answer.error), (200, None), str(answer))
    return answer.json


def test_what_a_template_describes_is_made():
    with start(project()) as lamb:
        env = ask(lamb, "Hello", do="env")
        same((env["WHO"], env["OTHER"], env["ARN"]), (
            "Ada", "Second", "arn:aws:lambda:us-east-1:000000000000:function:Second"))
        same(ask(lamb, "Hello:live", do="env")["AWS_LAMBDA_FUNCTION_VERSION"], "1")
        same(ask(lamb, "Second", do="env")["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "512")
        if os.environ.get("LAMB_ISOLATION") not in ("limits", "none"):
            same(ask(lamb, "Hello", do="read", path="/opt/shared")["text"], "from the layer")
        same(get(lamb, "/2019-09-30/functions/Hello/concurrency")
             ["ReservedConcurrentExecutions"], 5)
        same(get(lamb, "/2019-09-25/functions/Hello/event-invoke-config?Qualifier=live")
             ["MaximumRetryAttempts"], 1)
        same(get(lamb, "/2021-10-31/functions/Hello/url?Qualifier=live")["AuthType"], "NONE")
        policy = json.loads(get(lamb, "/2015-03-31/functions/Hello/policy?Qualifier=live")
                            ["Policy"])
        same(policy["Statement"][0]["Sid"], "FunctionURLAllowPublicAccess")
        mapping = get(lamb, "/2015-03-31/event-source-mappings")["EventSourceMappings"][0]
        same((mapping["EventSourceArn"], mapping["BatchSize"]),
             ("arn:aws:sqs:us-east-1:000000000000:Queue", 5))
        same(lamb.request("GET", "/2015-03-31/functions/Third").status, 404)
        contains(lamb.log, "not made: Queue (AWS::SQS::Queue)")
        contains(lamb.log, "not made: Tick of Hello (event Schedule)")


def test_a_second_start_brings_it_up_to_date():
    top = project()
    with start(top) as lamb:
        ask(lamb, "Hello:live", do="env")
        state = lamb.state
    with start(top, state=state) as lamb:
        same(ask(lamb, "Hello:live", do="env")["AWS_LAMBDA_FUNCTION_VERSION"], "1")
    with start(top, "--parameter-overrides", "Who=Bob", state=state) as lamb:
        env = ask(lamb, "Hello:live", do="env")
        same((env["WHO"], env["AWS_LAMBDA_FUNCTION_VERSION"]), ("Bob", "2"))
        same(ask(lamb, "Second", do="env")["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256")
        ask(lamb, "Third", do="echo")
        same(len(get(lamb, "/2015-03-31/event-source-mappings")["EventSourceMappings"]), 1)


def test_the_template_of_the_folder_is_found():
    top = project()
    ran = run_lamb("start", "--port", "0", "--ephemeral", "--ready-file",
                   "/nonexistent/ready", cwd=top)
    contains(ran.stderr, "not made: Queue")
    same(clean_environment().get("LAMB_TEMPLATE"), None)


def test_a_mistake_is_named_with_its_place():
    cases = {
        "      AutoPublishAlias: live": ("      AutoPublishAlia: live",
                                         "template.yaml:13:7: the resource 'Hello' has no property "
                                         "'AutoPublishAlia': did you mean 'AutoPublishAlias'?"),
        "CodeUri: code/}": ("CodeUri: missing/}", "the resource 'Hello'"),
        "!Ref Lib": ("!Ref Lip", "did you mean 'Lib'?"),
        "BatchSize: 5": ("BatchSize: many", "'BatchSize' is a number, not 'many'"),
    }
    for old, (new, text) in cases.items():
        same(old in TEMPLATE, True, old)
        ran = run_lamb("start", "--port", "0", "--ephemeral", "--template",
                       os.path.join(project(TEMPLATE.replace(old, new)), "template.yaml"))
        same(ran.code, 2, str(ran))
        contains(ran.stderr, text)


def test_a_flag_that_would_be_passed_over_is_refused():
    top = project()
    for flags in (["--env", "A=B"], ["--memory", "256"], ["-t", "5"], ["--name", "x"],
                  ["--layer", top], ["--log-format", "json"]):
        ran = run_lamb("start", "--port", "0", "--ephemeral", *flags, cwd=top)
        same(ran.code, 2, str(ran))
        contains(ran.stderr, "is of the code that is named on the command line")
    ran = run_lamb("start", "--port", "0", "--ephemeral", "--parameter-overrides", "Who=Bob")
    same(ran.code, 2, str(ran))
    contains(ran.stderr, "there is none here")


def test_a_start_without_anything_serves_what_is_stored():
    with Emulator() as lamb:
        same(get(lamb, "/2015-03-31/functions")["Functions"], [])
    missing = run_lamb("start", "--port", "0", "--ephemeral", "--template",
                       private_path("nowhere.yaml"))
    same(missing.code, 2)
    contains(missing.stderr, "cannot read the template")
