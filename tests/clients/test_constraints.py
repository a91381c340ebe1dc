# SPDX-License-Identifier: Apache-2.0
"""Every constraint of every operation that we carry out, broken one at a time: the code,
the form of the message, and that nothing changed."""

import json
import os
import re

import botocore
import botocore.exceptions
import botocore.session
import clients
import violations
from clients import carried_out
from fixture import ROOT, limit, same
from proof import proved

FORM = re.compile(r"\d+ validation errors? detected: Value .* at '[\w.\[\]-]+' failed to "
                  r"satisfy constraint: (Member|Map value|Map keys) must .*", re.S)
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
NAME = {"FunctionName": "f"}
LAYER = {"LayerName": "l", "VersionNumber": 1}

# The members that our tables know.
with open(os.path.join(ROOT, "emulator", "api", "lambda_shapes.c"), encoding="utf-8") as tables:
    KNOWN = set(re.findall(r'\{\s*"(\w+)",\s*&shape_', tables.read()))

# A request for each operation that keeps all constraints.
VALID = {
    "Invoke": NAME,
    "InvokeWithResponseStream": NAME,
    "CreateFunction": {"FunctionName": "new", "Role": clients.ROLE, "Runtime": "provided.al2023",
                       "Handler": "x", "Code": {"ZipFile": clients.guest_zip()}},
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
    "InvokeAsync": {**NAME, "InvokeArgs": b"{}"},
    "AddLayerVersionPermission": {**LAYER, "StatementId": "new", "Principal": "*",
                                  "Action": "lambda:GetLayerVersion"},
    "GetLayerVersionPolicy": LAYER,
    "RemoveLayerVersionPermission": {**LAYER, "StatementId": "s"},
    "PutProvisionedConcurrencyConfig": {**NAME, "Qualifier": "1",
                                        "ProvisionedConcurrentExecutions": 1},
    "GetProvisionedConcurrencyConfig": {**NAME, "Qualifier": "1"},
    "ListProvisionedConcurrencyConfigs": NAME,
    "DeleteProvisionedConcurrencyConfig": {**NAME, "Qualifier": "1"},
    "GetFunctionRecursionConfig": NAME,
    "PutFunctionRecursionConfig": {**NAME, "RecursiveLoop": "Allow"},
    "GetRuntimeManagementConfig": NAME,
    "PutRuntimeManagementConfig": {**NAME, "UpdateRuntimeOn": "Auto"},
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
             api.list_function_url_configs(FunctionName="f"),
             api.list_provisioned_concurrency_configs(FunctionName="f"),
             api.get_function_recursion_config(FunctionName="f"),
             api.get_runtime_management_config(FunctionName="f"),
             api.list_layer_versions(LayerName="l"), api.get_layer_version_policy(**LAYER)]
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
    api.add_layer_version_permission(StatementId="s", Action="lambda:GetLayerVersion",
                                     Principal="*", **LAYER)
    api.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunction",
                       Principal="s3.amazonaws.com")


def cannot_be_sent(model, violation):
    """No SDK can send a path without a part of it; no body is an empty body."""
    name = violation.path[0]
    shape = model.input_shape
    is_whole = len(violation.path) == 1 and (
        shape.members[name].serialization.get("location") == "uri"
        or shape.serialization.get("payload") == name)
    return is_whole and violation.value in (violations.MISSING, "")


# What the message says of each kind.
WORDS = {"required": "must not be null", "minimum": "greater than or equal to",
         "maximum": "less than or equal to", "enum": "must satisfy enum value set",
         "pattern": "must satisfy regular expression pattern"}


# Refused in words of their own.
OWN_WORDS = {("Runtime",): "Value NotAValue at 'runtime' failed to satisfy constraint: Member must "
                           "satisfy enum value set: [",
             ("MemorySize",): "'MemorySize' value failed to satisfy constraint: Member must have "
                              "value less than or equal to 10240"}


def wrong_words(code, message, violation):
    """None when the message has the service's form and names the kind of constraint."""
    own = OWN_WORDS.get(violation.where)
    if own and code == "InvalidParameterValueException" and message.startswith(own):
        return None
    if code == "ValidationException" and FORM.fullmatch(message) and \
            WORDS[violation.kind] in message:
        return None
    return f"{code}: {message}"


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
        if status != 400:
            return f"{status} {code}: {got['Error']['Message']}"
        return wrong_words(code, got["Error"]["Message"], violation)
    return "it was accepted"


def is_newer(violation):
    """Whether it is of a member that came with a later release of the SDK than ours."""
    return not clients.is_recorded_sdk() and any(
        part not in KNOWN for part in violation.where if part[0] not in "[{")


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
                if cannot_be_sent(model, violation) or is_newer(violation):
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


def test_each_constraint_of_the_model_is_broken():
    """Beside the operations of VALID there are none that are carried out, and of each
    constraint that the model has for them there is a violation."""
    same(sorted(carried_out()), sorted(VALID))
    service = botocore.session.get_session().get_service_model("lambda")
    count, missing = 0, []
    for name, valid in VALID.items():
        model = service.operation_model(name)
        wanted = set(violations.constraints(model.input_shape)) if model.input_shape else set()
        made = {(v.where, v.kind) for v in violations.of_operation(model, valid)}
        same(made - wanted, set(), name)
        count += len(wanted)
        missing += [(name, ".".join(where), kind) for where, kind in wanted - made]
    if clients.is_recorded_sdk():  # a new pattern may fit every text that we know
        same(sorted(missing), [])
    same(count >= 700, True, count)


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
