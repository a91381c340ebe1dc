# SPDX-License-Identifier: Apache-2.0
"""Who may ask: no page of a foreign site, and with an access key only who signs."""

import datetime
import json
import os
import stat

import sigv4
from fixture import Emulator, contains, guest, listening_inodes, run_lamb, same

PATH = "/2015-03-31/functions/guest/invocations"
KEY, SECRET = "AKIDLOCALTEST", "a-secret:with/odd+signs="
ACCESS_KEY = {"LAMB_ACCESS_KEY": f"{KEY}:{SECRET}"}
ECHO = json.dumps({"do": "echo"}).encode()


def nothing_ran(lamb):
    same("START RequestId" in lamb.log, False, "a function ran")


def test_a_foreign_host_is_refused():
    with Emulator(guest()) as lamb:
        for host in ("evil.example", f"evil.example:{lamb.port}", "127.0.0.1.evil.example"):
            for method, path in (("POST", PATH), ("GET", "/2015-03-31/functions")):
                answer = lamb.request(method, path, ECHO, {"Host": host})
                same((answer.status, answer.headers["x-amzn-errortype"]),
                     (403, "ForeignHostLocally"), host)
                contains(answer.json["Message"], "--allow-host")
        nothing_ran(lamb)
        for host in ("localhost", f"127.0.0.1:{lamb.port}", f"[::1]:{lamb.port}",
                     "fn.lambda-url.us-east-1.localhost"):
            same(lamb.request("POST", PATH, ECHO, {"Host": host}).status, 200, host)


def test_a_name_that_is_allowed_may_be_used():
    with Emulator(guest(), args=["--allow-host", "lamb.internal"]) as lamb:
        host = {"Host": f"lamb.internal:{lamb.port}"}
        same(lamb.request("POST", PATH, ECHO, host).status, 200)
        same(lamb.request("POST", PATH, ECHO, {"Host": "other.internal"}).status, 403)


