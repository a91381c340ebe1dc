# SPDX-License-Identifier: Apache-2.0
"""The service's recorded error texts, one row a number: how each is provoked, and the
answer word for word. NOT_HERE names those that cannot come up in the emulator."""

import base64
import json
import urllib.parse

from fixture import Emulator, guest, same
from test_functions import ARN, FUNCTIONS, ROLE, coded, create, guest_zip, layer, settle, zip_of

REGION, ACCOUNT = "us-east-1", "000000000000"
F = f"{FUNCTIONS}/f"
LAYERS = "/2018-10-31/layers"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:"
URL = "/2021-10-31/functions/{}/url"
ASYNC = "/2019-09-25/functions/{}/event-invoke-config"
RESERVED = "/2017-10-31/functions/{}/concurrency"
PROVISIONED = "/2019-09-30/functions/{}/provisioned-concurrency?Qualifier={}"
TAGS = "/2017-03-31/tags/"
MAPPINGS = "/2015-03-31/event-source-mappings"
SIGNING = "/2020-06-30/functions/f/code-signing-config"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/2026"
OTHER = "00000000-0000-4000-8000-000000000000"

STATUS = {"RNF": (404, "ResourceNotFoundException"),
          "IPV": (400, "InvalidParameterValueException"),
          "VAL": (400, "ValidationException"),
          "RC": (409, "ResourceConflictException"),
          "PF": (412, "PreconditionFailedException"),
          "RETL": (413, "RequestEntityTooLargeException"),
          "DENIED": (403, "AccessDeniedException"),
          "PCC": (404, "ProvisionedConcurrencyConfigNotFoundException"),
          "IN_USE": (400, "ResourceInUseException")}
CAPITAL = ("RNF", "DENIED", "IN_USE")      # the member is Message, else message
WITHOUT_TYPE = (54, 69, 71, 73, 74)        # beside those of VAL, RETL, DENIED

PREFIX = (r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d"
          r"{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_")
NAME_PATTERN = PREFIX + r"]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
RUNTIMES = ("nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, "
            "nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, "
            "python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, "
            "nodejs18.x, provided.al2, java8.al2")
BUSY = "The operation cannot be performed at this time. "
STALE = "The Revision Id provided does not match the latest Revision Id. Call the {} API to " \
        "retrieve the latest Revision Id"
GET_OBJECT = "Error occurred while GetObject. S3 Error Code: "
ENVIRONMENT = "Lambda was unable to configure your environment variables because the " \
              "environment variables you have provided "
NO_RESOURCE = "The resource you requested does not exist."

NOT_HERE = {
    20: "roles are not looked at", 35: "networks are not looked at",
    36: "networks are not looked at", 40: "there are no functions of images",
    68: "there are no other accounts that would need a permission",
    93: "of capacity providers: they are not supported",
    96: "destinations need not exist", 103: "code signing is not supported",
    112: "sources need not exist", 113: "sources need not exist",
}


def quoted(text):
    return urllib.parse.quote(text, safe="")


def constraint(value, field, rule):
    return (f"1 validation error detected: Value {value} at '{field}' failed to satisfy "
            f"constraint: {rule}")


def pattern(value, field, regex):
    return constraint(value, field, f"Member must satisfy regular expression pattern: {regex}")


def enum(value, field, values):
    return constraint(value, field, f"Member must satisfy enum value set: [{values}]")


def made(**change):
    """The body of a CreateFunction."""
    return {"FunctionName": "new", "Runtime": "provided.al2023", "Role": ROLE, "Handler": "h",
            "Code": {"ZipFile": coded(guest_zip())}, **change}


def creating(number, code, message, **change):
    return (number, "POST", FUNCTIONS, made(**change), code, message)


def configuring(number, code, message, **change):
    return (number, "PUT", f"{F}/configuration", change, code, message)


