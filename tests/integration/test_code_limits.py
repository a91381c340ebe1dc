# SPDX-License-Identifier: Apache-2.0
"""How large code may be: the upload, what it unpacks to, and all of it together."""

import http.client
import io
import json
import os
import socket
import urllib.parse
import zipfile

from fixture import Emulator, guest, limit, new_dir, private_path, same, write_file
from test_errors import check, made
from test_functions import FUNCTIONS, call, coded, create, guest_zip, layer, settle, zip_of


def bucket_with(size):
    """A bucket with the zip "large", which unpacks to SIZE bytes."""
    bucket = new_dir("bucket")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        z.writestr("zeros", bytes(size))
    with open(os.path.join(bucket, "large"), "wb") as f:
        f.write(data.getvalue())
    return bucket


def test_a_stop_in_the_middle_of_an_upload_is_a_clean_end():
    with Emulator(guest()) as lamb:
        connection = http.client.HTTPConnection("127.0.0.1", lamb.port, timeout=30)
        connection.request("POST", FUNCTIONS, json.dumps(
            made(Code={"ZipFile": coded(bytes(16 << 20))})))
        # Sent, and not answered: it is parsed, decoded or unpacked now.
        lamb.stop()
        connection.close()


@limit(120)
def test_code_that_is_too_large_is_refused_in_the_services_words():
    with Emulator(guest(), args=["--bucket", f"things={bucket_with(262144001)}"]) as lamb:
        check(lamb, [
            (26, "POST", FUNCTIONS, made(Code={"S3Bucket": "things", "S3Key": "large"}), "IPV",
             "Unzipped size must be smaller than 262144000 bytes"),
            (27, "POST", FUNCTIONS, made(Code={"ZipFile": coded(bytes(52428800))}), "RETL",
             "Zipped size must be smaller than 52428800 bytes"),
        ])
        # The answer to 28 comes before the body: only the head is sent.
        connection = http.client.HTTPConnection("127.0.0.1", lamb.port, timeout=30)
        connection.putrequest("POST", FUNCTIONS)
        connection.putheader("Content-Length", "70167212")
        connection.endheaders()
        answer = connection.getresponse()
        same((answer.status, answer.headers["x-amzn-errortype"], json.loads(answer.read())),
             (413, "RequestEntityTooLargeException", {
                 "message": "Request must be smaller than 70167211 bytes for the "
                            "CreateFunction operation"}), "error 28")
        connection.close()


