# SPDX-License-Identifier: Apache-2.0
"""How large code may be: the upload, what it unpacks to, and all of it together."""

import io
import os
import zipfile

from fixture import Emulator, guest, new_dir
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


def test_code_that_is_too_large_is_refused_in_the_services_words():
    with Emulator(guest(), args=["--bucket", f"things={bucket_with(262144001)}"]) as lamb:
        check(lamb, [
            (26, "POST", FUNCTIONS, made(Code={"S3Bucket": "things", "S3Key": "large"}), "IPV",
             "Unzipped size must be smaller than 262144000 bytes"),
            (27, "POST", FUNCTIONS, made(Code={"ZipFile": coded(bytes(52428800))}), "RETL",
             "Zipped size must be smaller than 52428800 bytes"),
            (28, "POST", FUNCTIONS, " " * 70167212, "RETL",
             "Request must be smaller than 70167211 bytes for the CreateFunction operation"),
        ])
