# SPDX-License-Identifier: Apache-2.0
"""lamb/aws.h over TLS: which servers it believes, and what it says of the others."""

import errno
import os
import signal
import ssl
import subprocess

from calls import Calls, Scripted, http
from fixture import contains, new_dir, private_path, same, write_file

OK = http(200, {"fine": True})
# To read the certificates takes long under sanitizers.
PATIENT = "connect_ms=20000"


def certificate(names="IP:127.0.0.1", *options):
    """(an ssl.SSLContext, the file of its certificate), signed by nobody but itself."""
    folder = new_dir("tls")
    key, chain = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "ec",
         "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", key, "-out", chain,
         "-subj", "/CN=lamb test", "-addext", f"subjectAltName={names}", *options],
        check=True, capture_output=True, timeout=20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context, chain


def refused(tls, **env):
    """What a call comes to against a server that must not be believed."""
    with Scripted(OK, tls=tls) as server:
        with Calls(server.url, PATIENT, **env) as calls:
            got = calls(service="sqs", body="a secret order")
        same(server.requests, [], "nothing is said to a server that is not believed")
    same((got["r"], got["code"], got["status"], got["attempts"], got["body"]),
         (-errno.EPROTO, "Client.Connection", 0, 1, ""), got["message"])
    return got["message"]


def test_a_server_whose_certificate_is_in_the_bundle_is_believed_and_kept():
    tls, bundle = certificate()
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE"):
        with Scripted(OK, OK, tls=tls) as server:
            with Calls(server.url, PATIENT, **{name: bundle}) as calls:
                for _ in range(2):
                    got = calls(service="sqs", body="x" * 100_000)
                    same((got["r"], got["attempts"]), (0, 1), got["message"])
            same([len(request.body) for request in server.requests], [100_000] * 2)
            same(server.connections, 1, "TLS connections are kept too")


def test_the_bundle_of_aws_counts_before_that_of_openssl():
    tls, bundle = certificate()
    _, other = certificate()
    with Scripted(OK, tls=tls) as server:
        with Calls(server.url, PATIENT, AWS_CA_BUNDLE=bundle, SSL_CERT_FILE=other) as calls:
            same(calls(service="sqs")["r"], 0)
    refused(tls, AWS_CA_BUNDLE=other, SSL_CERT_FILE=bundle)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_way_out_named():
    tls, _ = certificate()
    message = refused(tls)
    contains(message, "certificate")
    contains(message, "AWS_CA_BUNDLE")


def test_a_certificate_of_another_host_is_refused():
    tls, bundle = certificate("DNS:elsewhere.example")
    contains(refused(tls, AWS_CA_BUNDLE=bundle), "127.0.0.1")


def test_a_bundle_that_cannot_be_read_is_named():
    tls, _ = certificate()
    missing = private_path("missing.pem")
    contains(refused(tls, AWS_CA_BUNDLE=missing), missing)
    garbage = write_file(private_path("garbage.pem"), "no certificate\n")
    contains(refused(tls, AWS_CA_BUNDLE=garbage), garbage)


def test_a_server_that_speaks_no_tls_is_refused():
    with Scripted() as server:
        server.serve = lambda connection, _: (connection.sendall(OK), server.hang_up(connection))
        with Calls(server.url.replace("http:", "https:"), PATIENT) as calls:
            got = calls(service="sqs")
    same((got["r"], got["code"], got["status"]), (-errno.EPROTO, "Client.Connection", 0))
    assert got["message"]


def test_a_tls_connection_that_was_closed_during_a_freeze_is_replaced():
    tls, bundle = certificate()
    with Scripted(OK, OK, tls=tls) as server:
        with Calls(server.url, PATIENT, AWS_CA_BUNDLE=bundle) as calls:
            same(calls(service="sqs")["r"], 0)
            calls.process.send_signal(signal.SIGSTOP)
            server.hang_up(server.sockets[0])
            calls.process.send_signal(signal.SIGCONT)
            got = calls(service="sqs")
            same((got["r"], got["attempts"], server.connections), (0, 1, 2), got["message"])


def test_a_tls_connection_that_breaks_under_a_request_is_replaced():
    tls, bundle = certificate()
    with Scripted(OK, Scripted.RESET, OK, tls=tls) as server:
        with Calls(server.url, PATIENT, AWS_CA_BUNDLE=bundle) as calls:
            same(calls(service="sqs")["r"], 0)
            got = calls(service="sqs")
            same((got["r"], got["attempts"], server.connections), (0, 1, 2), got["message"])
