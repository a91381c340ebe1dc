# SPDX-License-Identifier: Apache-2.0
"""What hangs on functions: permissions, tags, URLs, mappings, asynchronous settings."""

import http.client
import json
import os
import re
import sqlite3
import threading
import time
import urllib.parse

from fixture import (Emulator, contains, guest, matches, new_dir, run_lamb, same,
                     wait_until, write_file)
from test_functions import ARN, FUNCTIONS, call, create, layer, refused, settle

POLICY = "/2015-03-31/functions/guest/policy"
INVOKE_CONFIG = "/2019-09-25/functions/guest/event-invoke-config"
URL = "/2021-10-31/functions/guest/url"
MAPPINGS = "/2015-03-31/event-source-mappings"
TAGS = "/2017-03-31/tags/" + urllib.parse.quote(ARN + "guest", safe="")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s"


def stored(lamb, kind):
    """The keys of the documents of a kind, as one text."""
    db = sqlite3.connect(os.path.join(lamb.state, "state.db"))
    try:
        return "\n".join(key for (key,) in db.execute("SELECT key FROM documents")
                         if kind in key)
    finally:
        db.close()


EFS = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0"


def test_a_file_system_is_the_folder_that_was_named_for_it():
    folder = new_dir("efs")
    os.chmod(folder, 0o777)
    write_file(os.path.join(folder, "word"), "from the host")
    configs = [{"Arn": EFS, "LocalMountPath": "/mnt/data"}]
    with Emulator(args=["--file-system", f"{EFS}={folder}"]) as lamb:
        same(create(lamb, FileSystemConfigs=configs)["FileSystemConfigs"], configs)
        answer = lamb.invoke("f", {"do": "read", "path": "/mnt/data/word"})
        if not re.search(r"isolation (full|rootless)", lamb.log):
            contains(answer.body.decode(), "use level full or rootless")
            return
        same(answer.json, {"text": "from the host"})
        code = "result = open('/mnt/data/mine', 'w').write('from the function')"
        same(lamb.invoke("f", {"do": "python", "code": code}).json, 17)
        with open(os.path.join(folder, "mine"), encoding="utf-8") as f:
            same(f.read(), "from the function")
        same(call(lamb, "GET", FUNCTIONS + "/f/configuration")["FileSystemConfigs"], configs)


def test_a_file_system_without_a_folder_is_not_there_and_the_log_says_so():
    with Emulator() as lamb:
        create(lamb, FileSystemConfigs=[{"Arn": EFS, "LocalMountPath": "/mnt/data"}])
        code = "import os\nresult = os.path.exists('/mnt/data')"
        same(lamb.invoke("f", {"do": "python", "code": code}).json, False)
        lamb.wait_log(rf"f: no folder stands for the file system {EFS}: start lamb with "
                      rf"--file-system {EFS}=DIR")


def test_a_file_system_s_folder_has_to_be_named_with_its_arn():
    ran = run_lamb("start", "--port", "0", "--file-system", "/srv/data", "--", "/bin/true")
    same(ran.code, 2, repr(ran))
    contains(ran.stderr, "--file-system takes ARN=DIR, not '/srv/data'")


def test_a_policy_is_built_of_statements():
    ask = {"StatementId": "s3", "Action": "lambda:InvokeFunction",
           "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::b",
           "SourceAccount": "111111111111"}
    with Emulator(guest()) as lamb:
        refused(lamb, "GET", POLICY, None, 404, "ResourceNotFoundException",
                "The resource you requested does not exist.")
        made = json.loads(call(lamb, "POST", POLICY, ask, 201)["Statement"])
        same(made, {"Sid": "s3", "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "lambda:InvokeFunction", "Resource": ARN + "guest",
                    "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"},
                                  "StringEquals": {"AWS:SourceAccount": "111111111111"}}})
        refused(lamb, "POST", POLICY, ask, 409, "ResourceConflictException",
                "The statement id (s3) provided already exists. Please provide a new "
                "statement id, or remove the existing statement.")
        refused(lamb, "POST", POLICY, {**ask, "StatementId": "x", "Principal": "nobody"},
                400, "InvalidParameterValueException",
                "The provided principal was invalid. Please check the principal and try "
                "again.")
        refused(lamb, "POST", POLICY, {**ask, "StatementId": "example.com"}, 400,
                "ValidationException",
                "1 validation error detected: Value 'example.com' at 'statementId' failed "
                "to satisfy constraint: Member must satisfy regular expression pattern: "
                "([a-zA-Z0-9-_]+)")
        got = call(lamb, "GET", POLICY)
        same(json.loads(got["Policy"]), {"Version": "2012-10-17", "Id": "default",
                                         "Statement": [made]})
        matches(got["RevisionId"], r"^[0-9a-f-]{36}$")
        refused(lamb, "DELETE", POLICY + "/none", None, 404, "ResourceNotFoundException",
                "Statement none is not found in resource policy.")
        call(lamb, "DELETE", POLICY + "/s3", None, 204)
        refused(lamb, "DELETE", POLICY + "/s3", None, 404, "ResourceNotFoundException",
                "No policy is associated with the given resource.")


