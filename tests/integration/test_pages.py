# SPDX-License-Identifier: Apache-2.0
"""Lists: pages that hold while things come and go, markers that are the service's own, and
filters."""

import json

from fixture import Emulator, guest, same
from test_errors import (ASYNC, F, LAYERS, MAPPINGS, PROVISIONED, QUEUE, REGION, STREAM,
                         made)
from test_functions import ARN, FUNCTIONS, call, coded, settle, zip_of

ROWS = "/2019-09-30/functions/f/provisioned-concurrency?List=ALL"
URLS = "/2021-10-31/functions/f/url"
# Path, the member with the list, what an item is told by, how many there are.
LISTS = [
    (FUNCTIONS, "Functions", "FunctionName", 4),
    (f"{FUNCTIONS}?FunctionVersion=ALL", "Functions", "FunctionArn", 15),
    (f"{F}/versions", "Versions", "Version", 12),
    (f"{F}/aliases", "Aliases", "Name", 3),
    (f"{LAYERS}/l/versions", "LayerVersions", "Version", 3),
    (LAYERS, "Layers", "LayerName", 2),
    (ASYNC.format("f") + "/list", "FunctionEventInvokeConfigs", "FunctionArn", 3),
    (MAPPINGS, "EventSourceMappings", "UUID", 3),
    (f"{URLS}s", "FunctionUrlConfigs", "FunctionArn", 2),
    (ROWS, "ProvisionedConcurrencyConfigs", "FunctionArn", 2),
]


def put(lamb, method, path, body, want):
    same(lamb.request(method, path, json.dumps(body)).status, want, f"{method} {path}")


def fill(lamb):
    for name in ("f", "g", "h"):
        call(lamb, "POST", FUNCTIONS, made(FunctionName=name), 201)
    for n in range(11):
        settle(lamb)
        put(lamb, "PUT", f"{F}/configuration", {"Description": str(n)}, 200)
        settle(lamb)
        put(lamb, "POST", f"{F}/versions", {}, 201)
    for name, version in (("a", "1"), ("b", "2"), ("c", "1")):
        put(lamb, "POST", f"{F}/aliases", {"Name": name, "FunctionVersion": version}, 201)
        put(lamb, "PUT", ASYNC.format("f") + f"?Qualifier={name}", {"MaximumRetryAttempts": 1},
            200)
    content = {"ZipFile": coded(zip_of({"x": "1"}))}
    for name, more in (("k", {}), ("l", {"CompatibleRuntimes": ["python3.12"],
                                         "CompatibleArchitectures": ["x86_64"]}),
                       ("l", {"CompatibleArchitectures": ["arm64"]}), ("l", {})):
        put(lamb, "POST", f"{LAYERS}/{name}/versions", {"Content": content, **more}, 201)
    for name, source in (("f", QUEUE), ("g", QUEUE), ("f", STREAM)):
        more = {"StartingPosition": "LATEST"} if source == STREAM else {}
        put(lamb, "POST", MAPPINGS, {"FunctionName": name, "EventSourceArn": source, **more},
            202)
    for query in ("", "?Qualifier=a"):
        put(lamb, "POST", URLS + query, {"AuthType": "NONE"}, 201)
    for qualifier in ("3", "4"):
        put(lamb, "PUT", PROVISIONED.format("f", qualifier),
            {"ProvisionedConcurrentExecutions": 1}, 202)


def with_query(path, query):
    return path + ("&" if "?" in path else "?") + query


def pages(lamb, path, member, size=1):
    """Each page as it comes."""
    marker = ""
    while marker is not None:
        page = call(lamb, "GET", with_query(path, f"MaxItems={size}{marker}"))
        marker = f"&Marker={page['NextMarker']}" if "NextMarker" in page else None
        yield page[member]


def refused(lamb, path, marker):
    answer = lamb.request("GET", with_query(path, f"MaxItems=1&Marker={marker}"))
    same((answer.status, answer.json), (400, {
        "Type": "User",
        "message": f"The marker '{marker}' is none that this list gave out."}), path)
    same(answer.headers["x-amzn-errortype"], "InvalidParameterValueException")


