# SPDX-License-Identifier: Apache-2.0
"""Every form of a function's name, for each operation that takes one."""

import json
import urllib.parse

from fixture import Emulator, guest, same
from test_functions import ARN, FUNCTIONS, call, create, settle

FORMS = ("f", "function:f", "000000000000:function:f", "us-east-1:000000000000:function:f",
         ARN + "f")
GRANT = {"StatementId": "s", "Principal": "*", "Action": "lambda:InvokeFunction"}

# Method, path, body, status; in an order in which each undoes or bears the one before.
OPERATIONS = [
    ("GET", FUNCTIONS + "/{}", None, 200),
    ("GET", FUNCTIONS + "/{}/configuration", None, 200),
    ("PUT", FUNCTIONS + "/{}/configuration", {"Description": "d"}, 200),
    ("GET", FUNCTIONS + "/{}/versions", None, 200),
    ("POST", FUNCTIONS + "/{}/aliases", {"Name": "a", "FunctionVersion": "1"}, 201),
    ("PUT", FUNCTIONS + "/{}/aliases/a", {"Description": "d"}, 200),
    ("GET", FUNCTIONS + "/{}/aliases/a", None, 200),
    ("GET", FUNCTIONS + "/{}/aliases", None, 200),
    ("DELETE", FUNCTIONS + "/{}/aliases/a", None, 204),
    ("POST", FUNCTIONS + "/{}/policy", GRANT, 201),
    ("GET", FUNCTIONS + "/{}/policy", None, 200),
    ("DELETE", FUNCTIONS + "/{}/policy/s", None, 204),
    ("PUT", "/2017-10-31/functions/{}/concurrency", {"ReservedConcurrentExecutions": 5}, 200),
    ("GET", "/2019-09-30/functions/{}/concurrency", None, 200),
    ("DELETE", "/2017-10-31/functions/{}/concurrency", None, 204),
    ("PUT", "/2019-09-25/functions/{}/event-invoke-config", {"MaximumRetryAttempts": 1}, 200),
    ("POST", "/2019-09-25/functions/{}/event-invoke-config", {"MaximumRetryAttempts": 2}, 200),
    ("GET", "/2019-09-25/functions/{}/event-invoke-config", None, 200),
    ("GET", "/2019-09-25/functions/{}/event-invoke-config/list", None, 200),
    ("DELETE", "/2019-09-25/functions/{}/event-invoke-config", None, 204),
    ("POST", "/2021-10-31/functions/{}/url", {"AuthType": "NONE"}, 201),
    ("PUT", "/2021-10-31/functions/{}/url", {"AuthType": "NONE"}, 200),
    ("GET", "/2021-10-31/functions/{}/url", None, 200),
    ("GET", "/2021-10-31/functions/{}/urls", None, 200),
    ("DELETE", "/2021-10-31/functions/{}/url", None, 204),
    ("GET", "/2024-08-31/functions/{}/recursion-config", None, 200),
    ("GET", "/2021-07-20/functions/{}/runtime-management-config", None, 200),
    ("POST", FUNCTIONS + "/{}/invocations", {"do": "echo"}, 200),
]
# These take a qualifier, in the name or in the query.
QUALIFIED = [row for row in OPERATIONS if row[0] == "GET" and row[1] in (
    FUNCTIONS + "/{}", FUNCTIONS + "/{}/configuration")] + [
    ("POST", FUNCTIONS + "/{}/invocations", {"do": "echo"}, 200),
    ("POST", FUNCTIONS + "/{}/policy", GRANT, 201),
    ("DELETE", FUNCTIONS + "/{}/policy/s", None, 204),
    ("PUT", "/2019-09-25/functions/{}/event-invoke-config", {"MaximumRetryAttempts": 1}, 200),
    ("DELETE", "/2019-09-25/functions/{}/event-invoke-config", None, 204),
]


