# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: http_evil.py FOLDER: an HTTP server that behaves as badly as its paths ask for, on this machine alone.

FOLDER gets ca.pem, the certificates, `log` with a line a request ("GET /path"), and at last `ports`: a line
"http https wrong_host unknown full smtp" of numbers, and one of 40 more that are as the first. https has a certificate of the CA's for 127.0.0.1 and localhost,
wrong_host one for another host, unknown one of nobody's; full never takes a connection. A mail server's behaviour is
asked for with the name that a client says HELO with: smtp://127.0.0.1:PORT/noquit.
"""
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from urllib.parse import unquote

folder = sys.argv[1]
lock = threading.Lock()
counts = {}


def inside(name):
    return os.path.join(folder, name)


def note(line):
    with lock, open(inside("log"), "a", encoding="utf-8") as file:
        print(line, file=file)


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificate(name, subject, *more):
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    openssl("req", "-x509", *curve, "-subj", f"/CN={subject}", *more,
            "-keyout", inside(f"{name}.key"), "-out", inside(f"{name}.pem"))


def certificates():
    ours = ["-CA", inside("ca.pem"), "-CAkey", inside("ca.key")]
    certificate("ca", "A test's own CA")
    certificate("https", "here", *ours, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")
    certificate("wrong_host", "elsewhere", *ours, "-addext", "subjectAltName=DNS:elsewhere.example")
    certificate("unknown", "here", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")


def context(name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(inside(f"{name}.pem"), inside(f"{name}.key"))
    return made


class Request:
    def __init__(self, file):
        self.raw = b""
        while not self.raw.endswith(b"\r\n\r\n"):
            line = file.readline(65536)
            if not line:
                raise EOFError
            self.raw += line
        first, *lines = self.raw.decode("latin-1").strip().split("\r\n")
        self.method, self.path, _ = first.split(" ")
        self.headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        self.raw += file.read(int(self.headers.get("content-length", 0)))


def answer(out, status, body=b"", *headers):
    head = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(body)}", *headers]
    out.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def until_gone(out):
    """Says nothing more, until the other side has gone."""
    while out.recv(4096):
        pass


def times(key):
    with lock:
        counts[key] = counts.get(key, 0) + 1
        return counts[key]


# Each is called with what follows its name in the path, the request and the socket; True: the connection goes on.
def ok(_, request, out):
    answer(out, 200, b"fine" if request.method != "HEAD" else b"", "X-Kind: very  kind ")
    return True


def echo(_, request, out):
    answer(out, 200, request.raw)
    return True


def status(rest, _, out):
    """/status/422/the body"""
    code, _, body = rest.partition("/")
    answer(out, code, unquote(body).encode())
    return True


def wait(rest, _, out):
    """/wait/429/1: once, with Retry-After; /wait/429/date/1: as a date; then fine"""
    code, _, after = rest.partition("/")
    if after.startswith("date/"):
        after = formatdate(time.time() + int(after[5:]), usegmt=True)
    if times("wait" + rest) == 1:
        answer(out, code, b'{"message": "not so fast"}', f"Retry-After: {after}")
    else:
        answer(out, 200, b"at last")
    return True


def limit(rest, _, out):
    """/limit/N: 403 as GitHub's, which ends in N seconds; then fine"""
    if times("limit" + rest) == 1:
        answer(out, 403, b'{"message": "API rate limit exceeded"}', "X-RateLimit-Remaining: 0",
               f"X-RateLimit-Reset: {int(time.time()) + int(rest)}")
    else:
        answer(out, 200, b"at last")
    return True


def flaky(rest, _, out):
    """/flaky/500/2: twice 500, then fine"""
    code, _, often = rest.partition("/")
    fails = times("flaky" + rest) <= int(often.partition("/")[0])
    answer(out, code if fails else 200, b'{"message": "oh no"}' if fails else b"at last")
    return True


def dropped(rest, _, out):
    """/dropped/2: twice no answer at all, then fine"""
    if times("dropped" + rest) > int(rest.partition("/")[0]):
        answer(out, 200, b"at last")


def second(rest, request, out):
    """/second/ANY: fine, and on the same connection no answer any more"""
    request.on.append(rest)
    if len(request.on) == 1:
        answer(out, 200, b"fine")
        return True
    return False


def crowd(_, __, out):
    """Notes how many are asking at the same time: "crowd of 3"."""
    with lock:
        counts["crowd"] = counts.get("crowd", 0) + 1
        now = counts["crowd"]
    note(f"crowd of {now}")
    time.sleep(0.05)
    with lock:
        counts["crowd"] -= 1
    answer(out, 200, b"fine")
    return True


def slow(_, __, out):
    until_gone(out)


