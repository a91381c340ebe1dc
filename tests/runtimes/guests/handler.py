# SPDX-License-Identifier: Apache-2.0
"""A handler for AWS's runtime interface client: does what the event tells it to."""

import os
import time


def handler(event, context):
    do = event["do"]
    if do == "error":
        raise ValueError("told to fail")
    if do == "exit":
        os._exit(7)
    if do == "sleep":
        time.sleep(60)
    if do == "log":
        print("a word from the guest")
        return "logged"
    if do == "context":
        return {"id": context.aws_request_id, "arn": context.invoked_function_arn,
                "name": context.function_name, "version": context.function_version,
                "memory": int(context.memory_limit_in_mb),
                "remaining": context.get_remaining_time_in_millis()}
    return event