def resident(lamb, field):
    with open(f"/proc/{lamb.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) << 10 for line in f if line.startswith(field))


def begin_download(lamb, path):
    """Its length; the rest of it waits until somebody reads."""
    connection = http.client.HTTPConnection("127.0.0.1", lamb.port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.request("GET", path)
    answer = connection.getresponse()
    same((answer.status, answer.headers["content-type"]), (200, "application/zip"))
    return connection, answer, int(answer.headers["content-length"])


def test_a_download_outlives_its_function_and_is_not_held_in_memory():
    size = 48 << 20
    code = zip_of({"bootstrap": "#!/bin/sh\n", "filler": os.urandom(size)})
    bucket = new_dir("bucket")
    with open(os.path.join(bucket, "large"), "wb") as f:
        f.write(code)
    with Emulator(guest(), args=["--bucket", f"things={bucket}"]) as lamb:
        source = {"S3Bucket": "things", "S3Key": "large"}
        create(lamb, Code=source)
        call(lamb, "POST", "/2018-10-31/layers/l/versions", {"Content": source}, 201)
        paths = [urllib.parse.urlparse(where["Location"]).path for where in (
            call(lamb, "GET", f"{FUNCTIONS}/f")["Code"],
            call(lamb, "GET", "/2018-10-31/layers/l/versions/1")["Content"])]
        with open(f"/proc/{lamb.pid}/clear_refs", "w", encoding="ascii") as f:
            f.write("5")  # VmHWM starts again from here
        before = resident(lamb, "VmRSS")
        downloads = [begin_download(lamb, path) for path in paths * 2]
        call(lamb, "DELETE", f"{FUNCTIONS}/f", None, 204)
        call(lamb, "DELETE", "/2018-10-31/layers/l/versions/1", None, 204)
        for connection, answer, length in downloads:
            same(length, len(code))
            same(answer.read() == code, True, "it is what was uploaded")
            connection.close()
        grown = resident(lamb, "VmHWM") - before
        same(grown < size // 4, True, f"{grown} bytes more for 4 downloads of {size}")
        same(lamb.request("POST", paths[0], "a body").status, 413)


def test_code_and_its_layers_together_are_limited():
    """The text is what users of the service report."""
    quotas = write_file(private_path("quotas"), json.dumps({"CodeSizeUnzipped": 120000}))
    with Emulator(command=["true"], args=["--quotas", quotas]) as lamb:
        one = layer(lamb, "one", {"x": "1" * 50000})["LayerVersionArn"]
        two = layer(lamb, "two", {"x": "2" * 40000})["LayerVersionArn"]
        size = 90000 + sum(i.file_size for i in zipfile.ZipFile(
            io.BytesIO(guest_zip())).infolist())

        def too_large(actual):
            return ("Function code combined with layers exceeds the maximum allowed size of "
                    f"120000 bytes. The actual size is {actual} bytes.")

        def code(n):
            return {"ZipFile": coded(guest_zip(mark="3" * n))}
        exact = 120000 - size  # fits to the byte
        check(lamb, [
            ("create", "POST", FUNCTIONS, made(Code=code(exact + 1), Layers=[one, two]), "IPV",
             too_large(120001)),
            (26, "POST", FUNCTIONS, made(Code=code(120000)), "IPV",
             "Unzipped size must be smaller than 120000 bytes")])
        call(lamb, "POST", FUNCTIONS, made(FunctionName="f", Code=code(exact + 1),
                                             Layers=[one]), 201)
        settle(lamb)
        before = lamb.request("GET", f"{FUNCTIONS}/f").json["Configuration"]
        check(lamb, [
            ("configuration", "PUT", f"{FUNCTIONS}/f/configuration", {"Layers": [one, two]},
             "IPV", too_large(120001)),
            ("code", "PUT", f"{FUNCTIONS}/f/code", code(exact + 40001), "IPV",
             too_large(120001))])
        same(lamb.request("GET", f"{FUNCTIONS}/f").json["Configuration"], before)
        call(lamb, "PUT", f"{FUNCTIONS}/f/code", code(exact))
        settle(lamb)
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Layers": [one, two]})
        settle(lamb)
        call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)


def used(lamb):
    return lamb.request("GET", "/2016-08-19/account-settings").json["AccountUsage"][
        "TotalCodeSize"]


def test_all_code_of_an_account_together_is_limited():
    """Each version of a function and of a layer counts; a new $LATEST replaces the old."""
    size = len(guest_zip())
    quotas = write_file(private_path("quotas"), json.dumps({"TotalCodeSize": 4 * size + 50,
                                                            "CodeSizeZipped": size + 5000}))
    full = "Code storage limit exceeded."
    with Emulator(command=["true"], args=["--quotas", quotas]) as lamb:
        spare = used(lamb)  # what the emulator was started with
        create(lamb, Publish=True)
        same(used(lamb) - spare, 2 * size)
        call(lamb, "PUT", f"{FUNCTIONS}/f/configuration", {"Description": "second"})
        settle(lamb)
        same(used(lamb) - spare, 2 * size, "the same code")
        call(lamb, "POST", f"{FUNCTIONS}/f/versions", {}, 201)
        same(used(lamb) - spare, 3 * size)
        check(lamb, [
            ("publish", "POST", FUNCTIONS, made(Publish=True), "STORAGE", full),
            (27, "POST", FUNCTIONS, made(Code={"ZipFile": coded(bytes(size + 5000))}), "RETL",
             f"Zipped size must be smaller than {size + 5000} bytes")])
        same(used(lamb) - spare, 3 * size, "nothing was kept")
        call(lamb, "PUT", f"{FUNCTIONS}/f/code", {"ZipFile": coded(guest_zip())})
        settle(lamb)
        same(used(lamb) - spare, 3 * size, "it replaces")
        one = layer(lamb, "l", {"x": "1"})["Content"]["CodeSize"]
        same(used(lamb) - spare, 3 * size + one)
        check(lamb, [("create", "POST", FUNCTIONS, made(), "STORAGE", full),
                     ("layer", "POST", "/2018-10-31/layers/l/versions",
                      {"Content": {"ZipFile": coded(guest_zip())}}, "STORAGE", full)])
        call(lamb, "DELETE", f"{FUNCTIONS}/f?Qualifier=1", None, 204)
        call(lamb, "POST", FUNCTIONS, made(), 201)
