# SPDX-License-Identifier: Apache-2.0
"""The service's recorded error texts, one row a number: how each is provoked, and the
answer word for word. NOT_HERE names those that cannot come up in the emulator."""

import ast
import base64
import json
import os
import re
import urllib.parse

from fixture import HERE, ROOT, Emulator, guest, new_dir, same
from proof import proved
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
          "STORAGE": (400, "CodeStorageExceededException"),
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
LAST = 118  # of the recorded texts

with open(os.path.join(ROOT, "emulator", "api", "operations.c"), encoding="utf-8") as table:
    OPERATIONS = re.findall(r'\{ "(\w+)",\s*"([A-Z]+)",\s*"([^"]+)",', table.read())

NOT_HERE = {
    20: "roles are not looked at", 35: "networks are not looked at",
    36: "networks are not looked at", 40: "there are no functions of images",
    68: "there are no other accounts that would need a permission",
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


def operation_of(method, path):
    """The name that the table of operations has for a request."""
    plain, _, query = path.partition("?")
    if plain == LAYERS and "find=" not in query:
        return "ListLayers"
    for name, verb, pattern in OPERATIONS:
        if verb == method and re.fullmatch(pattern.replace("*", "[^/]+"), plain):
            return name
    raise AssertionError(f"no operation is {method} {path}")


def check(lamb, rows):
    for number, method, path, body, code, message in rows:
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        answer = lamb.request(method, path, text)
        what = f"error {number}: {method} {path}"
        same((answer.status, answer.headers.get("x-amzn-errortype")), STATUS[code],
             f"{what}: {answer}")
        same(answer.json, answer_of(code, number, message), what)
        if isinstance(number, int):  # else it is no text of the reference
            proved("error", operation_of(method, path), number)


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


ROLE_PATTERN = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
ARCHITECTURE = "Member must satisfy enum value set: [x86_64, arm64]"
LARGE = {"LARGE_VAR": "x" * 4096}
ELEMENT = ("Member must satisfy constraint: [Member must have length less than or equal to "
           "1024, Member must have length greater than or equal to 0, Member must satisfy "
           "regular expression pattern: {}]")

CODE_AND_CONFIGURATION = [
    creating(18, "RC", "Function already exist: f", FunctionName="f"),
    creating(19, "VAL", pattern("'r1'", "role", ROLE_PATTERN), Role="r1"),
    creating(21, "IPV", "Value Python3.12 at 'runtime' failed to satisfy constraint: Member "
             f"must satisfy enum value set: [{RUNTIMES}] or be a valid ARN",
             Runtime="Python3.12"),
    *(creating(22, "IPV", f"The runtime parameter of {runtime} is no longer supported for "
               "creating or updating AWS Lambda functions. We recommend you use a supported "
               "runtime while creating or updating functions.", Runtime=runtime)
      for runtime in ("java8", "go1.x", "provided", "ruby2.7", "nodejs14.x", "nodejs12.x",
                      "python3.7", "dotnetcore3.1")),
    creating(23, "VAL", constraint("'[x86_64, arm64]'", "architectures",
                                   "Member must have length less than or equal to 1"),
             Architectures=["x86_64", "arm64"]),
    creating(24, "VAL", constraint("'[X86_64]'", "architectures", "Member must satisfy "
                                   f"constraint: [{ARCHITECTURE}, Member must not be null]"),
             Architectures=["X86_64"]),
    creating(25, "IPV", "Could not unzip uploaded file. Please check your file, then try to "
             "upload again.", Code={"ZipFile": coded(b"no zip")}),
    creating(29, "IPV", ENVIRONMENT + "exceeded the 4KB limit. String measured: "
             + json.dumps(LARGE, separators=(",", ":")), Environment={"Variables": LARGE}),
    configuring(30, "IPV", ENVIRONMENT + "contains reserved keys that are currently not "
                "supported for modification. Reserved keys used in this request: AWS_REGION",
                Environment={"Variables": {"AWS_REGION": "x"}}),
    creating(31, "VAL", constraint("'3000'", "timeout", "Member must have value less than or "
                                   "equal to 900"), Timeout=3000),
    creating(32, "IPV", "'MemorySize' value failed to satisfy constraint: Member must have "
             "value less than or equal to 3008", MemorySize=4000),
    creating(33, "IPV", GET_OBJECT + "NoSuchBucket. S3 Error Message: The specified bucket "
             "does not exist", Code={"S3Bucket": "none", "S3Key": "k"}),
    creating(34, "IPV", GET_OBJECT + "NoSuchKey. S3 Error Message: The specified key does not "
             "exist.", Code={"S3Bucket": "things", "S3Key": "none"}),
    creating(37, "VAL", constraint("'[bad]'", "vpcConfig.subnetIds",
                                   ELEMENT.format("subnet-[0-9a-z]*")),
             VpcConfig={"SubnetIds": ["bad"]}),
    creating(37, "VAL", constraint("'[bad]'", "vpcConfig.securityGroupIds",
                                   ELEMENT.format("sg-[0-9a-zA-Z]*")),
             VpcConfig={"SecurityGroupIds": ["bad"]}),
    creating(38, "VAL", enum("'invalidOption'", "snapStart.applyOn",
                             "PublishedVersions, None"),
             SnapStart={"ApplyOn": "invalidOption"}),
    creating(39, "IPV", "provided.al2023 is not supported for SnapStart enabled functions.",
             SnapStart={"ApplyOn": "PublishedVersions"}),
    (41, "PUT", f"{F}/code", {"ImageUri": "1.dkr.ecr.us-east-1.amazonaws.com/x:latest"}, "IPV",
     "Please don't provide ImageUri when updating a function with packageType Zip."),
    configuring(43, "PF", STALE.format("GetFunction/GetAlias"), RevisionId=OTHER),
    (43, "POST", f"{F}/versions", {"RevisionId": OTHER}, "PF",
     STALE.format("GetFunction/GetAlias")),
    (44, "POST", f"{F}/versions", {"CodeSha256": "other"}, "IPV",
     "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({sha256}). Please "
     "try again with the CodeSHA256 in $LATEST."),
    (45, "GET", f"{FUNCTIONS}?FunctionVersion=invalid", None, "VAL",
     enum("'invalid'", "functionVersion", "ALL")),
    configuring(46, "IPV", 'LogLevel is not supported when LogFormat is set to "Text". Remove '
                'LogLevel from your request or change the LogFormat to "JSON" and try again.',
                LoggingConfig={"LogFormat": "Text", "SystemLogLevel": "INFO"}),
    creating(47, "IPV", "CapacityProviderConfig isn't supported for Lambda Default functions.",
             CapacityProviderConfig={"LambdaManagedInstancesCapacityProviderConfig": {
                 "CapacityProviderArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:"
                                        "capacity-provider:p"}}),
]


def weighing(number, code, message, version="1", **weights):
    return (number, "PUT", f"{F}/aliases/live",
            {"FunctionVersion": version,
             "RoutingConfig": {"AdditionalVersionWeights": weights}}, code, message)


WEIGHTS = "routingConfig.additionalVersionWeights"
ALIASES = [
    (48, "POST", f"{F}/aliases", {"Name": "live", "FunctionVersion": "1"}, "RC",
     f"Alias already exists: {ARN}f:live"),
    (49, "POST", f"{F}/aliases", {"Name": "2024", "FunctionVersion": "1"}, "VAL",
     pattern("'2024'", "name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)")),
    weighing(50, "IPV", "Number of items in AdditionalVersionWeights cannot be greater than 1",
             **{"1": 0.1, "2": 0.1}),
    weighing(51, "VAL", constraint("'{2=2.0}'", WEIGHTS, "Map value must satisfy constraint: "
                                   "[Member must have value less than or equal to 1.0, Member "
                                   "must have value greater than or equal to 0.0, Member must "
                                   "not be null]"), **{"2": 2.0}),
    weighing(52, "VAL", constraint("'{$LATEST=0.5}'", WEIGHTS, "Map keys must satisfy "
                                   "constraint: [Member must have length less than or equal to "
                                   "1024, Member must have length greater than or equal to 1, "
                                   "Member must satisfy regular expression pattern: [0-9]+]"),
             **{"$LATEST": 0.5}),
    weighing(53, "IPV", "Invalid function version 1. Function version 1 is already included "
             "in routing configuration.", **{"1": 0.5}),
    weighing(54, "IPV", "$LATEST is not supported for an alias pointing to more than 1 version",
             version="$LATEST", **{"1": 0.5}),
]

LAYER_PATTERN = (r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
                 r"\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::"
                 r"awslayer:[a-zA-Z0-9-_]+)")
LAYER_POLICY = f"{LAYERS}/l/versions/{{}}/policy"
ALLOW = {"StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "*"}
WITH_LAYERS = [
    configuring(55, "IPV", "Cannot reference more than 5 layers.",
                Layers=[f"{LAYER}l{i}:1" for i in range(6)]),
    configuring(56, "IPV", "Two different versions of the same layer are not allowed to be "
                f"referenced in the same function. {LAYER}l:1 and {LAYER}l:2 are versions of "
                "the same layer.", Layers=[LAYER + "l:1", LAYER + "l:2"]),
    configuring(57, "IPV", f"Layer version {LAYER}l:9 does not exist.", Layers=[LAYER + "l:9"]),
    (58, "POST", LAYER_POLICY.format(9), ALLOW, "RNF",
     f"Layer version {LAYER}l:9 does not exist."),
    configuring(59, "IPV", "Layers are not in the same region as the function. Layers are "
                f"expected to be in region {REGION}.",
                Layers=[LAYER.replace(REGION, "eu-west-1") + "l:1"]),
    configuring(60, "VAL", constraint(
        f"'[{LAYER}l]'", "layers", "Member must satisfy constraint: [Member must have length "
        "less than or equal to 2048, Member must have length greater than or equal to 1, "
        f"Member must satisfy regular expression pattern: {LAYER_PATTERN}, Member must not be "
        "null]"), Layers=[LAYER + "l"]),
    (61, "GET", f"{LAYERS}/l/versions/0", None, "IPV",
     "Layer Version Cannot be less than 1"),
    (62, "POST", f"{LAYERS}/l/versions",
     {"Content": {"ZipFile": coded(zip_of({"x": "3"}))},
      "CompatibleRuntimes": ["invalidruntime"], "CompatibleArchitectures": ["invalidarch"]},
     "VAL", "2 validation errors detected: Value '[invalidruntime]' at 'compatibleRuntimes' "
     f"failed to satisfy constraint: Member must satisfy enum value set: [{RUNTIMES}]; Value "
     "'[invalidarch]' at 'compatibleArchitectures' failed to satisfy constraint: Member must "
     f"satisfy constraint: [{ARCHITECTURE}, Member must not be null]"),
    (63, "POST", LAYER_POLICY.format(1), {**ALLOW, "Action": "*"}, "VAL",
     pattern("'*'", "action", "lambda:GetLayerVersion")),
    (64, "POST", LAYER_POLICY.format(2), ALLOW, "RC", "The statement id (s1) provided already "
     "exists. Please provide a new statement id, or remove the existing statement."),
    (65, "POST", LAYER_POLICY.format(2) + f"?RevisionId={OTHER}", {**ALLOW, "StatementId": "s2"},
     "PF", STALE.format("GetLayerPolicy")),
    (66, "DELETE", LAYER_POLICY.format(2) + "/none", None, "RNF",
     "Statement none is not found in resource policy."),
    (67, "GET", f"{LAYERS}?CompatibleArchitecture=archdoesnotexist", None, "VAL",
     enum("'archdoesnotexist'", "compatibleArchitecture", "x86_64, arm64")),
]


def test_errors_of_code_and_configuration():
    with Emulator(guest(), args=["--bucket", f"things={new_dir('bucket')}",
                                 "--quotas", "new-account"]) as lamb:
        versions(lamb)
        sha256 = json.loads(lamb.request("GET", f"{F}/configuration").body)["CodeSha256"]
        check(lamb, [(*row[:5], row[5].replace("{sha256}", sha256))
                     for row in CODE_AND_CONFIGURATION])
        lamb.request("PUT", f"{F}/configuration", json.dumps({"Description": "third"}))
        check(lamb, [configuring(42, "RC", BUSY + "An update is in progress for resource: "
                                 f"{ARN}f", Description="fourth")])


def test_errors_of_aliases_and_layers():
    with Emulator(guest()) as lamb:
        versions(lamb)
        same(lamb.request("POST", LAYER_POLICY.format(2), json.dumps(ALLOW)).status, 201)
        check(lamb, ALIASES + WITH_LAYERS)


LOW = "decreases account's UnreservedConcurrentExecution below its minimum value of [100]."


def reserving(number, message, amount, name="f"):
    return (number, "PUT", RESERVED.format(name), {"ReservedConcurrentExecutions": amount},
            "IPV", message)


def provisioning(number, code, message, amount, qualifier="2"):
    return (number, "PUT", PROVISIONED.format("f", qualifier),
            {"ProvisionedConcurrentExecutions": amount}, code, message)


CONCURRENCY = [
    reserving(69, f"Specified ReservedConcurrentExecutions for function {LOW}", 901),
    reserving(70, "This operation is permitted on Lambda functions only. Aliases and versions "
              "do not support this operation. Please specify either a function name or an "
              "unqualified function ARN.", 1, "f%3A1"),
    provisioning(73, "IPV", "Specified ConcurrentExecutions for function is greater than "
                 "account's unreserved concurrency [1000].", 1001),
    provisioning(74, "IPV", f"Specified ConcurrentExecutions for function {LOW}", 901),
    provisioning(75, "IPV", "Provisioned Concurrency Configs cannot be applied to unpublished "
                 "function versions.", 1, "%24LATEST"),
    *((76, method, PROVISIONED.format("f", "%24LATEST"), None, "IPV", "The function resource "
       "provided must be an alias or a published version.") for method in ("GET", "DELETE")),
    (77, "GET", PROVISIONED.format("f", "1"), None, "PCC",
     "No Provisioned Concurrency Config found for this function"),
    provisioning(78, "VAL", constraint("'0'", "provisionedConcurrentExecutions", "Member must "
                                       "have value greater than or equal to 1"), 0),
]
# Behind two provisioned for version 2, to which the alias "second" leads.
PROVISIONED_TWO = [
    reserving(71, " ReservedConcurrentExecutions  1 should not be lower than function's total "
              "provisioned concurrency [2].", 1),
    provisioning(79, "RC", "Alias can't be used for Provisioned Concurrency configuration on "
                 "an already Provisioned version", 1, "second"),
]
PROVISIONED_ALIAS = [
    provisioning(72, "IPV", "Requested Provisioned Concurrency should not be greater than the "
                 "reservedConcurrentExecution for function", 3, "1"),
    provisioning(80, "RC", "Version is pointed by a Provisioned Concurrency alias", 1),
]

POLICY = f"{F}/policy"
GRANT = {"StatementId": "s1", "Principal": "*", "Action": "lambda:InvokeFunction"}
DESTINATION = (r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):"
               r"([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:"
               r"(\d{12})?:(.*)")
TAGGABLE = (r"arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
            r"\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:"
            r"([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:"
            r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|"
            r"capacity-provider:[a-zA-Z0-9-_]+)")
BAD_URL_QUALIFIER = r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"
FUNCTION_TAGS = TAGS + quoted(ARN + "f")
MAPPING_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{OTHER}"


def destined(number, code, message, on, arn):
    return (number, "PUT", ASYNC.format("f"),
            {"DestinationConfig": {on: {"Destination": arn}}}, code, message)


SETTINGS = [
    (82, "POST", POLICY + "?Qualifier=%24LATEST", GRANT, "IPV",
     "We currently do not support adding policies for $LATEST."),
    (83, "POST", POLICY, {**GRANT, "Principal": "nobody"}, "IPV",
     "The provided principal was invalid. Please check the principal and try again."),
    (84, "DELETE", POLICY + "/s1", None, "RNF",
     "No policy is associated with the given resource."),
    (85, "DELETE", f"{FUNCTIONS}/none/policy/s1", None, "RNF",
     f"No policy found for: {ARN}none"),
    (86, "POST", POLICY, {**GRANT, "StatementId": "example.com"}, "VAL",
     pattern("'example.com'", "statementId", "([a-zA-Z0-9-_]+)")),
    (87, "POST", POLICY + "?Qualifier=live", {**GRANT, "RevisionId": OTHER}, "PF",
     STALE.format("GetPolicy")),
    (87, "POST", POLICY, {**GRANT, "RevisionId": OTHER}, "PF",
     STALE.format("GetFunction/GetAlias")),
    (88, "POST", TAGS + quoted(ARN + "f:1"), {"Tags": {"a": "b"}}, "IPV", "Tags on function "
     "aliases and versions are not supported. Please specify a function ARN."),
    (89, "POST", FUNCTION_TAGS, {"Tags": {f"k{i}": "" for i in range(51)}}, "IPV",
     "Number of tags exceeds resource tag limit."),
    (90, "DELETE", FUNCTION_TAGS, None, "VAL",
     constraint("null", "tagKeys", "Member must not be null")),
    (91, "POST", FUNCTION_TAGS, {"Tags": {}}, "IPV",
     "An error occurred and the request cannot be processed."),
    (92, "GET", TAGS + quoted("arn:aws:something"), None, "VAL",
     pattern("'arn:aws:something'", "resource", TAGGABLE)),
    (93, "GET", TAGS + quoted(MAPPING_ARN), None, "RNF",
     f"Event source mapping not found: {MAPPING_ARN}"),
    (94, "PUT", ASYNC.format("f"), {}, "IPV",
     "You must specify at least one of error handling or destination setting."),
    destined(95, "IPV", "You can't specify the function as a destination for itself.",
             "OnSuccess", ARN + "f"),
    destined(97, "IPV", "The provided destination config DestinationConfig(onSuccess=OnSuccess("
             f"destination=arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t), onFailure=null) is "
             "invalid.", "OnSuccess", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"),
    destined(98, "VAL", pattern("'X'", "destinationConfig.onFailure.destination", DESTINATION),
             "OnFailure", "X"),
    (100, "POST", URL.format("f") + "?Qualifier=1", {"AuthType": "NONE"}, "VAL",
     pattern("'1'", "qualifier", BAD_URL_QUALIFIER)),
    (101, "POST", URL.format("f"), {"AuthType": "NONE", "InvokeMode": "UNKNOWN"}, "VAL",
     enum("'UNKNOWN'", "invokeMode", "RESPONSE_STREAM, BUFFERED")),
    (102, "PUT", "/2024-08-31/functions/f/recursion-config", {"RecursiveLoop": "InvalidValue"},
     "VAL", enum("'InvalidValue'", "recursiveLoop", "Terminate, Allow")),
]
BEHIND_SETTINGS = [
    (64, "POST", POLICY, GRANT, "RC", "The statement id (s1) provided already exists. Please "
     "provide a new statement id, or remove the existing statement."),
    (66, "DELETE", POLICY + "/none", None, "RNF",
     "Statement none is not found in resource policy."),
    (99, "POST", URL.format("f"), {"AuthType": "NONE"}, "RC",
     f"Failed to create function url config for [functionArn = {ARN}f]. Error message:  "
     "FunctionUrlConfig exists for this Lambda function"),
]


def test_errors_of_concurrency():
    with Emulator(guest()) as lamb:
        versions(lamb)
        lamb.request("POST", f"{F}/aliases", json.dumps({"Name": "second",
                                                         "FunctionVersion": "2"}))
        check(lamb, CONCURRENCY)
        provision = json.dumps({"ProvisionedConcurrentExecutions": 2})
        same(lamb.request("PUT", PROVISIONED.format("f", "2"), provision).status, 202)
        check(lamb, PROVISIONED_TWO)
        same(lamb.request("DELETE", PROVISIONED.format("f", "2")).status, 204)
        same(lamb.request("PUT", PROVISIONED.format("f", "second"), provision).status, 202)
        same(lamb.request("PUT", RESERVED.format("f"), json.dumps(
            {"ReservedConcurrentExecutions": 4})).status, 200)
        check(lamb, PROVISIONED_ALIAS)
        same(lamb.request("PUT", RESERVED.format("guest"), json.dumps(
            {"ReservedConcurrentExecutions": 0})).status, 200)
        throttled = lamb.invoke("guest")
        same((throttled.status, throttled.json), (429, {
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User",
            "message": "Rate Exceeded."}), "error 81")


def test_errors_of_settings():
    with Emulator(guest()) as lamb:
        versions(lamb)
        check(lamb, SETTINGS)
        for path, body in ((POLICY, GRANT), (URL.format("f"), {"AuthType": "NONE"})):
            same(lamb.request("POST", path, json.dumps(body)).status, 201, path)
        check(lamb, BEHIND_SETTINGS)


def mapping(number, message, code="IPV", **change):
    return (number, "POST", MAPPINGS, {"FunctionName": "f", **change}, code, message)


BROKERS = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000", "kafka:2000"]}}
KAFKA = {"SelfManagedEventSource": BROKERS, "Topics": ["topic"],
         "StartingPosition": "TRIM_HORIZON",
         "SourceAccessConfigurations": [{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}]}
FROM_STREAM = {"EventSourceArn": STREAM, "StartingPosition": "LATEST"}
BATCH = "Maximum batch window in seconds must be greater than 0 if maximum batch size is " \
        "greater than 10"
BAD_DESTINATION = "Unsupported DestinationConfig parameter for given event source mapping type."
UPDATE = " already exists. Please update or delete the existing mapping with UUID {uuid}"

NEW_MAPPINGS = [
    mapping(104, "Unrecognized event source."),
    mapping(105, "Function does not exist", FunctionName="none", EventSourceArn=QUEUE),
    *(mapping(106, constraint("null", "startingPosition", "Member must not be null."), **source)
      for source in ({"EventSourceArn": STREAM}, {"EventSourceArn": TABLE},
                     {"SelfManagedEventSource": BROKERS})),
    mapping(107, enum("'invalid'", "startingPosition", "LATEST, AT_TIMESTAMP, TRIM_HORIZON"),
            "VAL", EventSourceArn=STREAM, StartingPosition="invalid"),
    mapping(108, f"Unsupported starting position for arn type: {TABLE}", EventSourceArn=TABLE,
            StartingPosition="AT_TIMESTAMP"),
    mapping(109, BAD_DESTINATION, EventSourceArn=QUEUE,
            DestinationConfig={"OnFailure": {"Destination": QUEUE}}),
    mapping(109, BAD_DESTINATION, **FROM_STREAM,
            DestinationConfig={"OnSuccess": {"Destination": QUEUE}}),
    mapping(110, "Invalid filter pattern definition.", EventSourceArn=QUEUE,
            FilterCriteria={"Filters": [{"Pattern": "x"}]}),
    mapping(111, BATCH, EventSourceArn=QUEUE, BatchSize=11),
    mapping(117, "Required 'sourceAccessConfigurations' parameter is missing.",
            **{**KAFKA, "SourceAccessConfigurations": []}),
]
DOUBLED = [
    (114, {"EventSourceArn": QUEUE},
     f'An event source mapping with SQS arn (" {QUEUE} ") and function (" f ")' + UPDATE),
    (115, FROM_STREAM,
     f'The event source arn (" {STREAM} ") and function (" f ") provided mapping' + UPDATE),
    (116, KAFKA, 'An event source mapping with event source ("kafka:1000,kafka:2000"), function '
     f'("{ARN}f"), topics ("topic")' + UPDATE),
]


def test_errors_of_event_source_mappings():
    with Emulator(guest()) as lamb:
        versions(lamb)
        check(lamb, NEW_MAPPINGS)
        for number, source, message in DOUBLED:
            answer = lamb.request("POST", MAPPINGS, json.dumps({"FunctionName": "f", **source}))
            same(answer.status, 202, repr(answer))
            path = f"{MAPPINGS}/{answer.json['UUID']}"
            check(lamb, [
                mapping(number, message.format(uuid=answer.json["UUID"]), "RC", **source),
                (118, "PUT", path, {"BatchSize": 5}, "IN_USE",
                 "Cannot update the event source mapping because it is in use."),
                (118, "DELETE", path, None, "IN_USE",
                 "Cannot delete the event source mapping because it is in use.")])
        same(lamb.request("POST", MAPPINGS, json.dumps(
            {"FunctionName": "f", **KAFKA, "Topics": ["other"]})).status, 202, "another topic")
        settle(lamb)
        check(lamb, [(111, "PUT", path, {"BatchSize": 11}, "IPV", BATCH)
                     for path in [f"{MAPPINGS}/{m['UUID']}" for m in lamb.request(
                         "GET", MAPPINGS).json["EventSourceMappings"]
                         if m.get("EventSourceArn") == QUEUE]])


def numbers_in(text):
    """The numbers that the functions of a test program check: rows (NUMBER, METHOD, PATH,
    ...) inside of them, made by a function or not, and what they call "error NUMBER"."""
    found = set()
    for function in ast.parse(text).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            parts = node.elts if isinstance(node, ast.Tuple) and len(node.elts) == 6 else \
                node.args if isinstance(node, ast.Call) and getattr(
                    node.func, "id", "") in ("configuring", "creating", "mapping") else []
            if parts and isinstance(getattr(parts[0], "value", None), int):
                found.add(parts[0].value)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {int(n) for n in re.findall(r"^error (\d+)$", node.value)}
    return found


def test_every_number_is_provoked_or_named_with_the_reason_why_not():
    provoked = {row[0] for rows in (
        NAMES, CODE_AND_CONFIGURATION, ALIASES, WITH_LAYERS, CONCURRENCY, PROVISIONED_TWO,
        PROVISIONED_ALIAS, SETTINGS, BEHIND_SETTINGS, NEW_MAPPINGS, DOUBLED) for row in rows}
    for module in ("test_errors.py", "test_code_limits.py"):
        with open(os.path.join(HERE, module), encoding="utf-8") as f:
            provoked |= numbers_in(f.read())
    same(sorted([*provoked, *NOT_HERE]), list(range(1, LAST + 1)), "each once")
