# SPDX-License-Identifier: Apache-2.0
"""The samples do what their READMEs show: each command of a README is run, and what it
printed there is compared. With LAMB_WRITE_README=1 it is written instead."""

import json
import os
import shutil

import shown
from calls import Scripted, http
from fixture import ROOT, Emulator, build_path, contains, new_dir, same

class Sample:
    """A sample as its README wants it: its folder with the compiled object in it, started
    from its template, or as START, arguments of `lamb start`, says."""

    def __init__(self, name, start=None, **parameters):
        self.name = name
        self.source = os.path.join(ROOT, "samples", name)
        self.folder = os.path.join(new_dir("sample"), name)
        shutil.copytree(self.source, self.folder)
        for file in (f"{name}.so", name):
            if os.path.isfile(build_path("samples", name, file)):
                shutil.copy(build_path("samples", name, file), self.folder)
        words = [word for pair in parameters.items()
                 for word in ("--parameter-overrides", "=".join(pair))]
        self.lamb = Emulator(args=start(self.folder) if start else [
            "--template", os.path.join(self.folder, "template.yaml"), *words])

    def __enter__(self):
        self.lamb.__enter__()
        return self

    def __exit__(self, *what):
        return self.lamb.__exit__(*what)

    def check(self):
        """Run the README's unit tests and invocations; returns what the latter printed."""
        ran = []

        def command(line):
            ran.append((line, shown.run(line, self.lamb, self.folder)))
            return ran[-1][1]

        shown.check(os.path.join(self.source, "README.md"), "lamb invoke |cc -o [a-z-]+_test ",
                    command)
        return [printed for line, printed in ran if "lamb invoke " in line]


def test_hello_greets():
    with Sample("hello", start=lambda top: [os.path.join(top, "hello.so")]) as sample:
        same(json.loads(sample.check()[0]), {"greeting": "Hello, Ada"})


def test_an_extension_leaves_the_answer_alone():
    def with_layer(top):
        os.makedirs(os.path.join(top, "layer", "extensions"))
        shutil.copy(os.path.join(top, "extension"), os.path.join(top, "layer", "extensions"))
        return ["--layer", os.path.join(top, "layer"),
                build_path("samples", "hello", "hello.so")]

    with Sample("extension", start=with_layer) as sample:
        same(json.loads(sample.check()[0]), {"greeting": "Hello, Ada"})
        sample.lamb.wait_log("INVOKED ")


def test_one_web_service_answers_every_front():
    with Sample("http", start=lambda top: [os.path.join(top, "http.so")]) as sample:
        *answers, refused = sample.check()
    same([json.loads(text)["statusCode"] for text in answers], [200, 200, 200, 204])
    same({json.loads(text)["body"] for text in answers[:3]},
         {'{"id":"42","lang":"de","title":"Eine Sache"}'})
    contains(refused, "BadEvent")


def test_a_handler_in_cplusplus_counts_words():
    with Sample("cplusplus", start=lambda top: [os.path.join(top, "cplusplus.so")]) as sample:
        sample.check()


def test_a_program_of_its_own_chooses_its_handler():
    with Sample("own-main", start=lambda top: [
            "--name", "own-main", "--handler", "x.measure", "--",
            os.path.join(top, "own-main")]) as sample:
        sample.check()


def test_an_orchestrator_calls_two_functions_and_emits_an_event():
    taken = http(200, {"Entries": [{"EventId": "e"}], "FailedEntryCount": 0})
    with Scripted(taken) as bus:
        with Sample("orchestrator", StandIn=bus.url) as sample:
            first, second = sample.check()
        same(json.loads(first), {"price": 8.5, "left": 0})
        contains(second, "Order.SoldOut")
        (request,) = bus.requests
        entry = json.loads(request.body)["Entries"][0]
        same((entry["Source"], entry["DetailType"], entry["Detail"]),
             ("shop.orders", "Order placed", '{"price":8.50,"left":0}'))


