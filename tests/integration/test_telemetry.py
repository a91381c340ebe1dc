# SPDX-License-Identifier: Apache-2.0
"""The Telemetry API and the Logs API as an extension meets them."""

import json

from fixture import Emulator, guest, same

TELEMETRY = "/2022-07-01/telemetry"
LOGS = "/2020-08-15/logs"
UNKNOWN = "01234567-89ab-4def-8123-456789abcdef"


def test_only_a_registered_extension_may_subscribe():
    cases = [
        (TELEMETRY, None, "Extension.MissingExtensionIdentifier",
         "Missing Lambda-Extension-Identifier header"),
        (LOGS, "nonsense", "Extension.InvalidExtensionIdentifier",
         "Invalid Lambda-Extension-Identifier"),
        (TELEMETRY, UNKNOWN, "Extension.UnknownExtensionIdentifier",
         f"Unknown extension {UNKNOWN}"),
        (LOGS, UNKNOWN, "Extension.UnknownExtensionIdentifier",
         f"Unknown extension {UNKNOWN}"),
    ]
    calls = [{"method": "PUT", "path": path, "body": "{}",
              "headers": {"Lambda-Extension-Identifier": who} if who else {}}
             for path, who, _, _ in cases]
    calls.append({"method": "POST", "path": TELEMETRY})
    with Emulator(guest()) as lamb:
        answers = lamb.ask("calls", calls=calls).json
    for answer, (_, _, kind, text) in zip(answers, cases):
        same(answer["status"], 403)
        same(json.loads(answer["body"]), {"errorMessage": text, "errorType": kind})
    same((answers[-1]["status"], answers[-1]["body"]), (405, ""))
