# SPDX-License-Identifier: Apache-2.0
"""Every constraint of every operation that we carry out, broken one at a time: the code,
the form of the message, and that nothing changed."""

import json
import re

import botocore
import botocore.exceptions
import clients
import violations
from fixture import limit
from proof import proved

FORM = re.compile(r"\d+ validation errors? detected: Value .* at '[\w.\[\]-]+' failed to "
                  r"satisfy constraint: (Member|Map value|Map keys) must .*", re.S)
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
NAME = {"FunctionName": "f"}
LAYER = {"LayerName": "l", "VersionNumber": 1}

# A request for each operation that keeps all constraints.
VALID = {
    "Invoke": NAME,
    "InvokeWithResponseStream": NAME,
    "CreateFunction": {"FunctionName": "new", "Role": clients.ROLE, "Runtime": "provided.al2023",
                       "Handler": "x", "Code": {"S3Bucket": "bucket", "S3Key": "key"}},
    "GetFunction": NAME,
    "GetFunctionConfiguration": NAME,
    "UpdateFunctionCode": {**NAME, "S3Bucket": "bucket", "S3Key": "key"},
    "UpdateFunctionConfiguration": {**NAME, "Description": "changed"},
    "DeleteFunction": NAME,
    "ListFunctions": {},
    "PublishVersion": NAME,
    "ListVersionsByFunction": NAME,
    "CreateAlias": {**NAME, "Name": "other", "FunctionVersion": "1"},
    "GetAlias": {**NAME, "Name": "live"},
    "UpdateAlias": {**NAME, "Name": "live", "FunctionVersion": "1"},
    "DeleteAlias": {**NAME, "Name": "live"},
    "ListAliases": NAME,
    "PublishLayerVersion": {"LayerName": "l", "Content": {"S3Bucket": "bucket", "S3Key": "key"}},
    "GetLayerVersion": LAYER,
    "GetLayerVersionByArn": {"Arn": "arn:aws:lambda:us-east-1:000000000000:layer:l:1"},
    "ListLayerVersions": {"LayerName": "l"},
    "ListLayers": {},
    "DeleteLayerVersion": LAYER,
    "PutFunctionConcurrency": {**NAME, "ReservedConcurrentExecutions": 5},
    "GetFunctionConcurrency": NAME,
    "DeleteFunctionConcurrency": NAME,
    "PutFunctionEventInvokeConfig": {**NAME, "MaximumRetryAttempts": 1},
    "UpdateFunctionEventInvokeConfig": {**NAME, "MaximumRetryAttempts": 1},
    "GetFunctionEventInvokeConfig": NAME,
    "ListFunctionEventInvokeConfigs": NAME,
    "DeleteFunctionEventInvokeConfig": NAME,
    "CreateEventSourceMapping": {**NAME, "EventSourceArn": QUEUE},
    "GetEventSourceMapping": {"UUID": "1"},
    "UpdateEventSourceMapping": {"UUID": "1", "BatchSize": 1},
    "DeleteEventSourceMapping": {"UUID": "1"},
    "ListEventSourceMappings": {},
    "CreateFunctionUrlConfig": {**NAME, "AuthType": "NONE"},
    "GetFunctionUrlConfig": NAME,
    "UpdateFunctionUrlConfig": {**NAME, "AuthType": "NONE"},
    "DeleteFunctionUrlConfig": NAME,
    "ListFunctionUrlConfigs": NAME,
    "AddPermission": {**NAME, "StatementId": "new", "Action": "lambda:InvokeFunction",
                      "Principal": "s3.amazonaws.com"},
    "GetPolicy": NAME,
    "RemovePermission": {**NAME, "StatementId": "s"},
    "TagResource": {"Resource": ARN, "Tags": {"a": "b"}},
    "UntagResource": {"Resource": ARN, "TagKeys": ["a"]},
    "ListTags": {"Resource": ARN},
    "GetAccountSettings": {},
    "GetFunctionCodeSigningConfig": NAME,
}


# Members that are answered with 501 whatever is in them (docs/parity.md).
UNSUPPORTED = {("DurableExecutionName",)}


def snapshot(api):
    """What there is, as text."""
    parts = [api.list_functions(FunctionVersion="ALL"), api.list_aliases(FunctionName="f"),
             api.list_layers(), api.list_tags(Resource=ARN), api.get_policy(FunctionName="f"),
             api.get_function_concurrency(FunctionName="f"), api.get_function(FunctionName="f"),
             api.list_event_source_mappings(),
             api.list_function_event_invoke_configs(FunctionName="f"),
             api.list_function_url_configs(FunctionName="f")]
    for part in parts:
        part.pop("ResponseMetadata", None)
        part.get("Code", {}).pop("Location", None)
    return json.dumps(parts, default=str, sort_keys=True)


def furnish(api):
    clients.create(api)
    api.publish_version(FunctionName="f")
    api.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    api.publish_layer_version(LayerName="l", Content={"ZipFile": clients.zipped(
        {"a": (b"a", 0o644)})})
    api.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunction",
                       Principal="s3.amazonaws.com")


def cannot_be_sent(model, violation):
    """No SDK can send a path without a part of it."""
    member = model.input_shape.members[violation.path[0]]
    return (len(violation.path) == 1 and member.serialization.get("location") == "uri"
            and violation.value in (violations.MISSING, ""))


def try_one(api, model, valid, violation):
    """None, or why the answer to this VIOLATION is wrong."""
    request = violations.broken(valid, violation)
    try:
        api._make_api_call(model.name, request)  # the model's own names, unchecked
    except botocore.exceptions.ClientError as error:
        got = error.response
        code = got["Error"]["Code"]
        status = got["ResponseMetadata"]["HTTPStatusCode"]
        if code == "NotImplemented" and violation.path in UNSUPPORTED:
            return None
        if status != 400 or code not in ("ValidationException",
                                         "InvalidParameterValueException"):
            return f"{status} {code}: {got['Error']['Message']}"
        if code == "ValidationException" and not FORM.fullmatch(got["Error"]["Message"]):
            return f"message: {got['Error']['Message']}"
        return None
    return "it was accepted"


def sweep(names):
    faults = []
    count = 0
    with clients.Service() as (_, checked):
        furnish(checked)
        api = clients.client(checked_lamb(checked), parameter_validation=False)
        proved("sdk", "botocore", botocore.__version__)
        before = snapshot(checked)
        for name in names:
            model = checked.meta.service_model.operation_model(name)
            for violation in violations.of_operation(model, VALID[name]):
                if cannot_be_sent(model, violation):
                    continue
                count += 1
                fault = try_one(api, model, VALID[name], violation)
                if fault:
                    faults.append(f"{name}: {violation}: {fault}")
                else:
                    proved("violation", name, violation)
            after = snapshot(checked)
            if after != before:
                faults.append(f"{name}: a refused request changed something")
                before = after
    if faults:
        raise AssertionError(f"{len(faults)} of {count} violations:\n" + "\n".join(faults))


def checked_lamb(api):
    """What clients.client wants of an emulator: its URL."""
    class Lamb:
        url = api.meta.endpoint_url
    return Lamb


FAMILIES = ("Function", "Alias", "Layer", "Mapping", "Url", "Invoke")


def family_of(name):
    for family in ("Alias", "Layer", "Mapping", "Url", "Invoke"):
        if family in name:
            return family
    return "Function"


def make(family):
    def test():
        sweep([name for name in VALID if family_of(name) == family])
    return limit(240)(test)


for one in FAMILIES:
    globals()[f"test_every_one_of_{one.lower()}_operations"] = make(one)