def test_a_layer_version_has_a_policy_too():
    with Emulator(guest()) as lamb:
        layer(lamb, "l", {"a": "b"})
        path = "/2018-10-31/layers/l/versions/1/policy"
        ask = {"StatementId": "all", "Action": "lambda:GetLayerVersion",
               "Principal": "*"}
        made = call(lamb, "POST", path, ask, 201)
        same(json.loads(made["Statement"])["Principal"], "*")
        same(call(lamb, "GET", path)["RevisionId"], made["RevisionId"])
        call(lamb, "DELETE", path + "/all", None, 204)
        refused(lamb, "POST", "/2018-10-31/layers/l/versions/2/policy", ask, 404,
                "ResourceNotFoundException", "Layer version arn:aws:lambda:us-east-1:"
                "000000000000:layer:l:2 does not exist.")


def test_tags_are_added_and_removed():
    with Emulator(guest()) as lamb:
        before = call(lamb, "GET", f"{FUNCTIONS}/guest/configuration")["RevisionId"]
        call(lamb, "POST", TAGS, {"Tags": {"a": "1", "b": "2", "c d": "3"}}, 204)
        same(before == call(lamb, "GET", f"{FUNCTIONS}/guest/configuration")
             ["RevisionId"], False, "a new revision")
        call(lamb, "DELETE", TAGS + "?tagKeys=a&tagKeys=c+d", None, 204)
        same(call(lamb, "GET", TAGS), {"Tags": {"b": "2"}})
        refused(lamb, "POST", TAGS, {"Tags": {}}, 400, "InvalidParameterValueException",
                "An error occurred and the request cannot be processed.")
        refused(lamb, "POST", TAGS, {"Tags": {f"k{i}": "" for i in range(50)}}, 400,
                "InvalidParameterValueException",
                "Number of tags exceeds resource tag limit.")
        refused(lamb, "DELETE", TAGS, None, 400, "ValidationException",
                "1 validation error detected: Value null at 'tagKeys' failed to satisfy "
                "constraint: Member must not be null")
        refused(lamb, "GET", TAGS + "%3A1", None, 400, "InvalidParameterValueException",
                "Tags on function aliases and versions are not supported. Please specify "
                "a function ARN.")


def test_asynchronous_settings_are_replaced_and_merged():
    with Emulator(guest()) as lamb:
        refused(lamb, "PUT", INVOKE_CONFIG, {}, 400, "InvalidParameterValueException",
                "You must specify at least one of error handling or destination setting.")
        refused(lamb, "GET", INVOKE_CONFIG, None, 404, "ResourceNotFoundException",
                f"The function {ARN}guest:$LATEST doesn't have an EventInvokeConfig")
        got = call(lamb, "PUT", INVOKE_CONFIG, {"MaximumRetryAttempts": 0})
        same(got["FunctionArn"], ARN + "guest:$LATEST")
        same(got["DestinationConfig"], {"OnSuccess": {}, "OnFailure": {}})
        same(isinstance(got["LastModified"], float), True)
        got = call(lamb, "POST", INVOKE_CONFIG,
                   {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}})
        same((got["MaximumRetryAttempts"], got["DestinationConfig"]),
             (0, {"OnSuccess": {}, "OnFailure": {"Destination": QUEUE}}))
        got = call(lamb, "PUT", INVOKE_CONFIG, {"MaximumEventAgeInSeconds": 60})
        same(("MaximumRetryAttempts" in got, got["DestinationConfig"]["OnFailure"]),
             (False, {}))
        refused(lamb, "PUT", INVOKE_CONFIG,
                {"DestinationConfig": {"OnSuccess": {"Destination": ARN + "guest"}}}, 400,
                "InvalidParameterValueException",
                "You can't specify the function as a destination for itself.")
        same(len(call(lamb, "GET", INVOKE_CONFIG + "/list")
                 ["FunctionEventInvokeConfigs"]), 1)
        call(lamb, "DELETE", INVOKE_CONFIG, None, 204)
        same(call(lamb, "GET", INVOKE_CONFIG + "/list"),
             {"FunctionEventInvokeConfigs": []})


