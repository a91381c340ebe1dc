# SPDX-License-Identifier: Apache-2.0
"""How large code may be: the upload, what it unpacks to, and all of it together."""

import http.client
import io
import json
import os
import zipfile

from fixture import Emulator, guest, new_dir, same
from test_errors import check, made
from test_functions import FUNCTIONS, coded


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
            made(Code={"ZipFile": coded(bytes(48 << 20))})))
        # Sent, and not answered: it is parsed, decoded or unpacked now.
        lamb.stop()
        connection.close()


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
                            "CreateFunction operation"}))
        connection.close()
