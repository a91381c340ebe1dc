# SPDX-License-Identifier: Apache-2.0
"""Functions made, changed, published and deleted over the Lambda API."""

import base64
import hashlib
import io
import json
import os
import urllib.parse
import zipfile

from fixture import HERE, Emulator, contains, guest, matches, new_dir, same

ROLE = "arn:aws:iam::000000000000:role/r"
FUNCTIONS = "/2015-03-31/functions"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


def zip_of(files, mode=0o755):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as z:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            z.writestr(info, text)
    return data.getvalue()


def guest_zip(mark=""):
    with open(os.path.join(HERE, "guests", "guest.py"), encoding="utf-8") as f:
        return zip_of({"bootstrap": f.read(), "mark": mark})


def coded(data):
    return base64.b64encode(data).decode()


def call(lamb, method, path, body=None, want=200):
    answer = lamb.request(method, path, json.dumps(body) if body is not None else None)
    same(answer.status, want, f"{method} {path}: {answer}")
    return answer.json if answer.body else None


def settle(lamb):
    same(lamb.control("POST", "/clock/advance", {"by": "1s"}).status, 200)


def create(lamb, name="f", want=201, **more):
    body = {"FunctionName": name, "Runtime": "provided.al2023", "Role": ROLE,
            "Handler": "h", "Code": {"ZipFile": coded(guest_zip())},
            "Environment": {"Variables": {"LAMB_TEST_ID": os.environ["LAMB_TEST_ID"]}}}
    body.update(more)
    got = call(lamb, "POST", FUNCTIONS, body, want)
    if want == 201:
        settle(lamb)
    return got


def refused(lamb, method, path, body, status, code, message):
    """What is refused, and in which words; returns the answer."""
    answer = lamb.request(method, path, json.dumps(body) if body is not None else None)
    same((answer.status, answer.headers.get("x-amzn-errortype")), (status, code),
         f"{method} {path}: {answer}")
    text = answer.json.get("message", answer.json.get("Message"))
    same(text, message, f"{method} {path}")
    return answer


def test_a_function_is_created_pending_and_becomes_active():
    with Emulator(guest()) as lamb:
        code = guest_zip()
        made = call(lamb, "POST", FUNCTIONS, {
            "FunctionName": "f", "Runtime": "provided.al2023", "Role": ROLE,
            "Handler": "h", "Code": {"ZipFile": coded(code)}}, 201)
        same((made["State"], made["StateReason"], made["StateReasonCode"]),
             ("Pending", "The function is being created.", "Creating"))
        same("LastUpdateStatus" in made, False)
        same(made["CodeSha256"], coded(hashlib.sha256(code).digest()))
        same(made["CodeSize"], len(code))
        refused(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Timeout": 5}, 409,
                "ResourceConflictException",
                "The operation cannot be performed at this time. The function is "
                "currently in the following state: Pending")
        settle(lamb)
        now = call(lamb, "GET", f"{FUNCTIONS}/f/configuration")
        same((now["State"], now["LastUpdateStatus"]), ("Active", "Successful"))
        same("StateReason" in now, False)
        same(now["RevisionId"] == made["RevisionId"], False, "a new revision")
        matches(now["LastModified"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")


def test_an_update_is_in_progress_and_then_successful():
    with Emulator(guest()) as lamb:
        create(lamb)
        got = call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"MemorySize": 300})
        same((got["State"], got["LastUpdateStatus"], got["MemorySize"]),
             ("Active", "InProgress", 300))
        refused(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Timeout": 5}, 409,
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in "
                f"progress for resource: {ARN}f")
        settle(lamb)
        same(call(lamb, "GET", f"{FUNCTIONS}/f/configuration")["LastUpdateStatus"],
             "Successful")
        refused(lamb, "PUT", f"{FUNCTIONS}/f/configuration",
                {"Timeout": 5, "RevisionId": got["RevisionId"]}, 412,
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call "
                "the GetFunction/GetAlias API to retrieve the latest Revision Id")


def test_the_code_is_downloaded_as_it_came():
    with Emulator(guest()) as lamb:
        code = guest_zip("mine")
        create(lamb, Code={"ZipFile": coded(code)})
        where = call(lamb, "GET", f"{FUNCTIONS}/f")["Code"]["Location"]
        path = urllib.parse.urlparse(where).path
        same(lamb.request("GET", path).body, code)
        key = path.split("/")[3]
        same(lamb.request("GET", path.replace(key, "0" * 36)).status, 404)


