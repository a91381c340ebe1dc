# SPDX-License-Identifier: Apache-2.0
"""boto3 walks through the life of a function."""

import base64
import json
import urllib.request

import botocore.session
import violations
from botocore import xform_name
from clients import (LISTS, Service, ask, carried_out, create, furnish_lists, guest_zip,
                     is_recorded_sdk, operations, refused, settle, settle_mapping, zipped)
from fixture import contains, limit, same, wait_until

# All that the model has; the walk below and those of the other clients wait by each.
WAITERS = {"function_exists", "function_active", "function_active_v2", "function_updated",
           "function_updated_v2", "published_version_active"}


def without_metadata(answer):
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


@limit(90)
def test_a_function_from_create_to_delete():
    with Service() as (_, api):
        made = create(api, wait=False)
        same((made["State"], made["StateReasonCode"]), ("Pending", "Creating"))
        same("LastUpdateStatus" in made, False)
        api.get_waiter("function_exists").wait(FunctionName="f")
        api.get_waiter("function_active").wait(FunctionName="f")
        api.get_waiter("function_active_v2").wait(FunctionName="f")
        got = api.get_function(FunctionName="f")
        config = got["Configuration"]
        same((config["State"], config["LastUpdateStatus"]), ("Active", "Successful"))
        same(config["RevisionId"] != made["RevisionId"], True, "a new revision")
        with urllib.request.urlopen(got["Code"]["Location"]) as answer:
            same(answer.read() == guest_zip(), True, "the code that was uploaded")

        changed = api.update_function_configuration(
            FunctionName="f", MemorySize=256, Environment={"Variables": {"WHO": "Ada"}})
        same(changed["LastUpdateStatus"], "InProgress")
        api.get_waiter("function_updated").wait(FunctionName="f")
        api.get_waiter("function_updated_v2").wait(FunctionName="f")
        same(ask(api, "env")["WHO"], "Ada")
        same(ask(api, "env")["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256")

        new_code = guest_zip(extra="new")
        checked = api.update_function_code(FunctionName="f", ZipFile=new_code, DryRun=True)
        same(checked["CodeSha256"] != config["CodeSha256"], True)
        same(api.get_function_configuration(FunctionName="f")["CodeSha256"],
             config["CodeSha256"], "a dry run changed the code")
        api.update_function_code(FunctionName="f", ZipFile=new_code)
        settle(api)

        version = api.publish_version(FunctionName="f", Description="first")
        same((version["Version"], version["Description"]), ("1", "first"))
        again = api.publish_version(FunctionName="f")
        same(again["Version"], "1", "nothing changed since")
        api.get_waiter("published_version_active").wait(FunctionName="f", Qualifier="1")

        api.update_function_configuration(FunctionName="f", Description="second")
        settle(api)
        same(api.publish_version(FunctionName="f")["Version"], "2")
        same([v["Version"] for v in api.list_versions_by_function(FunctionName="f")["Versions"]],
             ["$LATEST", "1", "2"])
        same(ask(api, "env", Qualifier="1")["AWS_LAMBDA_FUNCTION_VERSION"], "1")

        api.delete_function(FunctionName="f")
        refused(lambda: api.get_function(FunctionName="f"), "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f", 404)


@limit(90)
def test_every_kind_of_invocation():
    with Service() as (lamb, api):
        create(api)
        context = base64.b64encode(b'{"custom":{"who":"Ada"}}').decode()
        tail = api.invoke(FunctionName="f", Payload=b'{"do":"echo"}', LogType="Tail",
                          ClientContext=context, Qualifier="$LATEST")
        same((tail["StatusCode"], tail["ExecutedVersion"]), (200, "$LATEST"))
        contains(base64.b64decode(tail["LogResult"]).decode(), "REPORT RequestId")
        heard = {name.lower(): value
                 for name, value in json.loads(tail["Payload"].read())["headers"].items()}
        same(json.loads(heard["lambda-runtime-client-context"])["custom"], {"who": "Ada"})
        failed = api.invoke(FunctionName="f", Payload=b'{"do":"error","body":"{}"}')
        same((failed["StatusCode"], failed["FunctionError"]), (200, "Unhandled"))
        same(api.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"], 204)
        event = api.invoke(FunctionName="f", InvocationType="Event",
                           Payload=b'{"do":"stdout","lines":["it ran later"]}')
        same(event["StatusCode"], 202)
        lamb.wait_log("it ran later")
        same(api.invoke_async(FunctionName="f", InvokeArgs=b'{"do":"stdout","lines":'
                              b'["and so did this"]}')["Status"], 202)
        lamb.wait_log("and so did this")
        stream = api.invoke_with_response_stream(FunctionName="f", Payload=b'{"do":"echo"}')
        events = list(stream["EventStream"])
        same("InvokeComplete" in events[-1], True, events)
        body = b"".join(e["PayloadChunk"]["Payload"] for e in events if "PayloadChunk" in e)
        same("body" in json.loads(body), True)
        refused(lambda: api.invoke(FunctionName="f", Payload=b"{"),
                "InvalidRequestContentException", status=400)
        refused(lambda: api.invoke(FunctionName="other"), "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:"
                "other:$LATEST", 404)


@limit(90)
def test_aliases_route_and_move():
    with Service() as (_, api):
        create(api)
        api.publish_version(FunctionName="f")
        api.update_function_configuration(FunctionName="f", Environment={"Variables": {"NN": "2"}})
        settle(api)
        api.publish_version(FunctionName="f")
        made = api.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        same(made["AliasArn"], "arn:aws:lambda:us-east-1:000000000000:function:f:live")
        same(api.invoke(FunctionName="f:live")["ExecutedVersion"], "1")
        moved = api.update_alias(FunctionName="f", Name="live", FunctionVersion="2",
                                 RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
        same(moved["RevisionId"] != made["RevisionId"], True)
        same(without_metadata(api.get_alias(FunctionName="f", Name="live")),
             without_metadata(moved))
        seen = {api.invoke(FunctionName="f", Qualifier="live",
                           Payload=b'{"do":"echo"}')["ExecutedVersion"] for _ in range(60)}
        same(seen, {"1", "2"})
        same(api.update_alias(FunctionName="f", Name="live", RoutingConfig={}).get("RoutingConfig"),
             None)
        same([a["Name"] for a in api.list_aliases(FunctionName="f")["Aliases"]], ["live"])
        refused(lambda: api.create_alias(FunctionName="f", Name="live", FunctionVersion="1"),
                "ResourceConflictException",
                "Alias already exists: arn:aws:lambda:us-east-1:000000000000:function:f:live",
                409)
        api.delete_alias(FunctionName="f", Name="live")
        refused(lambda: api.get_alias(FunctionName="f", Name="live"), "ResourceNotFoundException",
                "Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:live",
                404)


@limit(90)
def test_concurrency_is_limited_and_told():
    with Service() as (_, api):
        create(api)
        same(without_metadata(api.get_function_concurrency(FunctionName="f")), {})
        put = api.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
        same(put["ReservedConcurrentExecutions"], 0)
        got = refused(lambda: api.invoke(FunctionName="f"), "TooManyRequestsException",
                      "Rate Exceeded.", 429)
        same(got["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded")
        same(api.get_function(FunctionName="f")["Concurrency"],
             {"ReservedConcurrentExecutions": 0})
        refused(lambda: api.put_function_concurrency(FunctionName="f",
                                                     ReservedConcurrentExecutions=950),
                "InvalidParameterValueException",
                "Specified ReservedConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of [100].", 400)
        api.delete_function_concurrency(FunctionName="f")
        same(api.invoke(FunctionName="f", Payload=b'{"do":"echo"}')["StatusCode"], 200)

        version = api.publish_version(FunctionName="f")["Version"]
        started = api.put_provisioned_concurrency_config(
            FunctionName="f", Qualifier=version, ProvisionedConcurrentExecutions=2)
        same(started["Status"], "IN_PROGRESS")
        ready = wait_until("provisioned concurrency", lambda: (
            lambda c: c if c["Status"] == "READY" else None)(
                api.get_provisioned_concurrency_config(FunctionName="f", Qualifier=version)))
        same(ready["AvailableProvisionedConcurrentExecutions"], 2)
        same(ask(api, "env", Qualifier=version)["AWS_LAMBDA_INITIALIZATION_TYPE"],
             "provisioned-concurrency")
        settings = api.get_account_settings()
        same(settings["AccountLimit"]["ConcurrentExecutions"], 1000)
        same(settings["AccountUsage"]["FunctionCount"], 1)


@limit(90)
def test_layers_are_merged_in_order():
    with Service() as (_, api):
        layer = lambda text: zipped({"shared.txt": (text.encode(), 0o644),
                                     f"{text}.txt": (b"x", 0o644)})
        arns = []
        for name in ("one", "two"):
            published = api.publish_layer_version(
                LayerName=name, Content={"ZipFile": layer(name)},
                CompatibleRuntimes=["provided.al2023"])
            same(published["Version"], 1)
            arns.append(published["LayerVersionArn"])
            with urllib.request.urlopen(published["Content"]["Location"]) as answer:
                same(answer.read() == layer(name), True)
        same(api.publish_layer_version(LayerName="one", Content={"ZipFile": layer("one")})["Version"],
             2)
        create(api, Layers=arns)
        same(ask(api, "read", path="/opt/shared.txt")["text"], "two")
        same(ask(api, "read", path="/opt/one.txt")["text"], "x")
        same([v["Version"] for v in api.list_layer_versions(LayerName="one")["LayerVersions"]],
             [2, 1])
        same(sorted(l["LayerName"] for l in api.list_layers()["Layers"]), ["one", "two"])
        same(api.get_layer_version(LayerName="two", VersionNumber=1)["LayerVersionArn"], arns[1])
        same(api.get_layer_version_by_arn(Arn=arns[0])["LayerVersionArn"], arns[0])
        api.delete_layer_version(LayerName="one", VersionNumber=1)
        refused(lambda: api.get_layer_version(LayerName="one", VersionNumber=1),
                "ResourceNotFoundException", "The resource you requested does not exist.", 404)
        same(ask(api, "read", path="/opt/one.txt")["text"], "x", "the layer is in use")
        refused(lambda: create(api, "g", Layers=[arns[0]]), "InvalidParameterValueException",
                f"Layer version {arns[0]} does not exist.", 400)


@limit(120)
def test_paginators_run_to_their_end():
    with Service() as (_, api):
        furnish_lists(api)
        for name, member, arguments, count in LISTS:
            paginator = api.get_paginator(name)
            for size in (1, 2, 3, 50):
                got = list(paginator.paginate(PaginationConfig={"PageSize": size}, **arguments))
                found = [item for page in got for item in page[member]]
                same(len(found), count, f"{name} by {size}")
                same(len({json.dumps(item, default=str) for item in found}), count, name)
                same(max(len(page[member]) for page in got) <= size, True, f"{name} by {size}")
                same(len(got) >= -(-count // size), True, f"{name} by {size}")
        every = api.list_functions(FunctionVersion="ALL")["Functions"]
        same(len(every), 8)


def test_each_paginator_and_waiter_of_the_model_is_walked():
    """Of those that page or poll an operation that is carried out."""
    answered = carried_out()
    with Service() as (_, api):
        pages = botocore.session.get_session().get_paginator_model("lambda")
        wanted = {xform_name(name) for name in answered if has_paginator(pages, name)}
        walked = {name for name, *_ in LISTS}
        same((walked - wanted, WAITERS - set(api.waiter_names)), (set(), set()))
        if is_recorded_sdk():  # a later release may have more
            same((wanted, set(api.waiter_names)), (walked, WAITERS))


def has_paginator(pages, name):
    try:
        return bool(pages.get_paginator(name))
    except ValueError:
        return False


@limit(90)
def test_what_hangs_on_a_function():
    with Service() as (_, api):
        create(api, Tags={"team": "a"})
        arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
        same(api.list_tags(Resource=arn)["Tags"], {"team": "a"})
        api.tag_resource(Resource=arn, Tags={"more": "b"})
        api.untag_resource(Resource=arn, TagKeys=["team"])
        same(api.get_function(FunctionName="f")["Tags"], {"more": "b"})

        statement = json.loads(api.add_permission(
            FunctionName="f", StatementId="s3", Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::bucket")["Statement"])
        same(statement["Principal"], {"Service": "s3.amazonaws.com"})
        same(statement["Condition"], {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}})
        policy = json.loads(api.get_policy(FunctionName="f")["Policy"])
        same(policy["Statement"], [statement])
        api.remove_permission(FunctionName="f", StatementId="s3")
        refused(lambda: api.get_policy(FunctionName="f"), "ResourceNotFoundException",
                "The resource you requested does not exist.", 404)

        put = api.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
        same(put["FunctionArn"], arn + ":$LATEST")
        merged = api.update_function_event_invoke_config(
            FunctionName="f", MaximumEventAgeInSeconds=60)
        same((merged["MaximumRetryAttempts"], merged["MaximumEventAgeInSeconds"]), (1, 60))
        same(len(api.list_function_event_invoke_configs(FunctionName="f")
                 ["FunctionEventInvokeConfigs"]), 1)
        api.delete_function_event_invoke_config(FunctionName="f")

        url = api.create_function_url_config(FunctionName="f", AuthType="NONE")
        same(40 <= len(url["FunctionUrl"]) <= 100, True, url["FunctionUrl"])
        same(api.get_function_url_config(FunctionName="f")["InvokeMode"], "BUFFERED")
        api.update_function_url_config(FunctionName="f", AuthType="AWS_IAM",
                                       Cors={"AllowOrigins": ["*"], "MaxAge": 5})
        same(api.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"][0]["Cors"],
             {"AllowOrigins": ["*"], "MaxAge": 5})
        api.delete_function_url_config(FunctionName="f")

        made = api.create_event_source_mapping(
            FunctionName="f", EventSourceArn="arn:aws:sqs:us-east-1:000000000000:q", BatchSize=5)
        uuid = made["UUID"]
        settle_mapping(api, uuid)
        same(api.update_event_source_mapping(UUID=uuid, BatchSize=7)["BatchSize"], 7)
        same(len(api.list_event_source_mappings(FunctionName="f")["EventSourceMappings"]), 1)
        settle_mapping(api, uuid)
        api.delete_event_source_mapping(UUID=uuid)
        wait_until("the mapping to go", lambda: not api.list_event_source_mappings(
            FunctionName="f")["EventSourceMappings"])
        same(without_metadata(api.get_function_code_signing_config(FunctionName="f"))
             ["FunctionName"], "f")


@limit(90)
def test_what_is_set_apart_from_the_configuration():
    with Service() as (_, api):
        create(api)
        version = {"FunctionName": "f",
                   "Qualifier": api.publish_version(FunctionName="f")["Version"]}
        api.put_provisioned_concurrency_config(ProvisionedConcurrentExecutions=1, **version)
        api.delete_provisioned_concurrency_config(**version)
        refused(lambda: api.get_provisioned_concurrency_config(**version),
                "ProvisionedConcurrencyConfigNotFoundException",
                "No Provisioned Concurrency Config found for this function", 404)

        api.publish_layer_version(LayerName="l", Content={"ZipFile": guest_zip()})
        layer = {"LayerName": "l", "VersionNumber": 1}
        added = api.add_layer_version_permission(
            StatementId="s", Action="lambda:GetLayerVersion", Principal="*", **layer)
        same(json.loads(added["Statement"])["Sid"], "s")
        policy = api.get_layer_version_policy(**layer)
        same(json.loads(policy["Policy"])["Statement"], [json.loads(added["Statement"])])
        api.remove_layer_version_permission(StatementId="s", **layer)
        refused(lambda: api.get_layer_version_policy(**layer), "ResourceNotFoundException",
                status=404)

        api.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
        same(api.get_function_recursion_config(FunctionName="f")["RecursiveLoop"], "Allow")
        api.put_runtime_management_config(FunctionName="f", UpdateRuntimeOn="FunctionUpdate")
        same(api.get_runtime_management_config(FunctionName="f")["UpdateRuntimeOn"],
             "FunctionUpdate")


def test_what_is_not_supported_names_the_operation():
    """Each operation that is known and not carried out, with a request that is right."""
    with Service() as (_, api):
        names = (operations() & set(api.meta.service_model.operation_names)) - carried_out()
        same(len(names) > 25, True, names)
        for name in sorted(names):
            model = api.meta.service_model.operation_model(name)
            request = violations.example(model.input_shape) if model.input_shape else {}
            refused(lambda n=name, r=request: api._make_api_call(n, r), "NotImplemented",
                    f"{name} is not supported by this emulator", 501)
