# SPDX-License-Identifier: Apache-2.0
"""lamb/services.h against moto's server, a stand-in for AWS that others wrote."""

import json
import subprocess
import sys

import boto3
from calls import Calls
from fixture import Skip, clean_environment, limit, private_path, same, wait_until

NOT_FOUND, CONDITION = 2, 3
REGION = "us-east-1"


class Moto:
    """A server of its own: `with Moto() as (api, calls)`, API makes boto3 clients."""

    def __enter__(self):
        try:
            import moto.server  # noqa: F401 pylint: disable=import-outside-toplevel,unused-import
        except ImportError as why:
            raise Skip(f"moto's server is not installed: {why}") from None
        self.log = open(private_path("moto.log"), "w+b")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=clean_environment(PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1",
                                  AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test"))
        try:
            self.url = wait_until("moto to listen", self.find_url, 60)
        except BaseException:
            self.stop()
            raise
        self.calls = Calls(self.url, AWS_REGION=REGION, AWS_ACCESS_KEY_ID="test",
                           AWS_SECRET_ACCESS_KEY="test")
        return self.client, self.calls.__enter__()

    def find_url(self):
        if self.process.poll() is not None:
            raise AssertionError(f"moto ended with {self.process.returncode}")
        with open(self.log.name, encoding="utf-8", errors="replace") as f:
            for line in f:
                if "Running on http://" in line:
                    return "http://" + line.split("http://")[1].split()[0]
        return None

    def client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=self.url,
                            aws_access_key_id="test", aws_secret_access_key="test")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def __exit__(self, *what):
        try:
            return self.calls.__exit__(*what)
        finally:
            self.stop()


@limit(120)
def test_messages_reach_a_queue():
    with Moto() as (api, calls):
        sqs = api("sqs")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        got = calls(op="sqs", queue=url, messages=[{"body": "a \u20ac"}], entries=1)
        same((got["r"], got["attempts"]), (0, 1), str(got))
        assert got["entries"][0]["id"]
        got = calls(op="sqs", queue=url, messages=[{"body": "b"}, {"body": "c"}], entries=2)
        same(got["r"], 0, str(got))
        bodies = set()
        while len(bodies) < 3:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10,
                                               WaitTimeSeconds=5).get("Messages", []):
                bodies.add(message["Body"])
        same(bodies, {"a \u20ac", "b", "c"})
        got = calls(op="sqs", queue=url + "-none", messages=[{"body": "b"}])
        same(got["r"], NOT_FOUND, str(got))


@limit(120)
def test_records_events_and_publications_are_taken():
    with Moto() as (api, calls):
        kinesis = api("kinesis")
        kinesis.create_stream(StreamName="s", ShardCount=1)
        got = calls(op="kinesis", stream="s", records=[{"key": "k", "data": "one"}], entries=1)
        same(got["r"], 0, str(got))
        first = got["entries"][0]["id"]
        got = calls(op="kinesis", stream="s", entries=2,
                    records=[{"key": "k", "data": "two"}, {"key": "k", "data": "three"}])
        same(got["r"], 0, str(got))
        shard = kinesis.list_shards(StreamName="s")["Shards"][0]["ShardId"]
        at = kinesis.get_shard_iterator(StreamName="s", ShardId=shard,
                                        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = kinesis.get_records(ShardIterator=at)["Records"]
        same([record["Data"] for record in records], [b"one", b"two", b"three"])
        same([record["SequenceNumber"] for record in records],
             [first] + [entry["id"] for entry in got["entries"]])
        got = calls(op="kinesis", stream="none", records=[{"key": "k", "data": "x"}])
        same(got["r"], NOT_FOUND, str(got))

        got = calls(op="bus", entries=2, events=[
            {"source": "shop", "type": "paid", "detail": '{"id": 1}'},
            {"source": "shop", "type": "sent", "detail": '{"id": 2}'}])
        same(got["r"], 0, str(got))
        assert all(entry["id"] for entry in got["entries"])

        topic = api("sns").create_topic(Name="t")["TopicArn"]
        queue = api("sqs").create_queue(QueueName="q")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:123456789012:q"
        api("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        got = calls(op="sns", topic=topic, body="a&b=<c> \u20ac", subject="s", entries=1)
        same(got["r"], 0, str(got))
        message = api("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]
        notice = json.loads(message["Body"])
        same((notice["Message"], notice["Subject"], notice["MessageId"]),
             ("a&b=<c> \u20ac", "s", got["entries"][0]["id"]))
        got = calls(op="sns", topic=topic + "none", body="x")
        same((got["r"], got["code"]), (NOT_FOUND, "NotFound"), str(got))


@limit(120)
def test_objects_are_written_and_read():
    with Moto() as (api, calls):
        s3 = api("s3")
        s3.create_bucket(Bucket="bucket")
        key = "folder/a b+c\u20ac.txt"
        got = calls(op="s3_put", bucket="bucket", key=key, bytes="content", type="text/x")
        same(got["r"], 0, str(got))
        found = s3.get_object(Bucket="bucket", Key=key)
        same((found["Body"].read(), found["ContentType"]), (b"content", "text/x"))
        got = calls(op="s3_get", bucket="bucket", key=key, show="content-type")
        same((got["r"], got["value"], got["header"]), (0, "content", "text/x"))
        got = calls(op="s3_get", bucket="bucket", key="none")
        same((got["r"], got["code"]), (NOT_FOUND, "NoSuchKey"))
        got = calls(op="s3_get", bucket="nobucket", key="none")
        same((got["r"], got["code"]), (NOT_FOUND, "NoSuchBucket"))


@limit(120)
def test_items_are_written_under_conditions():
    with Moto() as (api, calls):
        api("dynamodb").create_table(
            TableName="t", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        key = '{"id": {"S": "1"}}'
        same(calls(op="dynamodb_get", table="t", key=key)["r"], NOT_FOUND)
        wish = {"op": "dynamodb_put", "table": "t", "item": '{"id": {"S": "1"}, "n": {"N": "1"}}',
                "condition": "attribute_not_exists(id)"}
        same([calls(**wish)["r"] for _ in range(2)], [0, CONDITION])
        got = calls(op="dynamodb_update", table="t", key=key, update="ADD #n :one",
                    names='{"#n": "n"}', values='{":one": {"N": "1"}}', **{"return": "ALL_NEW"})
        same((got["r"], json.loads(got["value"])), (0, {"id": {"S": "1"}, "n": {"N": "2"}}))
        got = calls(op="dynamodb_update", table="t", key=key, update="SET n = :x",
                    condition="n = :x", values='{":x": {"N": "7"}}')
        same(got["r"], CONDITION, str(got))
        got = calls(op="dynamodb_get", table="t", key=key)
        same((got["r"], json.loads(got["value"])["n"]), (0, {"N": "2"}))
        got = calls(op="dynamodb_get", table="none", key=key)
        same((got["r"], got["code"]), (NOT_FOUND, "ResourceNotFoundException"), str(got))