def test_requests_that_a_foreign_page_can_make_are_refused():
    with Emulator(guest()) as lamb:
        home = f"http://127.0.0.1:{lamb.port}"
        forged = [
            {"Origin": "https://evil.example", "Content-Type": "text/plain"},
            {"Origin": "null", "Content-Type": "text/plain"},
            {"Origin": "http://127.0.0.1:1", "Content-Type": "text/plain"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": home, "Sec-Fetch-Site": "cross-site"},
        ]
        for headers in forged:
            answer = lamb.request("POST", PATH, ECHO, headers)
            same((answer.status, answer.headers["x-amzn-errortype"]),
                 (403, "ForeignOriginLocally"), headers)
        preflight = lamb.request("OPTIONS", PATH, None, {
            "Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
        same(preflight.status, 403)
        same([n for n in preflight.headers if n.startswith("access-control")], [])
        nothing_ran(lamb)
        own = {"Origin": home, "Sec-Fetch-Site": "same-origin"}
        same(lamb.request("POST", PATH, ECHO, own).status, 200)
        same(lamb.request("POST", PATH, ECHO, {"Sec-Fetch-Site": "none"}).status, 200)


def signed(lamb, body=ECHO, path=PATH, key=KEY, secret=SECRET, headers=None, now=None):
    headers = {"Host": f"127.0.0.1:{lamb.port}", **(headers or {})}
    return sigv4.sign("POST", path, body, headers, key, secret, now=now)


def refused(answer, error, text):
    same((answer.status, answer.headers["x-amzn-errortype"]), (403, error))
    contains(answer.json["message"], text)


def test_with_an_access_key_only_signed_requests_pass():
    with Emulator(guest(), env=ACCESS_KEY) as lamb:
        refused(lamb.request("POST", PATH, ECHO), "MissingAuthenticationTokenException",
                "Missing Authentication Token")
        refused(lamb.request("POST", PATH, ECHO, {"Authorization": "Bearer x"}),
                "IncompleteSignatureException", "'Credential'")
        refused(lamb.request("POST", PATH, ECHO, signed(lamb, key="AKIDOTHER")),
                "UnrecognizedClientException", "security token")
        refused(lamb.request("POST", PATH, ECHO, signed(lamb, secret="wrong")),
                "InvalidSignatureException", "does not match")
        refused(lamb.request("POST", PATH, ECHO + b" ", signed(lamb)),
                "InvalidSignatureException", "does not match")
        refused(lamb.request("POST", PATH + "?Qualifier=1", ECHO, signed(lamb)),
                "InvalidSignatureException", "does not match")
        refused(lamb.request("POST", PATH, ECHO,
                             {**signed(lamb), "X-Amz-Invocation-Type": "DryRun"}),
                "InvalidSignatureException", "SignedHeader")
        nothing_ran(lamb)
        same(lamb.request("POST", PATH, ECHO, signed(lamb)).status, 200)
        qualified = PATH.replace("guest", "guest%3A%24LATEST") + "?Qualifier=%24LATEST"
        same(lamb.request("POST", qualified, ECHO, signed(lamb, path=qualified)).status, 200)
        tail = signed(lamb, headers={"X-Amz-Log-Type": "Tail"})
        contains(lamb.request("POST", PATH, ECHO, tail).tail, "START RequestId")


def test_a_signature_is_of_now():
    with Emulator(guest(), env=ACCESS_KEY) as lamb:
        now = datetime.datetime.now(datetime.timezone.utc)
        for minutes, text in ((-6, "Signature expired: "), (6, "Signature not yet current: ")):
            when = now + datetime.timedelta(minutes=minutes)
            refused(lamb.request("POST", PATH, ECHO, signed(lamb, now=when)),
                    "InvalidSignatureException", text)
        for minutes in (-4, 4):
            when = now + datetime.timedelta(minutes=minutes)
            same(lamb.request("POST", PATH, ECHO, signed(lamb, now=when)).status, 200)


def test_a_large_signed_body_arrives_whole():
    body = json.dumps({"do": "echo", "pad": "x" * 2_500_000}).encode()
    with Emulator(guest(), env=ACCESS_KEY) as lamb:
        over = b'"' + b"x" * (6 * 1024 * 1024) + b'"'
        same(lamb.request("POST", PATH, over, signed(lamb, over)).status, 413)
        answer = lamb.request("POST", PATH, body, signed(lamb, body))
        same((answer.status, answer.error), (200, None))


def test_a_function_may_call_home_with_its_own_key():
    with Emulator(guest(), env=ACCESS_KEY) as lamb:
        got = lamb.request("POST", PATH, json.dumps({"do": "env"}).encode(),
                           signed(lamb, json.dumps({"do": "env"}).encode())).json
        key, secret = got["AWS_ACCESS_KEY_ID"], got["AWS_SECRET_ACCESS_KEY"]
        same(secret in (SECRET, ""), False, "the secret of the user")
        same(SECRET in json.dumps(got), False, "the user's secret in the environment")
        headers = signed(lamb, key=key, secret=secret)
        same(lamb.request("POST", PATH, ECHO, headers).status, 200)


def test_lamb_invoke_signs():
    with Emulator(guest(), env=ACCESS_KEY) as lamb:
        args = ["invoke", "guest", "-d", ECHO.decode(), "--endpoint", lamb.url]
        ran = run_lamb(*args, env=ACCESS_KEY)
        same(ran.code, 0, str(ran))
        unsigned = run_lamb(*args)
        same(unsigned.code, 2)
        contains(unsigned.stderr, "Missing Authentication Token")
        same(run_lamb(*args, "--access-key", f"{KEY}:wrong").code, 2)
        malformed = run_lamb(*args, "--access-key", "nocolon")
        contains(malformed.stderr, "an id, a colon and a secret")


def test_it_listens_on_loopback_only_unless_asked():
    def addresses(lamb):
        found = set()
        for family in ("tcp", "tcp6"):
            with open(f"/proc/net/{family}", encoding="ascii") as f:
                rows = [line.split() for line in f][1:]
            found |= {row[1].split(":")[0] for row in rows
                      if row[3] == "0A" and int(row[1].split(":")[1], 16) == lamb.port
                      and row[9] in listening_inodes(lamb.port)}
        return found

    six = "00000000000000000000000001000000"
    with Emulator(guest()) as lamb:
        same(addresses(lamb) - {six}, {"0100007F"})
    with Emulator(guest(), args=["--host", "0.0.0.0"]) as lamb:
        same(addresses(lamb), {"00000000"})
        contains(lamb.log, "whoever reaches 0.0.0.0 can run and change functions")
        same(lamb.ask("echo").status, 200)
    with Emulator(guest(), args=["--host", "0.0.0.0"], env=ACCESS_KEY) as lamb:
        same("whoever reaches" in lamb.log, False)


def test_an_address_that_is_none_is_a_clear_error():
    for host, text in (("example.com", "is no address to listen on"),
                       ("203.0.113.7", "has no address 203.0.113.7")):
        ran = run_lamb("start", "--port", "0", "--ephemeral", "--host", host, guest())
        same(ran.code, 7)
        contains(ran.stderr, text)


def test_what_the_state_folder_holds_is_private():
    with Emulator(guest()) as lamb:
        lamb.ask("echo")
        for name in ("state.db", "control.sock", "lock"):
            mode = stat.S_IMODE(os.stat(os.path.join(lamb.state, name)).st_mode)
            same(oct(mode & 0o077), "0o0", name)
        mode = stat.S_IMODE(os.stat(lamb.state).st_mode)
        same(oct(mode & 0o066), "0o0", "the state folder is listed or changed by others")


def test_names_from_outside_never_become_paths():
    names = ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "a%2fb", "%00", "a%00b", "guest%2f..",
             "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3A..%2f..%2fx",
             "arn%3Aaws%3Alambda%3A..%2f..%3A000000000000%3Afunction%3Aguest"]
    with Emulator(guest()) as lamb:
        before = sorted(os.listdir(lamb.state))
        for name in names:
            answer = lamb.request("POST", f"/2015-03-31/functions/{name}/invocations", ECHO)
            same(answer.status in (400, 404), True, (name, answer))
        same(sorted(os.listdir(lamb.state)), before)
        same(lamb.ask("echo").status, 200)
