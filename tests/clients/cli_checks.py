# SPDX-License-Identifier: Apache-2.0
"""cli_checks - a plug-in of the AWS CLI (its configuration names it): every answer that
the CLI gets from the Lambda API is held against its own model of the service."""

import answers
from proof import proved


def check_answer(http_response, parsed, model, **_):
    answers.check(http_response, parsed, model)
    if http_response.status_code < 300:
        proved("success", model.name, "CLI")


def awscli_initialize(event_hooks):
    event_hooks.register("after-call.lambda", check_answer)
