# SPDX-License-Identifier: Apache-2.0
"""lamb/aws.h and lamb/services.h when memory runs out: every allocation fails once."""

import errno

from calls import Calls, Scripted, http
from fixture import same

MESSAGES = [{"body": "one"}, {"body": "two"}]
RECORDS = [{"key": "k", "data": "one"}, {"key": "k", "data": "two"}]
EVENTS = [{"source": "s", "type": "t", "detail": "{}"}] * 2

# (the call, the answer to it)
CALLS = [
    ({"service": "sqs", "path": "/x", "query": "a=b", "headers": {"X-A": "b"}, "body": "b"},
     http(200, b"x" * 20_000)),
    ({"op": "invoke", "function": "f", "payload": "{}"}, http(200, {"n": 1})),
    ({"op": "invoke_async", "function": "f", "payload": "{}"}, http(202)),
    ({"op": "sqs", "queue": "q", "messages": MESSAGES[:1]}, http(200, {"MessageId": "m"})),
    ({"op": "sqs", "queue": "q", "messages": MESSAGES},
     http(200, {"Successful": [{"Id": str(i), "MessageId": "m"} for i in range(2)]})),
    ({"op": "kinesis", "stream": "s", "records": RECORDS},
     http(200, {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1"}] * 2})),
    ({"op": "bus", "events": EVENTS},
     http(200, {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}] * 2})),
    ({"op": "sns", "topic": "t", "body": "b", "subject": "s"},
     http(200, b"<R><MessageId>m</MessageId></R>")),
    ({"op": "s3_get", "bucket": "b", "key": "k"}, http(200, b"bytes")),
    ({"op": "s3_put", "bucket": "b", "key": "k", "bytes": "bytes"}, http(200)),
    ({"op": "dynamodb_get", "table": "t", "key": "{}"}, http(200, {"Item": {"a": {"S": "b"}}})),
    ({"op": "dynamodb_put", "table": "t", "item": "{}"}, http(200, {})),
    ({"op": "dynamodb_update", "table": "t", "key": "{}", "update": "SET a = :a",
      "values": '{":a": {"S": "b"}}', "return": "ALL_NEW"},
     http(200, {"Attributes": {"a": {"S": "b"}}})),
]
ROUNDS = 300


def every_allocation(wish, answer, wanted):
    """Make the call until nothing is refused any more; how often it failed."""
    failed = 0
    with Scripted(*[answer] * ROUNDS * 2) as server:
        with Calls(server.url) as calls:
            for n in range(1, ROUNDS):
                got = calls(**wish, refuse=n)
                if got["allocations"] < n:
                    same(got["r"], wanted, str(wish))
                    return failed
                if got["r"] != wanted:
                    same(got["r"], -errno.ENOMEM, f"allocation {n} of {wish}")
                    assert got["code"] in ("", "Client.OutOfMemory"), got
                    failed += 1
                same(calls(**wish)["r"], wanted, f"after allocation {n} of {wish}")
    raise AssertionError(f"more than {ROUNDS} allocations for {wish}")


def test_whichever_allocation_fails_a_call_says_so_and_the_next_is_made():
    for wish, answer in CALLS:
        assert every_allocation(wish, answer, 0) > 2, wish


def test_whichever_allocation_fails_an_error_of_the_service_stays_one():
    error = http(400, {"__type": "x#ValidationException", "message": "bad"})
    assert every_allocation(CALLS[5][0], error, 1) > 2
