# SPDX-License-Identifier: Apache-2.0
"""clients - an emulator as boto3 sees it, with every answer held against the SDK's own
model of the service, and code for functions."""

import io
import json
import os
import zipfile

import boto3
import botocore.config
import botocore.exceptions
import botocore.validate
from fixture import HERE as INTEGRATION
from fixture import Emulator, same

ROLE = "arn:aws:iam::000000000000:role/lambda-role"
REGION = "us-east-1"


def zipped(files):
    """A zip of {NAME: (bytes, mode)}, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, (data, mode) in sorted(files.items()):
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.external_attr = (0o100000 | mode) << 16
            z.writestr(info, data)
    return out.getvalue()


def guest_zip(**more):
    """The guest runtime (integration/guests) and further files NAME=text."""
    with open(os.path.join(INTEGRATION, "guests", "guest.py"), "rb") as f:
        files = {"bootstrap": (f.read(), 0o755)}
    files.update({name: (text.encode(), 0o644) for name, text in more.items()})
    return zipped(files)


class ModelError(AssertionError):
    """An answer is not what the SDK's model of the service says."""


def check_members(shape, value, path):
    """Every member of the JSON VALUE is in SHAPE: botocore drops others in silence."""
    if value is None:
        raise ModelError(f"{path} is null")
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): member
                 for name, member in shape.members.items()}
        for name, inner in value.items():
            if name not in names:
                raise ModelError(f"{path}.{name} is not in the model of {shape.name}")
            check_members(names[name], inner, f"{path}.{name}")
    elif shape.type_name == "list":
        for i, inner in enumerate(value):
            check_members(shape.member, inner, f"{path}[{i}]")
    elif shape.type_name == "map":
        for key, inner in value.items():
            check_members(shape.value, inner, f"{path}[{key}]")
    elif getattr(shape, "enum", None) and value not in shape.enum and \
            (shape.name, value) not in EXPECTED_VALUES:
        raise ModelError(f"{path} is {value!r}, not one of {shape.enum}")


def check_answer(http_response, parsed, model, **_):
    """Hold one answer against the model; botocore calls this for every one."""
    shape = model.output_shape
    status = http_response.status_code
    if status >= 300:
        for name in ("Code", "Message"):
            if name not in parsed.get("Error", {}):
                raise ModelError(f"{model.name}: an error without {name}: {parsed}")
        return
    wanted = model.http.get("responseCode")
    if wanted and status != wanted and (model.name, status) not in EXPECTED_STATUS:
        raise ModelError(f"{model.name}: status {status}, the model says {wanted}")
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    if not payload and http_response.content:
        check_members(shape, json.loads(http_response.content), model.name)
    plain = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    if not payload:
        report = botocore.validate.ParamValidator().validate(plain, shape)
        if report.has_errors() and model.name not in EXPECTED_INCOMPLETE:
            raise ModelError(f"{model.name}: {report.generate_report()}")


# What the service does although its model says otherwise (recorded).
EXPECTED_INCOMPLETE = {"GetFunctionCodeSigningConfig"}  # nothing is attached
EXPECTED_VALUES = {("LastUpdateStatusReasonCode", "Creating")}
EXPECTED_STATUS = {("DeleteFunction", 204), ("Invoke", 202), ("Invoke", 204)}


def client(lamb, **config):
    """A boto3 client whose every answer is checked."""
    config.setdefault("retries", {"max_attempts": 0})
    made = boto3.session.Session().client(
        "lambda", region_name=REGION, endpoint_url=lamb.url,
        aws_access_key_id="test", aws_secret_access_key="test",
        config=botocore.config.Config(**config))
    made.meta.events.register("after-call.lambda", check_answer)
    return made


class Service:
    """`lamb start` without functions, and a client: with Service() as (lamb, api)."""

    def __init__(self, *args, **options):
        options.setdefault("held", False)
        self.lamb = Emulator(args=args, **options)

    def __enter__(self):
        return self.lamb.__enter__(), client(self.lamb)

    def __exit__(self, *what):
        return self.lamb.__exit__(*what)


def create(api, name="f", code=None, wait=True, **more):
    members = {"FunctionName": name, "Role": ROLE, "Runtime": "provided.al2023",
               "Handler": "bootstrap", "Timeout": 10,
               "Code": {"ZipFile": code or guest_zip()}, **more}
    answer = api.create_function(**members)
    if wait:
        api.get_waiter("function_active_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    return answer


def settle(api, name="f"):
    api.get_waiter("function_updated_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})


def ask(api, do="echo", name="f", **more):
    """Invoke the guest; what it answers."""
    qualifier = {"Qualifier": more.pop("Qualifier")} if "Qualifier" in more else {}
    answer = api.invoke(FunctionName=name, Payload=json.dumps({"do": do, **more}),
                        **qualifier)
    same((answer["StatusCode"], answer.get("FunctionError")), (200, None), do)
    return json.loads(answer["Payload"].read())


def refused(call, code, message=None, status=None):
    """CALL raises a ClientError with this code, and message and status when given."""
    try:
        call()
    except botocore.exceptions.ClientError as error:
        got = error.response
        same(got["Error"]["Code"], code, got["Error"]["Message"])
        if message is not None:
            same(got["Error"]["Message"], message)
        if status is not None:
            same(got["ResponseMetadata"]["HTTPStatusCode"], status)
        return got
    raise AssertionError(f"nothing was refused; {code} was expected")