def drip(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        out.sendall(b".")
        time.sleep(0.02)


def truncated(rest, _, out):
    out.sendall(f"HTTP/1.1 {rest or 200} OK\r\nContent-Length: 1000\r\n\r\nthe start".encode())


def nothing(_, __, out):
    pass


def half(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\nX-Some")


def garbage(_, __, out):
    out.sendall(b"\0\1\2 what is this?\r\n\r\n")


def redirect(rest, _, out):
    answer(out, 302, b"over there", f"Location: http://{out.getsockname()[0]}:{out.getsockname()[1]}/taken/{rest}")
    return True


def huge(rest, _, out):
    out.sendall(f"HTTP/1.1 {rest or 200} OK\r\nX-Kind: huge\r\n\r\n".encode())
    while True:
        out.sendall(b"x" * 65536)


def bomb(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        out.sendall(b"X-Bomb: " + b"b" * 1000 + b"\r\n")


def many(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        out.sendall(b"X: y\r\n")


def chunked(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nin p\r\n5\r\nieces\r\n0\r\nX-Late: yes\r\n\r\n")
    return True


def chunk_lost(_, __, out):
    out.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nin p\r\n5\r\nie")


def early(_, __, out):
    out.sendall(b"HTTP/1.1 103 Early Hints\r\nX-Kind: early\r\n\r\n")
    answer(out, 200, b"fine")
    return True


def escapes(_, __, out):
    answer(out, 400, b'{"message": "red: \x1b[31m and \xff"}', "X-Kind: \x1b[31m")
    return True


def serve(client, wrap):
    used = []
    try:
        client = wrap.wrap_socket(client, server_side=True) if wrap else client
        with client, client.makefile("rb") as file:
            while True:
                request = Request(file)
                request.on = used
                note(f"{request.method} {request.path}")
                path = re.sub(r"^http://[^/]*", "", request.path)
                name, _, rest = path[1:].partition("/")
                if not globals()[name](rest, request, client):
                    return
    except (OSError, EOFError):
        pass
    finally:
        client.close()


class Mail:
    """A mail server: enough of one to be a bad one."""

    def __init__(self, client):
        self.client, self.file, self.mode = client, client.makefile("rb"), ""

    def say(self, *lines):
        self.client.sendall("".join(line + "\r\n" for line in lines).encode())

    def ehlo(self, name):
        self.mode = name
        more = ["250-AUTH PLAIN LOGIN"] + (["250-STARTTLS"] if name == "starttls" else [])
        self.say(f"250-{name} hello", *more, "250 8BITMIME")

    def login(self):
        self.say("334 ")
        note("login " + self.file.readline().decode("latin-1").strip())
        self.say("535 5.7.8 wrong password" if self.mode == "noauth" else "235 ok")

    def data(self):
        if self.mode == "nodata":
            raise EOFError
        self.say("354 go on")
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            line = self.file.readline()
            if not line:
                raise EOFError
            text += line
        if self.mode == "drop":
            raise EOFError
        if self.mode == "silent":
            until_gone(self.client)
        note("mail " + repr(text))
        self.say("554 spam" if self.mode == "spam" else "250 queued as 7")

    def secure(self):
        self.say("220 go on")
        self.client = context("https").wrap_socket(self.client, server_side=True)
        self.file = self.client.makefile("rb")

    def quit(self):
        note("QUIT")
        if self.mode.startswith("noquit"):
            until_gone(self.client)
        self.say("221 bye")
        raise EOFError

    def recipient(self, line):
        if self.mode in ("norcpt", "noquit-norcpt") or (self.mode == "somercpt" and "them@" in line):
            self.say("550-no such user here", "550 ask <postmaster@here.example>")
        else:
            self.say("250 ok")

    def run(self):
        self.say("220 here")
        while True:
            line = self.file.readline().decode("latin-1")
            if not line:
                return
            verb = line[:4].upper().strip()
            note(line.strip())
            if verb in ("EHLO", "HELO"):
                self.ehlo(line[5:].strip())
            elif verb == "STAR":
                self.secure()
            elif verb == "AUTH":
                self.login()
            elif verb == "RCPT":
                self.recipient(line)
            elif verb in ("DATA", "QUIT"):
                getattr(self, verb.lower())()
            else:
                self.say("250 ok")


def serve_mail(client, _):
    mail = Mail(client)
    try:
        mail.run()
    except (OSError, EOFError):
        pass
    finally:
        mail.file.close()
        mail.client.close()


def listen(handler, wrap=None):
    server = socket.create_server(("127.0.0.1", 0), backlog=64)

    def loop():
        while True:
            client, _ = server.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=handler, args=(client, wrap), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return server.getsockname()[1]


def never_taken(kept):
    """A port where nobody takes connections, and whose queue is full."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    kept.append(server)
    for _ in range(4):
        kept.append(socket.socket())
        kept[-1].setblocking(False)
        kept[-1].connect_ex(server.getsockname())
    return server.getsockname()[1]


held = []
certificates()
open(inside("log"), "w", encoding="utf-8").close()
ports = [listen(serve)] + [listen(serve, context(name)) for name in ("https", "wrong_host", "unknown")]
ports += [never_taken(held), listen(serve_mail)]
with open(inside("ports.new"), "w", encoding="utf-8") as out_file:
    print(*ports, file=out_file)
    print(*(listen(serve) for _ in range(40)), file=out_file)
os.rename(inside("ports.new"), inside("ports"))
threading.Event().wait()
