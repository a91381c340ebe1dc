# SPDX-License-Identifier: Apache-2.0
"""Tenants: each has execution environments of its own, and is told to the function."""

import json
import os
import sqlite3

from fixture import Emulator, guest, same
from test_invoke import check_refusal


def per_tenant():
    """An emulator whose guest keeps its tenants apart."""
    with Emulator(guest()) as lamb:
        pass
    db = sqlite3.connect(os.path.join(lamb.state, "state.db"))
    record = json.loads(db.execute("SELECT record FROM functions").fetchone()[0])
    db.execute("UPDATE functions SET record = ?", (json.dumps({**record, "perTenant": True}),))
    db.commit()
    db.close()
    return Emulator(guest("other"), state=lamb.state)


def ask(lamb, tenant, **event):
    answer = lamb.invoke(payload={"do": "echo", **event}, headers={"X-Amz-Tenant-Id": tenant})
    same((answer.status, answer.error), (200, None), repr(answer))
    lamb.settle()
    return answer.json


def test_each_tenant_has_environments_of_its_own():
    with per_tenant() as lamb:
        first = [ask(lamb, "blue"), ask(lamb, "green"), ask(lamb, "a b:c/d=e@f.g+h-i_j")]
        again = [ask(lamb, "blue"), ask(lamb, "green"), ask(lamb, "a b:c/d=e@f.g+h-i_j")]
        same([answer["count"] for answer in first + again], [1, 1, 1, 2, 2, 2])
        same([answer["headers"]["lambda-runtime-aws-tenant-id"] for answer in again],
             ["blue", "green", "a b:c/d=e@f.g+h-i_j"])
        same(lamb.status()["environments"], 3)


def test_a_tenant_has_to_be_named_where_tenants_are_kept_apart():
    with per_tenant() as lamb:
        for kind in ("RequestResponse", "Event", "DryRun"):
            check_refusal(lamb.invoke(headers={"X-Amz-Invocation-Type": kind}), 400,
                          "InvalidParameterValueException", "message",
                          "is enabled with tenancy configuration. Add a valid tenant ID")
        same((lamb.status()["environments"], lamb.status()["queued"]), (0, 0))


def test_an_event_keeps_its_tenant():
    with per_tenant() as lamb:
        answer = lamb.invoke(payload={"do": "headers"}, headers={
            "X-Amz-Invocation-Type": "Event", "X-Amz-Tenant-Id": "blue"})
        same(answer.status, 202)
        headers = json.loads(lamb.wait_log(r"HEADERS (\{.*\})").group(1))
        same(headers["lambda-runtime-aws-tenant-id"], "blue")