NAMES = [
    (1, "GET", f"{FUNCTIONS}/none", None, "RNF", f"Function not found: {ARN}none"),
    (1, "DELETE", f"{FUNCTIONS}/none", None, "RNF", f"Function not found: {ARN}none"),
    (1, "PUT", f"{FUNCTIONS}/none/configuration", {}, "RNF", f"Function not found: {ARN}none"),
    (1, "POST", f"{FUNCTIONS}/none/versions", {}, "RNF", f"Function not found: {ARN}none"),
    (1, "GET", TAGS + quoted(ARN + "none"), None, "RNF", f"Function not found: {ARN}none"),
    (2, "POST", f"{FUNCTIONS}/none/invocations", {}, "RNF",
     f"Function not found: {ARN}none:$LATEST"),
    (2, "PUT", RESERVED.format("none"), {"ReservedConcurrentExecutions": 1}, "RNF",
     f"Function not found: {ARN}none:$LATEST"),
    (3, "GET", f"{F}?Qualifier=9", None, "RNF", f"Function not found: {ARN}f:9"),
    (3, "POST", f"{F}/invocations?Qualifier=none", {}, "RNF",
     f"Function not found: {ARN}f:none"),
    (3, "POST", f"{F}/policy?Qualifier=9", {"StatementId": "s", "Principal": "*",
                                            "Action": "lambda:InvokeFunction"}, "RNF",
     f"Function not found: {ARN}f:9"),
    (4, "GET", URL.format("f"), None, "RNF", NO_RESOURCE),
    (4, "DELETE", URL.format("f"), None, "RNF", NO_RESOURCE),
    (4, "GET", f"{MAPPINGS}/{OTHER}", None, "RNF", NO_RESOURCE),
    (4, "GET", f"{FUNCTIONS}/none/policy", None, "RNF", NO_RESOURCE),
    (4, "GET", f"{LAYERS}/l/versions/9", None, "RNF", NO_RESOURCE),
    (5, "POST", URL.format("none"), {"AuthType": "NONE"}, "RNF", "Function does not exist"),
    (6, "PUT", ASYNC.format("none"), {"MaximumRetryAttempts": 1}, "RNF",
     "The function doesn't exist."),
    (6, "POST", ASYNC.format("f") + "?Qualifier=none", {"MaximumRetryAttempts": 1}, "RNF",
     "The function doesn't exist."),
    (7, "GET", ASYNC.format("f"), None, "RNF",
     f"The function {ARN}f:$LATEST doesn't have an EventInvokeConfig"),
    (7, "DELETE", ASYNC.format("none"), None, "RNF",
     f"The function {ARN}none:$LATEST doesn't have an EventInvokeConfig"),
    (8, "GET", f"{FUNCTIONS}/" + quoted(ARN.replace(REGION, "eu-west-1") + "f"), None, "RNF",
     f"Functions from 'eu-west-1' are not reachable in this region ('{REGION}')"),
    (9, "GET", f"{F}/aliases/none", None, "RNF", f"Cannot find alias arn: {ARN}f:none"),
    (9, "PUT", PROVISIONED.format("f", "none"), {"ProvisionedConcurrentExecutions": 1}, "RNF",
     f"Cannot find alias arn: {ARN}f:none"),
    (10, "PUT", f"{F}/aliases/none", {}, "RNF", f"Alias not found: {ARN}f:none"),
    (11, "GET", f"{F}%3A1?Qualifier=2", None, "IPV", "The derived qualifier from the function "
     "name does not match the specified qualifier."),
    (12, "DELETE", f"{F}?Qualifier=%24LATEST", None, "IPV",
     "$LATEST version cannot be deleted without deleting the function."),
    creating(13, "IPV", constraint(f"'{'n' * 65}'", "functionName", "Member must have length "
                                   "less than or equal to 64"), FunctionName="n" * 65),
    (14, "PUT", f"{FUNCTIONS}/{quoted(ARN + 'n' * 100)}/configuration", {}, "VAL",
     constraint(f"'{ARN + 'n' * 100}'", "functionName",
                "Member must have length less than or equal to 140")),
    (15, "PUT", f"{FUNCTIONS}/invalid%3Afunction%3Aname/configuration", {}, "VAL",
     pattern("'invalid:function:name'", "functionName", NAME_PATTERN)),
    (16, "GET", f"{F}?Qualifier=invalid-qualifier-with-%3F-char", None, "VAL",
     pattern("'invalid-qualifier-with-?-char'", "qualifier",
             r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+")),
    creating(17, "DENIED", None, FunctionName=ARN.replace(ACCOUNT, "1" * 12) + "f"),
]


def answer_of(code, number, message):
    """The body that says so."""
    member = "Message" if code in CAPITAL else "message"
    if code in ("VAL", "RETL", "DENIED") or number in WITHOUT_TYPE:
        return {member: message}
    return {"Type": "User", member: message}


def check(lamb, rows):
    for number, method, path, body, code, message in rows:
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        answer = lamb.request(method, path, text)
        what = f"error {number}: {method} {path}"
        same((answer.status, answer.headers.get("x-amzn-errortype")), STATUS[code],
             f"{what}: {answer}")
        same(answer.json, answer_of(code, number, message), what)


def versions(lamb):
    """A function f with versions 1 and 2, the alias live, and layers l:1, l:2, k:1."""
    create(lamb, Publish=True)
    lamb.request("PUT", f"{F}/configuration", json.dumps({"Description": "second"}))
    settle(lamb)
    same(lamb.request("POST", f"{F}/versions", "{}").status, 201)
    same(lamb.request("POST", f"{F}/aliases", json.dumps(
        {"Name": "live", "FunctionVersion": "1"})).status, 201)
    for name, mark in (("l", "1"), ("l", "2"), ("k", "1")):
        layer(lamb, name, {"x": mark})
    settle(lamb)


def test_errors_of_names_qualifiers_and_existence():
    with Emulator(guest()) as lamb:
        versions(lamb)
        check(lamb, NAMES)
