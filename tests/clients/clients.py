# SPDX-License-Identifier: Apache-2.0
"""clients - an emulator as boto3 sees it, with every answer held against the SDK's own
model of the service, and code for functions."""

import io
import json
import os
import re
import zipfile

import answers
import boto3
import botocore
import botocore.config
import botocore.exceptions
from fixture import HERE as INTEGRATION
from fixture import ROOT, Emulator, same, wait_until
from proof import proved

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


def check_answer(http_response, parsed, model, **_):
    """Hold one answer to boto3 against the model; botocore calls this for every one."""
    answers.check(http_response, parsed, model)
    if http_response.status_code < 300:
        proved("success", model.name, "boto3")


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


def settle_mapping(api, uuid):
    wait_until("the mapping to settle", lambda: api.get_event_source_mapping(
        UUID=uuid)["State"] in ("Enabled", "Disabled"))


def carried_out():
    """The names of the operations that the emulator carries out."""
    return {name for name, run in OPERATIONS.items() if run != "NULL"}


def operations():
    """The names of all that it knows."""
    return set(OPERATIONS)


def is_recorded_sdk():
    """Whether this is the release of the SDK that proved.json was written with."""
    with open(os.path.join(ROOT, "tests", "clients", "proved.json"), encoding="utf-8") as f:
        return json.load(f)["sdk"] == f"botocore {botocore.__version__}"


with open(os.path.join(ROOT, "emulator", "api", "operations.c"), encoding="utf-8") as table:
    OPERATIONS = dict(re.findall(r'\{ "(\w+)",\s*"[A-Z]+",\s*"[^"]+",\s*(\w+) \}',
                                 table.read()))


# Every paginated list of an operation that is carried out: its name, the member with the
# items, arguments, and how many there are after furnish_lists.
MANY = {"FunctionName": "many"}
LISTS = (
    ("list_functions", "Functions", {}, 5),
    ("list_versions_by_function", "Versions", MANY, 4),
    ("list_aliases", "Aliases", MANY, 3),
    ("list_layers", "Layers", {}, 3),
    ("list_layer_versions", "LayerVersions", {"LayerName": "l0"}, 3),
    ("list_event_source_mappings", "EventSourceMappings", {}, 3),
    ("list_function_event_invoke_configs", "FunctionEventInvokeConfigs", MANY, 3),
    ("list_function_url_configs", "FunctionUrlConfigs", MANY, 3),
    ("list_provisioned_concurrency_configs", "ProvisionedConcurrencyConfigs", MANY, 3),
)


def furnish_lists(api):
    """More than one page of everything that can be listed."""
    code = guest_zip()
    for i in range(4):
        create(api, f"f{i}", code, wait=False)
    create(api, "many", code)
    for i in range(3):
        api.update_function_configuration(Description=str(i), **MANY)
        settle(api, "many")
        version = api.publish_version(**MANY)["Version"]
        api.create_alias(Name=f"a{i}", FunctionVersion=version, **MANY)
        api.put_function_event_invoke_config(Qualifier=f"a{i}", MaximumRetryAttempts=1, **MANY)
        api.create_function_url_config(Qualifier=f"a{i}", AuthType="NONE", **MANY)
        api.put_provisioned_concurrency_config(
            Qualifier=version, ProvisionedConcurrentExecutions=1, **MANY)
        api.publish_layer_version(LayerName=f"l{i}", Content={"ZipFile": code})
        api.create_event_source_mapping(
            EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:q{i}", Enabled=False, **MANY)
    for _ in range(2):
        api.publish_layer_version(LayerName="l0", Content={"ZipFile": code})


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
