# SPDX-License-Identifier: Apache-2.0
"""lamb/services.h: Lambda against the emulator, and what the services may answer."""

import base64
import errno
import json
import urllib.parse

from calls import KEY, SECRET, Calls, Scripted, http
from fixture import Emulator, contains, guest, same

REFUSED, NOT_FOUND, CONDITION, THROTTLED, FUNCTION_ERROR, PARTIAL = range(1, 7)
MESSAGES = [{"body": "one"}, {"body": "two \u20ac \"\n", "delay": 3}, {"body": "three"}]


NAME = "arn:aws:lambda:us-east-1:000000000000:function:guest"


def lambda_calls(lamb, **env):
    """Calls to an emulator, which is in another region than the scripted servers."""
    return Calls(lamb.url, AWS_REGION="us-east-1", **env)


def one(answer, **wish):
    """(what came, the request) of one call that gets ANSWER."""
    with Scripted(answer) as server:
        with Calls(server.url) as calls:
            got = calls(**wish)
        return got, server.requests[0] if server.requests else None


def target(request):
    return request.fields["x-amz-target"], request.fields["content-type"]


# -- Lambda, served by the emulator --------------------------------------------------------


def test_a_function_of_the_emulator_is_invoked():
    with Emulator(guest()) as lamb:
        with lambda_calls(lamb) as calls:
            got = calls(op="invoke", function="guest", payload='{"do": "echo"}',
                        show="X-Amz-Executed-Version")
            same((got["r"], got["status"], got["header"]), (0, 200, "$LATEST"))
            same(json.loads(json.loads(got["value"])["body"]), {"do": "echo"})


def test_a_function_that_fails_is_an_outcome_of_its_own():
    with Emulator(guest()) as lamb:
        with lambda_calls(lamb) as calls:
            got = calls(op="invoke", function="guest", payload=json.dumps(
                {"do": "error", "body": '{"errorType": "Order.NotFound", "errorMessage": "none"}'}))
    same((got["r"], got["status"], got["attempts"]), (FUNCTION_ERROR, 200, 1))
    same((got["code"], got["message"]), ("Order.NotFound", "none"))
    same(json.loads(got["value"])["errorType"], "Order.NotFound")


def test_a_function_that_is_not_there_is_not_found():
    with Emulator(guest()) as lamb:
        with lambda_calls(lamb) as calls:
            got = calls(op="invoke", function="a:b", payload="{}")
            same((got["r"], got["status"], got["code"]),
                 (NOT_FOUND, 404, "ResourceNotFoundException"))
            contains(got["message"], "Function not found")


def test_an_event_is_handed_over_and_not_waited_for():
    with Emulator(guest()) as lamb:
        with lambda_calls(lamb) as calls:
            got = calls(op="invoke_async", function="guest",
                        payload='{"do": "stderr", "lines": ["came asynchronously"]}')
            same((got["r"], got["status"], got["value"]), (0, 202, ""))
        lamb.wait_log("came asynchronously")


def test_an_emulator_that_asks_for_signatures_takes_ours():
    with Emulator(guest(), env={"LAMB_ACCESS_KEY": f"{KEY}:{SECRET}"}) as lamb:
        with lambda_calls(lamb, AWS_SESSION_TOKEN="token") as calls:
            same(calls(op="invoke", function=NAME, payload='{"do": "echo"}')["r"], 0)
            got = calls(service="lambda", method="GET", path="/2015-03-31/functions",
                        query="MaxItems=2&Marker=")
            same((got["r"], got["status"]), (0, 200))
        with lambda_calls(lamb, AWS_SECRET_ACCESS_KEY="another") as calls:
            got = calls(op="invoke", function=NAME, payload="{}")
            same((got["r"], got["code"]), (REFUSED, "InvalidSignatureException"))


