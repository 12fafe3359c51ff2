# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: smtp_server.py FOLDER: mail servers on loopback that take mail for user "us" with the password in FOLDER/password, by the
certificate FOLDER/cert.pem and its key FOLDER/key.pem. Their ports are in FOLDER/ports, by what each does: see SERVERS. What was
taken is FOLDER/N.eml, and how it came FOLDER/N.json."""
import asyncio
import base64
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder = sys.argv[1]


def inside(name):
    return os.path.join(folder, name)


with open(inside("password"), encoding="utf-8") as file:
    PASSWORD = file.read().strip().encode()
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(inside("cert.pem"), inside("key.pem"))


class Taker:
    """Takes every mail, but says first what it is told to."""

    def __init__(self, rcpt=None, data=(), some=None):
        self.rcpt, self.data, self.some = rcpt, list(data), some or {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.rcpt:
            return self.rcpt
        if self.some.get(address):
            return self.some[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data.pop(0)
        taken = sum(name.endswith(".eml") for name in os.listdir(folder)) + 1
        with open(inside(f"{taken}.eml"), "wb") as out:
            out.write(envelope.original_content)
        with open(inside(f"{taken}.json"), "w", encoding="utf-8") as out:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "encrypted": server.transport.get_extra_info("ssl_object") is not None,
                       "login": session.auth_data and session.auth_data.login.decode()}, out)
        return "250 taken"


def check(_server, _session, _envelope, mechanism, data):
    if isinstance(data, LoginPassword) and data == LoginPassword(b"us", PASSWORD):
        return AuthResult(success=True, auth_data=data)
    plain = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
    return AuthResult(success=False, handled=False, message=f"535 5.7.8 {mechanism} of {data.password.decode()} ({plain}) is wrong")


STARTTLS = {"tls_context": tls, "require_starttls": True}
LOGIN = {"tls_context": tls, "auth_required": True, "authenticator": check}
SERVERS = {
    "plain": (Taker(), {}),
    "starttls": (Taker(), STARTTLS),
    "login": (Taker(), LOGIN),
    "refusing": (Taker(rcpt="550 5.1.1 nobody here is called that"), STARTTLS),
    "greylisting": (Taker(data=["451 4.7.1 come again later"]), STARTTLS),
    "full": (Taker(data=["552 5.3.4 too big"] * 99), STARTTLS),
    "picky": (Taker(some={"ann@example.org": ["550 5.1.1 no Ann here"] * 99, "cem@example.org": ["451 4.7.1 come again later"]}), STARTTLS),
    "smtps": (Taker(), {"auth_required": True, "authenticator": check, "auth_require_tls": False}),
}


async def main():
    loop = asyncio.get_running_loop()
    with open(inside("ports.new"), "w", encoding="utf-8") as out:
        for name, (taker, options) in SERVERS.items():
            server = await loop.create_server(
                lambda taker=taker, options=options: SMTP(taker, hostname="mail.example.org", loop=loop, **options),
                "127.0.0.1", 0, ssl=tls if name == "smtps" else None)
            print(name, server.sockets[0].getsockname()[1], file=out)
    os.rename(inside("ports.new"), inside("ports"))
    await asyncio.Event().wait()


asyncio.run(main())