def test_every_list_takes_its_own_markers_and_no_others():
    markers = {}
    with Emulator(guest()) as lamb:
        fill(lamb)
        for path, member, key, count in LISTS:
            whole = [item[key] for item in call(lamb, "GET", path)[member]]
            same((len(whole), len(set(whole))), (count, count), f"{path}: {whole}")
            for size in (1, 2):
                got = list(pages(lamb, path, member, size))
                same([item[key] for page in got for item in page], whole, path)
                same([len(page) for page in got[:-1]], [size] * (len(got) - 1), path)
            markers[path] = call(lamb, "GET", with_query(path, "MaxItems=1"))["NextMarker"]
        answer = lamb.request("GET", with_query(LISTS[0][0], "Marker=%ff"))
        same(answer.status, 400, "what is no UTF-8 is no marker either")
        for path, _, _, _ in LISTS:
            for other, marker in markers.items():
                if other != path:
                    refused(lamb, path, marker)
            own = markers[path]
            for wrong in ("made-up", "1", "50", "x" * len(own), own[:-2], own[:16], own[:3],
                          own + "00", own[:-1] + "zz", own[:16] + "66", own.upper() + "A"):
                refused(lamb, path, wrong)
        # Of the same operation with other filters.
        refused(lamb, FUNCTIONS, markers[f"{FUNCTIONS}?FunctionVersion=ALL"])
        refused(lamb, f"{FUNCTIONS}/g/versions", markers[f"{F}/versions"])
        refused(lamb, f"{MAPPINGS}?FunctionName=f", markers[MAPPINGS])
        refused(lamb, f"{LAYERS}?CompatibleArchitecture=arm64", markers[LAYERS])
        lamb.kill()
    with Emulator(guest(), state=lamb.state) as lamb:
        for path, member, key, _ in LISTS:
            whole = [item[key] for item in call(lamb, "GET", path)[member]]
            rest = call(lamb, "GET", with_query(path, f"Marker={markers[path]}"))[member]
            same([item[key] for item in rest], whole[1:], f"{path} after kill -9")


def test_what_goes_between_two_pages_hides_nothing_else():
    with Emulator(guest()) as lamb:
        fill(lamb)
        seen = []
        for page in pages(lamb, FUNCTIONS, "Functions", 2):
            for item in page:
                seen.append(item["FunctionName"])
                settle(lamb)
                call(lamb, "DELETE", f"{FUNCTIONS}/{item['FunctionName']}", None, 204)
        same(seen, ["f", "g", "guest", "h"])
        same(call(lamb, "GET", FUNCTIONS)["Functions"], [])


def names(lamb, path, member, key):
    return [item[key] for item in call(lamb, "GET", path)[member]]


def test_lists_are_filtered():
    with Emulator(guest()) as lamb:
        fill(lamb)
        settle(lamb)
        mapped = f"{ARN}f", f"{ARN}g"
        for query, want in (("", {*mapped}), ("?FunctionName=g", {mapped[1]}),
                            ("?FunctionName=none", set()), (f"?EventSourceArn={STREAM}",
                                                            {mapped[0]}),
                            (f"?EventSourceArn={QUEUE}", {*mapped}),
                            (f"?FunctionName=f&EventSourceArn={QUEUE}", {mapped[0]}),
                            (f"?EventSourceArn={QUEUE}x", set())):
            same(set(names(lamb, MAPPINGS + query, "EventSourceMappings", "FunctionArn")), want,
                 query)
        for query, want in (("", [3, 2, 1]), ("?CompatibleRuntime=python3.12", [1]),
                            ("?CompatibleArchitecture=arm64", [2]),
                            ("?CompatibleArchitecture=x86_64&CompatibleRuntime=python3.12",
                             [1]),
                            ("?CompatibleArchitecture=arm64&CompatibleRuntime=python3.12", [])):
            same(names(lamb, f"{LAYERS}/l/versions{query}", "LayerVersions", "Version"), want,
                 query)
            same([layer["LatestMatchingVersion"]["Version"] for layer in call(
                lamb, "GET", LAYERS + query)["Layers"] if layer["LayerName"] == "l"], want[:1],
                query)
        same(names(lamb, f"{F}/aliases?FunctionVersion=1", "Aliases", "Name"), ["a", "c"])
        same(names(lamb, f"{F}/aliases?FunctionVersion=9", "Aliases", "Name"), [])
        # A region: what Lambda@Edge has replicated from there; ALL: these and all others.
        for region, count in (("ALL", 12), (REGION, 0)):
            same(names(lamb, f"{FUNCTIONS}?MasterRegion={region}&FunctionVersion=ALL",
                       "Functions", "FunctionName").count("f"), count, region)
            same(lamb.request("GET", f"{FUNCTIONS}?MasterRegion={region}").status, 400)


def test_a_version_goes_with_all_that_is_its():
    with Emulator(guest()) as lamb:
        fill(lamb)
        settle(lamb)
        qualified = ASYNC.format("f") + "?Qualifier=5"
        put(lamb, "PUT", qualified, {"MaximumRetryAttempts": 0}, 200)
        call(lamb, "DELETE", f"{F}?Qualifier=5", None, 204)
        same(f"{ARN}f:5" in names(lamb, ASYNC.format("f") + "/list",
                                  "FunctionEventInvokeConfigs", "FunctionArn"), False)