def test_wrong_arguments_are_refused_before_anything_is_sent():
    rows = [
        ({"op": "invoke", "function": ""}, "no function"),
        ({"op": "invoke", "function": "f", "payload": "{"}, "no JSON"),
        ({"op": "sqs", "queue": "", "messages": MESSAGES}, "no queue"),
        ({"op": "sqs", "queue": "q", "messages": []}, "not 1 to 10"),
        ({"op": "sqs", "queue": "q", "messages": MESSAGES * 4}, "not 1 to 10"),
        ({"op": "kinesis", "stream": "s", "records": [{"data": "x"}]}, "no partition key"),
        ({"op": "kinesis", "stream": "s", "records": []}, "not 1 to 500"),
        ({"op": "bus", "events": [{"source": "s", "type": "t", "detail": "[]"}]}, "no object"),
        ({"op": "bus", "events": [{"source": "s", "detail": "{}"}]}, "no detail type"),
        ({"op": "sns", "topic": "", "body": "b"}, "no topic"),
        ({"op": "s3_get", "bucket": "a/b", "key": "k"}, "no bucket"),
        ({"op": "s3_put", "bucket": "b", "key": "", "bytes": ""}, "no key"),
        ({"op": "dynamodb_get", "table": "t", "key": "42"}, "no object"),
        ({"op": "dynamodb_get", "table": "t"}, "no key"),
        ({"op": "dynamodb_put", "table": "t", "item": "{}", "update": "SET a = b"}, "update"),
        ({"op": "dynamodb_put", "table": "t", "item": "{}", "values": "{,}"}, "no JSON"),
        ({"op": "dynamodb_update", "table": "t", "key": "{}"}, "no update"),
    ]
    with Scripted() as server:
        with Calls(server.url) as calls:
            for wish, text in rows:
                got = calls(**wish)
                same((got["r"], got["code"]), (-errno.EINVAL, "Client.Invalid"), str(wish))
                contains(got["message"], text, str(wish))
        same(server.connections, 0)


# -- what is sent, and what the answers mean -----------------------------------------------


def test_one_message_goes_alone_and_more_as_a_batch():
    got, request = one(http(200, {"MessageId": "m1"}), op="sqs", queue="http://q",
                       messages=[{"body": "b", "group": "g", "deduplication": "d"}], entries=1)
    same((got["r"], got["entries"][0]["id"]), (0, "m1"))
    same(target(request), ("AmazonSQS.SendMessage", "application/x-amz-json-1.0"))
    same(json.loads(request.body), {"QueueUrl": "http://q", "MessageBody": "b",
                                    "MessageGroupId": "g", "MessageDeduplicationId": "d"})
    answer = {"Successful": [{"Id": str(i), "MessageId": f"m{i}"} for i in (2, 0, 1)]}
    got, request = one(http(200, answer), op="sqs", queue="http://q", messages=MESSAGES,
                       entries=4)
    same([entry["id"] for entry in got["entries"]], ["m0", "m1", "m2", None])
    same(target(request)[0], "AmazonSQS.SendMessageBatch")
    same(json.loads(request.body)["Entries"][1],
         {"Id": "1", "MessageBody": MESSAGES[1]["body"], "DelaySeconds": 3})


def test_what_failed_in_a_batch_of_messages_is_told_by_entry():
    answer = {"Successful": [{"Id": "0", "MessageId": "m0"}],
              "Failed": [{"Id": "2", "Code": "InternalError", "Message": "no"},
                         {"Id": "1", "Code": "InvalidMessageContents"}]}
    got, _ = one(http(200, answer), op="sqs", queue="q", messages=MESSAGES, entries=3)
    same((got["r"], got["code"]), (PARTIAL, "Client.Partial"))
    same(got["entries"], [{"id": "m0", "code": None, "message": None},
                          {"id": None, "code": "InvalidMessageContents", "message": None},
                          {"id": None, "code": "InternalError", "message": "no"}])
    contains(got["message"], "2 of 3")


def test_answers_that_leave_an_entry_open_are_no_success():
    rows = [
        ("sqs", {"queue": "q", "messages": MESSAGES},
         [{}, [], {"Successful": [{"Id": "0", "MessageId": "m"}]}, {"Successful": 3},
          {"Successful": [{"Id": "99", "MessageId": "m"}, {"Id": "x"}, None]}]),
        ("sqs", {"queue": "q", "messages": MESSAGES[:1]}, [{}, {"MessageId": 4}]),
        ("kinesis", {"stream": "s", "records": [{"key": "k", "data": "d"}] * 2},
         [{}, {"Records": []}, {"Records": [{"SequenceNumber": "1"}, {}]}]),
        ("bus", {"events": [{"source": "s", "type": "t", "detail": "{}"}]},
         [{"Entries": [{}]}, {"Entries": {}}]),
    ]
    for op, wish, answers in rows:
        for answer in answers:
            got, _ = one(http(200, answer), op=op, **wish)
            same((got["r"], got["code"]), (-errno.EBADMSG, "Client.BadAnswer"), str(answer))
    for garbage in (b"", b"{", b"\xff\xfe", b"<xml/>"):
        got, _ = one(http(200, garbage), op="sns", topic="t", body="b")
        same((got["r"], got["code"]), (-errno.EBADMSG, "Client.BadAnswer"), repr(garbage))
        got, _ = one(http(200, garbage), op="dynamodb_get", table="t", key="{}")
        same((got["r"], got["code"]), (-errno.EBADMSG, "Client.BadAnswer"), repr(garbage))