def test_a_url_configuration_is_kept():
    with Emulator(guest()) as lamb:
        refused(lamb, "GET", URL, None, 404, "ResourceNotFoundException",
                "The resource you requested does not exist.")
        made = call(lamb, "POST", URL, {"AuthType": "NONE"}, 201)
        matches(made["FunctionUrl"],
                r"^https://[0-9a-z]{32}\.lambda-url\.us-east-1\.on\.aws/$")
        same("InvokeMode" in made, False)
        same(call(lamb, "GET", URL)["InvokeMode"], "BUFFERED")
        refused(lamb, "POST", URL, {"AuthType": "NONE"}, 409, "ResourceConflictException",
                f"Failed to create function url config for [functionArn = {ARN}guest]. "
                "Error message:  FunctionUrlConfig exists for this Lambda function")
        refused(lamb, "PUT", URL, {"InvokeMode": "UNKNOWN"}, 400, "ValidationException",
                "1 validation error detected: Value 'UNKNOWN' at 'invokeMode' failed to "
                "satisfy constraint: Member must satisfy enum value set: "
                "[RESPONSE_STREAM, BUFFERED]")
        got = call(lamb, "PUT", URL, {"Cors": {"AllowOrigins": ["*"]}})
        same(got["Cors"], {"AllowOrigins": ["*"]})
        same(len(call(lamb, "GET", URL + "s")["FunctionUrlConfigs"]), 1)
        call(lamb, "DELETE", URL, None, 204)


def test_a_mapping_goes_through_its_states():
    with Emulator(guest()) as lamb:
        made = call(lamb, "POST", MAPPINGS, {"FunctionName": "guest",
                                             "EventSourceArn": QUEUE}, 202)
        same((made["State"], made["BatchSize"], made["FunctionArn"]),
             ("Creating", 10, ARN + "guest"))
        path = f"{MAPPINGS}/{made['UUID']}"
        settle(lamb)
        same(call(lamb, "GET", path)["State"], "Enabled")
        refused(lamb, "POST", MAPPINGS, {"FunctionName": "guest",
                                         "EventSourceArn": QUEUE}, 409,
                "ResourceConflictException",
                f'An event source mapping with SQS arn (" {QUEUE} ") and function '
                '(" guest ") already exists. Please update or delete the existing '
                f"mapping with UUID {made['UUID']}")
        idle = call(lamb, "POST", MAPPINGS, {"FunctionName": "guest", "Enabled": False,
                                             "EventSourceArn": QUEUE + "2"}, 202)
        same(idle["State"], "Disabled", "without any moment before that")
        changed = call(lamb, "PUT", f"{MAPPINGS}/{idle['UUID']}", {"BatchSize": 2}, 202)
        same((changed["State"], changed["BatchSize"]), ("Updating", 2))
        same(call(lamb, "PUT", path, {"Enabled": False}, 202)["State"], "Disabling")
        settle(lamb)
        same(call(lamb, "GET", path)["State"], "Disabled")
        same(call(lamb, "DELETE", path, None, 202)["State"], "Deleting")
        settle(lamb)
        refused(lamb, "GET", path, None, 404, "ResourceNotFoundException",
                "The resource you requested does not exist.")
        gone = urllib.parse.quote(f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:"
                                  f"{path.rsplit('/', 1)[1]}", safe="")
        same(lamb.request("GET", "/2017-03-31/tags/" + gone).status, 404)
        same([m["UUID"] for m in call(lamb, "GET", MAPPINGS)["EventSourceMappings"]],
             [idle["UUID"]])
        # What is gone is not kept for ever: the next change takes it out of the store.
        call(lamb, "DELETE", f"{MAPPINGS}/{idle['UUID']}", None, 202)
        kept = stored(lamb, "mapping")
        same((idle["UUID"] in kept, path.rsplit("/", 1)[1] in kept), (True, False), kept)