def test_versions_do_not_change_and_are_not_published_twice():
    with Emulator(guest()) as lamb:
        create(lamb)
        same(call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)["FunctionArn"],
             ARN + "f:1")
        same(call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)["Version"], "1")
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Timeout": 9})
        settle(lamb)
        same(call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)["Version"], "2")
        same([(v["Version"], v["Timeout"]) for v in
              call(lamb, "GET", f"{FUNCTIONS}/f/versions")["Versions"]],
             [("$LATEST", 9), ("1", 3), ("2", 9)])
        env = json.loads(lamb.invoke("f", {"do": "env"}, qualifier="1").body)
        same(env["AWS_LAMBDA_FUNCTION_VERSION"], "1")
        call(lamb, "DELETE", f"{FUNCTIONS}/f?Qualifier=2", None, 204)
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Timeout": 8})
        settle(lamb)
        same(call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)["Version"], "3",
             "numbers are not used again")


def test_an_alias_leads_to_its_versions_by_weight():
    with Emulator(guest(), args=["--seed", "7"]) as lamb:
        create(lamb, Publish=True)
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Timeout": 9})
        settle(lamb)
        call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)
        alias = call(lamb, "POST", f"{FUNCTIONS}/f/aliases", {
            "Name": "live", "FunctionVersion": "1",
            "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}, 201)
        same(alias["AliasArn"], ARN + "f:live")
        seen = [lamb.invoke("f", {"do": "echo"}, qualifier="live")
                .headers["x-amz-executed-version"] for _ in range(16)]
        same(set(seen), {"1", "2"})
        call(lamb, "PUT", f"{FUNCTIONS}/f/aliases/live", {"RoutingConfig": {}})
        same({lamb.invoke("f", {"do": "echo"}, qualifier="live")
              .headers["x-amz-executed-version"] for _ in range(5)}, {"1"})
        refused(lamb, "DELETE", f"{FUNCTIONS}/f?Qualifier=$LATEST", None, 400,
                "InvalidParameterValueException",
                "$LATEST version cannot be deleted without deleting the function.")
        call(lamb, "DELETE", f"{FUNCTIONS}/f/aliases/live", None, 204)
        call(lamb, "DELETE", f"{FUNCTIONS}/f/aliases/live", None, 204)
        refused(lamb, "GET", f"{FUNCTIONS}/f/aliases/live", None, 404,
                "ResourceNotFoundException", f"Cannot find alias arn: {ARN}f:live")


def layer(lamb, name, files):
    return call(lamb, "POST", f"/2018-10-31/layers/{name}/versions",
                {"Content": {"ZipFile": coded(zip_of(files))}}, 201)


def test_a_later_layer_wins_and_outlives_its_deletion():
    with Emulator(guest()) as lamb:
        if "isolation full" not in lamb.log:
            return  # without mounts there is one folder for /opt
        one = layer(lamb, "one", {"both": "1", "one": "1"})["LayerVersionArn"]
        two = layer(lamb, "two", {"both": "2", "two": "2"})["LayerVersionArn"]
        create(lamb, Layers=[one, two])
        call(lamb, "DELETE", "/2018-10-31/layers/two/versions/1", None, 204)
        call(lamb, "DELETE", "/2018-10-31/layers/two/versions/1", None, 204)
        got = lamb.ask("read", "f", path="/opt/both").json
        same(got, {"text": "2"})
        same(layer(lamb, "two", {"x": "3"})["Version"], 2, "numbers are not used again")
        same([x["Arn"] for x in
              call(lamb, "GET", f"{FUNCTIONS}/f/configuration")["Layers"]], [one, two])


def test_pages_hold_as_many_as_asked_for():
    with Emulator(guest()) as lamb:
        for name in ("b", "a", "c"):
            create(lamb, name)
        names, marker = [], ""
        while marker is not None:
            page = call(lamb, "GET", f"{FUNCTIONS}?MaxItems=2{marker}")
            names.append([f["FunctionName"] for f in page["Functions"]])
            marker = f"&Marker={page['NextMarker']}" if "NextMarker" in page else None
        same(names, [["a", "b"], ["c", "guest"]])


def test_a_deleted_function_is_gone_with_all_that_is_its():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True, Tags={"a": "b"})
        call(lamb, "POST", f"{FUNCTIONS}/f/aliases",
             {"Name": "live", "FunctionVersion": "1"}, 201)
        call(lamb, "PUT", "/2017-10-31/functions/f/concurrency",
             {"ReservedConcurrentExecutions": 3})
        call(lamb, "DELETE", f"{FUNCTIONS}/f", None, 204)
        refused(lamb, "GET", f"{FUNCTIONS}/f", None, 404, "ResourceNotFoundException",
                f"Function not found: {ARN}f")
        refused(lamb, "GET", f"{FUNCTIONS}/f?Qualifier=live", None, 404,
                "ResourceNotFoundException", f"Function not found: {ARN}f:live")
        create(lamb)
        got = call(lamb, "GET", f"{FUNCTIONS}/f")
        same(("Tags" in got, "Concurrency" in got), (False, False))
        same(call(lamb, "GET", f"{FUNCTIONS}/f/aliases")["Aliases"], [])


CREATE_REFUSALS = [
    ({"Role": "r1"}, 400, "ValidationException",
     "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: "
     "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"),
    ({"Runtime": "go1.x"}, 400, "InvalidParameterValueException",
     "The runtime parameter of go1.x is no longer supported for creating or updating AWS "
     "Lambda functions. We recommend you use a supported runtime while creating or "
     "updating functions."),
    ({"Code": {"ZipFile": coded(b"no zip")}}, 400, "InvalidParameterValueException",
     "Could not unzip uploaded file. Please check your file, then try to upload again."),
    ({"Code": {"S3Bucket": "none", "S3Key": "k"}}, 400, "InvalidParameterValueException",
     "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The "
     "specified bucket does not exist"),
    ({"FunctionName": "n" * 65}, 400, "InvalidParameterValueException",
     f"1 validation error detected: Value '{'n' * 65}' at 'functionName' failed to "
     "satisfy constraint: Member must have length less than or equal to 64"),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, 400,
     "InvalidParameterValueException",
     "Lambda was unable to configure your environment variables because the environment "
     "variables you have provided contains reserved keys that are currently not "
     "supported for modification. Reserved keys used in this request: AWS_REGION"),
    ({"Environment": {"Variables": {"LARGE_VAR": "x" * 4096}}}, 400,
     "InvalidParameterValueException",
     "Lambda was unable to configure your environment variables because the environment "
     "variables you have provided exceeded the 4KB limit. String measured: "
     '{"LARGE_VAR":"' + "x" * 4096 + '"}'),
    ({"LoggingConfig": {"LogFormat": "Text", "SystemLogLevel": "INFO"}}, 400,
     "InvalidParameterValueException",
     'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from '
     'your request or change the LogFormat to "JSON" and try again.'),
    ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, 400,
     "InvalidParameterValueException",
     "provided.al2023 is not supported for SnapStart enabled functions."),
    ({"Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:l:9"]}, 400,
     "InvalidParameterValueException",
     "Layer version arn:aws:lambda:us-east-1:000000000000:layer:l:9 does not exist."),
    ({"Layers": ["arn:aws:lambda:eu-west-1:000000000000:layer:l:9"]}, 400,
     "InvalidParameterValueException",
     "Layers are not in the same region as the function. Layers are expected to be in "
     "region us-east-1."),
    ({"FunctionName": "guest"}, 409, "ResourceConflictException",
     "Function already exist: guest"),
    ({"MemorySize": 20000}, 400, "InvalidParameterValueException",
     "'MemorySize' value failed to satisfy constraint: Member must have value less than "
     "or equal to 10240"),
    ({"PackageType": "Image", "Code": {"ImageUri": "x"}}, 400,
     "InvalidParameterValueException",
     "Container images (PackageType Image) are not supported by this emulator"),
]