def failed(text):
    return [one["itemIdentifier"] for one in json.loads(text)["batchItemFailures"]]


def test_a_batch_gives_back_what_could_not_be_shipped():
    with Sample("sqs") as sample:
        first, second, third = sample.check()
        sample.lamb.wait_log("shipped 1 of table")
    same(([name[-2:] for name in failed(first)], failed(second)), (["72", "73"], []))
    contains(third, "BadEvent")


def test_a_stream_is_worked_in_order_and_stops_at_the_first_failure():
    with Sample("stream-consumer") as sample:
        kinesis, dynamodb, *_ = sample.check()
        sample.lamb.wait_log("key=\"ada\"")
    same(([name[-2:] for name in failed(kinesis)], failed(dynamodb)), (["02", "03"], []))


def test_a_choreography_reaches_its_last_function():
    with Sample("choreography") as sample:
        sample.check()
        for name in ("pick", "pack", "ship"):
            sample.lamb.wait_log(rf'{name} \{{"parcel":7\}}')


def test_an_idempotent_consumer_pays_once():
    refused = http(400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailed"
                                   "Exception", "message": "The conditional request failed"})
    with Scripted(http(200, {}), refused) as table:
        with Sample("idempotent", StandIn=table.url) as sample:
            first, second, third = sample.check()
        same([json.loads(text)["paid"] for text in (first, second)], [True, False])
        contains(third, "BadEvent")
        for request in table.requests:
            wish = json.loads(request.body)
            same((wish["TableName"], wish["Item"], wish["ConditionExpression"]),
                 ("orders", {"id": {"S": "42"}}, "attribute_not_exists(id)"))


def test_late_work_waits_for_the_next_invocation():
    with Sample("late") as sample:
        first, second, careful = map(json.loads, sample.check())
        before = sample.lamb.wait_log("record 1 sent").start()
        same(sample.lamb.log.count("START RequestId", 0, before), 3, sample.lamb.log)
    same((first, second), ({"order": 1, "records sent": 0}, {"order": 2, "records sent": 0}))
    same(careful, {"order": 1, "records sent": 1})


def test_late_work_is_done_where_nothing_is_frozen_and_told_on_request():
    def started(*args):
        return lambda top: [*args, "--handler", "late.hasty", os.path.join(top, "late.so")]

    with Sample("late", start=started("--freeze", "off")) as sample:
        sample.lamb.invoke("late")
        sample.lamb.wait_log("record 1 sent")
    with Sample("late", start=started("--freeze-report")) as sample:
        sample.lamb.invoke("late")
        sample.lamb.wait_log(r"late: stands still: thread \d+ sender, \d+ ms of CPU")


def test_a_warm_environment_finds_its_database():
    with Sample("warm") as sample:
        outputs = sample.check()
    same([json.loads(text) for text in outputs],
         [{"count": 1, "warm": False}, {"count": 2, "warm": True}])


def test_a_scheduled_job_works_for_the_time_of_its_event():
    with Sample("scheduled") as sample:
        contains(sample.check()[0], "2015-10-08")


def test_a_stream_has_its_lines():
    with Sample("streaming") as sample:
        lines = sample.check()[0].splitlines()
    same([json.loads(line)["line"] for line in lines], [1, 2, 3])


def test_an_object_is_read_and_its_count_written():
    with Scripted(http(200, b"one\ntwo\n"), http(200)) as store:
        with Sample("object", StandIn=store.url) as sample:
            sample.check()
            own = {"Records": [{"eventSource": "aws:s3", "s3": {
                "bucket": {"name": "b"}, "object": {"key": "a.lines"}}}]}
            same(sample.lamb.invoke("lines", json.dumps(own).encode()).json, {"objects": 1})
        read, written = store.requests  # none for its own output
        same((read.method, read.target), ("GET", "/texts/in/two%20words%21.txt"))
        same((written.method, written.target, written.body),
             ("PUT", "/texts/in/two%20words%21.txt.lines", b"2\n"))