def test_a_mapping_that_cannot_be_is_refused():
    ipv = "InvalidParameterValueException"
    batch = ("Maximum batch window in seconds must be greater than 0 if maximum batch "
             "size is greater than 10")
    rows = [
        ({}, ipv, "Unrecognized event source."),
        ({"FunctionName": "none", "EventSourceArn": QUEUE}, ipv,
         "Function does not exist"),
        ({"EventSourceArn": STREAM}, ipv,
         "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
         "constraint: Member must not be null."),
        ({"EventSourceArn": STREAM, "StartingPosition": "invalid"}, "ValidationException",
         "1 validation error detected: Value 'invalid' at 'startingPosition' failed to "
         "satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, "
         "TRIM_HORIZON]"),
        ({"EventSourceArn": QUEUE, "BatchSize": 11}, ipv, batch),
        ({"EventSourceArn": QUEUE, "FilterCriteria": {"Filters": [{"Pattern": "x"}]}}, ipv,
         "Invalid filter pattern definition."),
    ]
    with Emulator(guest()) as lamb:
        for change, code, message in rows:
            refused(lamb, "POST", MAPPINGS, {"FunctionName": "guest", **change}, 400, code,
                    message)
        same(call(lamb, "GET", MAPPINGS)["EventSourceMappings"], [])


def test_what_is_set_on_a_function_survives_kill_9():
    lamb = Emulator(guest())
    create(lamb)
    paths = (POLICY.replace("guest", "f"), TAGS.replace("guest", "f"),
             URL.replace("guest", "f"), "/2024-08-31/functions/f/recursion-config",
             "/2021-07-20/functions/f/runtime-management-config")
    call(lamb, "POST", paths[0], {"StatementId": "a", "Principal": "*",
                                  "Action": "lambda:InvokeFunction"}, 201)
    call(lamb, "POST", paths[1], {"Tags": {"a": "1"}}, 204)
    call(lamb, "POST", paths[2], {"AuthType": "NONE"}, 201)
    call(lamb, "PUT", paths[3], {"RecursiveLoop": "Allow"})
    call(lamb, "PUT", paths[4], {"UpdateRuntimeOn": "FunctionUpdate"})
    before = [call(lamb, "GET", path) for path in paths]
    same((before[3], before[4]["UpdateRuntimeOn"]),
         ({"RecursiveLoop": "Allow"}, "FunctionUpdate"))
    lamb.kill()
    with Emulator(guest("other"), state=lamb.state) as again:
        same([call(again, "GET", path) for path in paths], before)


def test_reset_forgets_what_a_stopped_emulator_kept():
    with Emulator(guest()) as lamb:
        create(lamb)
        ran = run_lamb("reset", "--state", lamb.state)
        same(ran.code, 7, f"while it runs: {ran}")
        call(lamb, "GET", f"{FUNCTIONS}/f")
    write_file(os.path.join(lamb.state, "mine"), "stays")
    ran = run_lamb("reset", "--state", lamb.state)
    same((ran.code, ran.stdout, ran.stderr), (0, b"", ""))
    same(sorted(os.listdir(lamb.state)), ["mine"])
    with Emulator(guest("other"), state=lamb.state) as again:
        same([f["FunctionName"] for f in call(again, "GET", FUNCTIONS)["Functions"]],
             ["other"])
    same(run_lamb("reset", "--state", lamb.state + "-none").code, 0, "nothing is there")


def test_what_is_answered_survives_kill_9_and_the_rest_is_whole_or_not():
    """Killed in the middle of many calls: each is there whole, or not at all."""
    for wait in (0.01, 0.05, 0.12):
        lamb = Emulator(guest())
        answered = []

        def work():
            for i in range(1000):
                try:
                    create(lamb, f"k{i}", Publish=True, Tags={"n": str(i)})
                except (OSError, AssertionError, http.client.HTTPException):
                    return
                answered.append(i)

        thread = threading.Thread(target=work)
        thread.start()
        wait_until("the first answer", lambda: answered)
        time.sleep(wait)
        lamb.kill()
        thread.join()
        with Emulator(guest("other"), state=lamb.state) as again:
            names = {f["FunctionName"] for f in
                     call(again, "GET", FUNCTIONS)["Functions"]} - {"guest", "other"}
            same({f"k{i}" for i in answered} - names, set(), "answered and lost")
            for name in names:
                got = call(again, "GET", f"{FUNCTIONS}/{name}")
                same(got["Tags"], {"n": name[1:]})
                same([v["Version"] for v in call(
                    again, "GET", f"{FUNCTIONS}/{name}/versions")["Versions"]],
                    ["$LATEST", "1"])