# What takes a qualifier and is not there without.
PROVISIONED = [
    ("PUT", "/2019-09-30/functions/{}/provisioned-concurrency",
     {"ProvisionedConcurrentExecutions": 1}, 202),
    ("GET", "/2019-09-30/functions/{}/provisioned-concurrency", None, 200),
    ("DELETE", "/2019-09-30/functions/{}/provisioned-concurrency", None, 204),
]
URLS = [row for row in OPERATIONS if row[1] == "/2021-10-31/functions/{}/url"]
MAPPINGS = "/2015-03-31/event-source-mappings"
TAGS = "/2017-03-31/tags/"


def ask(lamb, row, name, query=""):
    method, path, body, status = row
    path = path.format(urllib.parse.quote(name, safe="")) + query
    answer = lamb.request(method, path, json.dumps(body) if body is not None else None)
    same(answer.status, status, f"{method} {path}: {answer}")
    settle(lamb)


def test_every_operation_takes_every_form_of_a_name():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True)
        for form in FORMS:
            for row in OPERATIONS:
                ask(lamb, row, form)
        same(len(call(lamb, "GET", f"{FUNCTIONS}/f/versions")["Versions"]), 2)


def test_a_qualifier_stands_in_the_name_or_in_the_query():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True)
        call(lamb, "POST", f"{FUNCTIONS}/f/aliases", {"Name": "live", "FunctionVersion": "1"},
             201)
        for form in FORMS:
            for qualifier in ("1", "live"):
                for row in QUALIFIED:
                    ask(lamb, row, f"{form}:{qualifier}")
                for row in QUALIFIED:
                    ask(lamb, row, form, f"?Qualifier={qualifier}")


def test_what_is_set_on_a_qualifier_takes_every_form_of_a_name():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True)
        call(lamb, "POST", f"{FUNCTIONS}/f/aliases", {"Name": "live", "FunctionVersion": "1"},
             201)
        listed = "/2019-09-30/functions/{}/provisioned-concurrency?List=ALL"
        for form in FORMS:
            for qualifier in ("1", "live"):
                for row in PROVISIONED:
                    ask(lamb, row, form, f"?Qualifier={qualifier}")
            for row in URLS:
                ask(lamb, row, form, "?Qualifier=live")
            ask(lamb, ("GET", listed, None, 200), form)


def test_a_mapping_leads_to_the_function_whatever_its_name_looks_like():
    with Emulator(guest()) as lamb:
        create(lamb, Publish=True)
        call(lamb, "POST", f"{FUNCTIONS}/f/aliases", {"Name": "live", "FunctionVersion": "1"},
             201)
        settle(lamb)
        for form in FORMS:
            for end in ("", ":1", ":live"):
                made = call(lamb, "POST", MAPPINGS, {
                    "FunctionName": form + end,
                    "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q"}, 202)
                same(made["FunctionArn"], ARN + "f" + end, form + end)
                settle(lamb)
                path = f"{MAPPINGS}/{made['UUID']}"
                same(call(lamb, "PUT", path, {"FunctionName": form, "BatchSize": 2}, 202)[
                    "FunctionArn"], ARN + "f", form)
                settle(lamb)
                listed = call(lamb, "GET", MAPPINGS + "?FunctionName=" + urllib.parse.quote(
                    form, safe=""))
                same([m["UUID"] for m in listed["EventSourceMappings"]], [made["UUID"]], form)
                call(lamb, "DELETE", path, None, 202)
                settle(lamb)


def test_tags_take_the_whole_arn_and_nothing_else():
    with Emulator(guest()) as lamb:
        create(lamb)
        for form in FORMS:
            path = TAGS + urllib.parse.quote(form, safe="")
            is_arn = form.startswith("arn:")
            call(lamb, "POST", path, {"Tags": {"k": "v"}}, 204 if is_arn else 400)
            call(lamb, "GET", path, None, 200 if is_arn else 400)
            call(lamb, "DELETE", path + "?tagKeys=k", None, 204 if is_arn else 400)