def test_what_is_refused_is_refused_in_the_words_of_the_service():
    with Emulator(guest()) as lamb:
        before = call(lamb, "GET", FUNCTIONS)
        for change, status, code, message in CREATE_REFUSALS:
            body = {"FunctionName": "f", "Runtime": "provided.al2023", "Role": ROLE,
                    "Handler": "h", "Code": {"ZipFile": coded(guest_zip())}, **change}
            refused(lamb, "POST", FUNCTIONS, body, status, code, message)
        same(call(lamb, "GET", FUNCTIONS), before, "nothing changed")


def test_code_comes_from_a_folder_named_as_a_bucket():
    bucket = new_dir("bucket")
    with open(os.path.join(bucket, "code.zip"), "wb") as f:
        f.write(guest_zip())
    with open(os.path.join(os.path.dirname(bucket), "outside.zip"), "wb") as f:
        f.write(guest_zip())
    with Emulator(guest(), args=["--bucket", f"things={bucket}"]) as lamb:
        create(lamb, Code={"S3Bucket": "things", "S3Key": "code.zip"})
        lamb.ask("echo", "f")
        for key in ("none.zip", "../outside.zip", "/etc/passwd", "a/../../outside.zip"):
            refused(lamb, "PUT", f"{FUNCTIONS}/f/code",
                    {"S3Bucket": "things", "S3Key": key}, 400,
                    "InvalidParameterValueException",
                    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error "
                    "Message: The specified key does not exist.")
        answer = lamb.request("PUT", f"{FUNCTIONS}/f/code", json.dumps(
            {"S3Bucket": "things", "S3Key": "code.zip", "S3ObjectVersion": "1"}))
        same(answer.status, 400)
        contains(answer.json["message"], "S3ObjectVersion is not supported")