def test_records_are_sent_in_base64_and_answered_in_order():
    got, request = one(http(200, {"ShardId": "s", "SequenceNumber": "17"}), op="kinesis",
                       stream="s", records=[{"key": "k", "data": "\u20ac"}], entries=1)
    same((got["r"], got["entries"][0]["id"]), (0, "17"))
    same(target(request), ("Kinesis_20131202.PutRecord", "application/x-amz-json-1.1"))
    same(base64.b64decode(json.loads(request.body)["Data"]).decode(), "\u20ac")
    answer = {"FailedRecordCount": 1, "Records": [
        {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow"},
        {"SequenceNumber": "18", "ShardId": "s"}]}
    got, request = one(http(200, answer), op="kinesis", stream="s", entries=2,
                       records=[{"key": "a", "data": "1"}, {"key": "b", "data": "2"}])
    same((got["r"], [entry["id"] for entry in got["entries"]]), (PARTIAL, [None, "18"]))
    same(got["entries"][0]["message"], "slow")
    same(len(json.loads(request.body)["Records"]), 2)


def test_events_for_a_bus_carry_their_detail_as_text():
    event = {"bus": "b", "source": "s", "type": "t", "detail": '{"a": "\u20ac"}'}
    got, request = one(http(200, {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}),
                       op="bus", events=[event], entries=1)
    same((got["r"], got["entries"][0]["id"]), (0, "e"))
    same(json.loads(request.body), {"Entries": [
        {"EventBusName": "b", "Source": "s", "DetailType": "t", "Detail": event["detail"]}]})
    got, _ = one(http(200, {"Entries": [{"ErrorCode": "X", "ErrorMessage": "y"}]}),
                 op="bus", events=[event], entries=1)
    same((got["r"], got["entries"][0]["code"]), (PARTIAL, "X"))


def test_a_topic_is_published_to_with_a_form():
    answer = b"<PublishResponse><PublishResult><MessageId>id-1</MessageId></PublishResult>" \
             b"</PublishResponse>"
    got, request = one(http(200, answer), op="sns", topic="arn:t", body="a&b=\u20ac ",
                       subject="s", entries=1)
    same((got["r"], got["entries"][0]["id"]), (0, "id-1"))
    same(urllib.parse.parse_qs(request.body.decode(), strict_parsing=True), {
        "Action": ["Publish"], "Version": ["2010-03-31"], "TopicArn": ["arn:t"],
        "Message": ["a&b=\u20ac "], "Subject": ["s"]})


def test_an_object_is_named_by_its_path():
    got, request = one(http(200), op="s3_put", bucket="b", key="a b/../\u20ac.txt",
                       bytes="content", type="text/plain")
    same(got["r"], 0)
    same((request.method, request.target, request.body, request.fields["content-type"]),
         ("PUT", "/b/a%20b/../%E2%82%AC.txt", b"content", "text/plain"))
    contains(request.fields["authorization"], "x-amz-content-sha256")
    got, _ = one(http(404, b"<Error><Code>NoSuchKey</Code></Error>"), op="s3_get", bucket="b",
                 key="k")
    same((got["r"], got["code"]), (NOT_FOUND, "NoSuchKey"))


def test_a_condition_that_is_not_met_is_an_outcome_of_its_own():
    failed = {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
              "message": "The conditional request failed"}
    got, request = one(http(400, failed), op="dynamodb_put", table="t",
                       item='{"id": {"S": "1"}}', condition="attribute_not_exists(#i)",
                       names='{"#i": "id"}')
    same((got["r"], got["code"], got["attempts"]),
         (CONDITION, "ConditionalCheckFailedException", 1))
    same(target(request), ("DynamoDB_20120810.PutItem", "application/x-amz-json-1.0"))
    same(json.loads(request.body), {
        "TableName": "t", "Item": {"id": {"S": "1"}},
        "ConditionExpression": "attribute_not_exists(#i)",
        "ExpressionAttributeNames": {"#i": "id"}})


def test_an_item_is_lent_alone_and_none_is_not_found():
    got, request = one(http(200, {"Item": {"id": {"S": "1"}}, "X": 1}), op="dynamodb_get",
                       table="t", key='{"id": {"S": "1"}}')
    same((got["r"], json.loads(got["value"])), (0, {"id": {"S": "1"}}))
    same(json.loads(request.body)["ConsistentRead"], True)
    got, _ = one(http(200, {}), op="dynamodb_get", table="t", key="{}")
    same((got["r"], got["code"], got["value"]), (NOT_FOUND, "Client.NoItem", ""))
    got, _ = one(http(200, {"Attributes": {"n": {"N": "2"}}}), op="dynamodb_update", table="t",
                 key="{}", update="ADD n :one", values='{":one": {"N": "1"}}',
                 **{"return": "ALL_NEW"})
    same((got["r"], json.loads(got["value"])), (0, {"n": {"N": "2"}}))
