"""An SMTP server: usage mailserver.py MODE CERTIFICATE KEY, MODE one of starttls, plain, implicit, login or refuse.

`login` is STARTTLS with user warden and password hush; `refuse` is plain and answers 554 to every message. Prints
{"port": N} when it listens, and each message that came as a line of JSON. Ends when its standard input does.
"""

import asyncio
import json
import logging
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

mode, certificate, key = sys.argv[1:4]


class Box:
    async def handle_DATA(self, server, session, envelope):
        if mode == "refuse":
            return "554 5.7.1 we do not like what it says"
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "tls": session.ssl is not None or mode == "implicit",
                    "user": session.auth_data.login.decode() if session.auth_data else None,
                    "message": envelope.content.decode("ascii"),
                }
            ),
            flush=True,
        )
        return "250 2.0.0 kept"


def check(_server, _session, _envelope, _mechanism, data):
    is_right = data.login == b"warden" and data.password == b"hush"
    return AuthResult(success=is_right, handled=False, auth_data=data)


def protocol():
    options = {}
    if mode in ("starttls", "login"):
        options = {"tls_context": context, "require_starttls": True}
    if mode == "login":
        options |= {"authenticator": check, "auth_required": True}
    return SMTP(Box(), hostname="mail.contoso.test", **options)


async def main():
    loop = asyncio.get_running_loop()
    # It knows nothing of TLS that began before it.
    server = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=context if mode == "implicit" else None
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


# A client that hangs up is what the tests are about, not news.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
asyncio.run(main())