def test_new_code_has_a_new_revision_whatever_changed_before():
    with Emulator(guest()) as lamb:
        create(lamb)
        settle(lamb)
        call(lamb, "POST", f"{FUNCTIONS}/f/policy",
             {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}, 201)
        touched = call(lamb, "GET", f"{FUNCTIONS}/f/configuration")["RevisionId"]
        call(lamb, "PUT", f"{FUNCTIONS}/f/code",
             {"ZipFile": coded(guest_zip("2")), "Publish": True, "RevisionId": touched})
        settle(lamb)
        same(call(lamb, "GET", f"{FUNCTIONS}/f/configuration")["RevisionId"] == touched, False)
        call(lamb, "PUT", f"{FUNCTIONS}/f/code",
             {"ZipFile": coded(guest_zip("3")), "RevisionId": touched}, 412)


def test_a_bootstrap_for_another_processor_is_refused():
    elf = bytearray(64)
    elf[:6] = b"\x7fELF\x02\x01"
    elf[18] = 183  # aarch64
    with Emulator(guest()) as lamb:
        answer = lamb.request("POST", FUNCTIONS, json.dumps({
            "FunctionName": "f", "Runtime": "provided.al2023", "Role": ROLE,
            "Handler": "h", "Architectures": ["x86_64"],
            "Code": {"ZipFile": coded(zip_of({"bootstrap": bytes(elf)}))}}))
        same(answer.status, 400)
        contains(answer.json["message"], "is built for arm64")


def test_every_form_of_a_name_finds_the_function():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True)
        for name in ("f", ARN + "f", "000000000000:function:f", "function:f",
                     "us-east-1:000000000000:function:f"):
            got = call(lamb, "GET",
                       f"{FUNCTIONS}/{urllib.parse.quote(name, safe='')}/configuration")
            same(got["FunctionArn"], ARN + "f", name)
        got = call(lamb, "GET", f"{FUNCTIONS}/f%3A1/configuration")
        same(got["FunctionArn"], ARN + "f:1")
        refused(lamb, "GET", f"{FUNCTIONS}/f%3A1?Qualifier=2", None, 400,
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the "
                "specified qualifier.")
        refused(lamb, "GET", f"{FUNCTIONS}/"
                + urllib.parse.quote(ARN.replace("us-east-1", "eu-west-1") + "f"), None,
                404, "ResourceNotFoundException",
                "Functions from 'eu-west-1' are not reachable in this region "
                "('us-east-1')")


def test_functions_versions_and_aliases_survive_kill_9():
    lamb = Emulator(guest())
    create(lamb, Publish=True, Tags={"a": "b"})
    call(lamb, "POST", f"{FUNCTIONS}/f/aliases",
         {"Name": "live", "FunctionVersion": "1"}, 201)
    one = layer(lamb, "one", {"x": "1"})["LayerVersionArn"]
    call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Layers": [one]})
    before = [call(lamb, "GET", path) for path in
              (f"{FUNCTIONS}/f/versions", f"{FUNCTIONS}/f/aliases", "/2018-10-31/layers")]
    lamb.kill()
    with Emulator(guest("other"), state=lamb.state) as again:
        after = [call(again, "GET", path) for path in
                 (f"{FUNCTIONS}/f/versions", f"{FUNCTIONS}/f/aliases",
                  "/2018-10-31/layers")]
        same(after, before)
        same(call(again, "GET", f"{FUNCTIONS}/f")["Tags"], {"a": "b"})
        same(again.invoke("f", {"do": "echo"}, qualifier="live").status, 200)
