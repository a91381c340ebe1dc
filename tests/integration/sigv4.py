# SPDX-License-Identifier: Apache-2.0
"""sigv4 - signs a request as AWS's clients do; written from the description of
Signature Version 4, apart from the emulator's own verifier."""

import datetime
import hashlib
import hmac
import urllib.parse


def digest(text):
    return hashlib.sha256(text).hexdigest()


def chain(key, *texts):
    for text in texts:
        key = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return key


def sign(method, path, body, headers, key, secret, region="us-east-1", service="lambda",
         now=None):
    """HEADERS (with a Host) and those that sign them. PATH is as on the wire."""
    now = now or datetime.datetime.now(datetime.timezone.utc)
    time = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{time[:8]}/{region}/{service}/aws4_request"
    headers = {**headers, "X-Amz-Date": time}
    path, _, query = path.partition("?")
    canonical_query = "&".join(sorted(
        "=".join(urllib.parse.quote(part, safe="-_.~") for part in pair)
        for pair in urllib.parse.parse_qsl(query, keep_blank_values=True)))
    lower = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(lower))
    canonical = "\n".join([
        method, urllib.parse.quote(path, safe="/-_.~"), canonical_query,
        *(f"{name}:{lower[name]}" for name in sorted(lower)), "", names, digest(body)])
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, digest(canonical.encode())])
    signature = chain(b"AWS4" + secret.encode(), *scope.split("/"), text).hex()
    headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={key}/{scope}, "
                                f"SignedHeaders={names}, Signature={signature}")
    return headers
