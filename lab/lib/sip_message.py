"""One SIP MESSAGE through the real servers, by a very small user agent over TLS."""

from __future__ import annotations

import secrets
import socket
import ssl
import time

from .layout import DOMAIN, PARTNER_DOMAIN, frontends

# A server waits 3 s for the next (ANSWER_TIMEOUT in sip.py), and then tries one other.
TIMEOUT = 10.0


def directions(lab: dict, sites: list[str]) -> list[dict]:
    """What to send: per site from its user to the partner's, and back."""
    wanted = []
    partner = f"{lab['partner']['user']}@{PARTNER_DOMAIN}"
    for site in lab["sites"]:
        if site["name"] not in sites:
            continue
        user = f"{site['users'][0]}@{DOMAIN}"
        frontend = next(f for f in frontends(lab) if f["site"] == site["name"])
        wanted.append({"direction": "outbound", "site": site["name"], "from": user, "to": partner,
                       "first": frontend["internal"], "first_name": frontend["short"]})
        wanted.append({"direction": "inbound", "site": site["name"], "from": partner, "to": user,
                       "first": lab["partner"]["internal"], "first_name": "partner"})
    return wanted


def send(lab: dict, wanted: dict) -> dict:
    """Sends one message; the result says whether the far user's server got this very text."""
    begin, text = time.monotonic(), secrets.token_hex(8)
    result = {k: wanted[k] for k in ("direction", "site", "from", "to")}
    try:
        status, headers = _exchange(lab, wanted, text)
        passed = status.startswith("200") and headers.get("x-lab-body") == text
        path = [p.strip().split(".")[0] for p in headers.get("x-lab-path", "").split(",") if p]
        reason = "delivered" if passed else _reason(status, headers)
    except (OSError, ValueError) as error:
        passed, path = False, []
        reason = f"{wanted['first_name']} ({wanted['first']}:{lab['ports']['sip']}): {error}"
    milliseconds = round((time.monotonic() - begin) * 1000)
    return {**result, "passed": passed, "reason": reason, "path": path,
            "milliseconds": milliseconds}


def _exchange(lab: dict, wanted: dict, text: str) -> tuple[str, dict[str, str]]:
    context = ssl.create_default_context(cafile=f"{lab['pki']}/ca.crt")
    context.check_hostname = False  # users come in by address
    with socket.create_connection((wanted["first"], lab["ports"]["sip"]), timeout=TIMEOUT) as raw:
        with context.wrap_socket(raw) as stream:
            address, port = stream.getsockname()[:2]
            stream.sendall(_request(wanted, text, f"{address}:{port}"))
            stream.settimeout(TIMEOUT)
            received = b""
            while b"\r\n\r\n" not in received:
                part = stream.recv(4096)
                if not part:
                    raise ValueError("closed the connection without an answer")
                received += part
                if received.startswith(b"SIP/2.0 1") and b"\r\n\r\n" in received:
                    received = received.split(b"\r\n\r\n", 1)[1]  # provisional: read on
    head = received.split(b"\r\n\r\n", 1)[0].decode(errors="replace").split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return head[0].removeprefix("SIP/2.0 "), headers


def _request(wanted: dict, text: str, here: str) -> bytes:
    lines = [
        f"MESSAGE sip:{wanted['to']} SIP/2.0",
        f"Via: SIP/2.0/TLS {here};branch=z9hG4bK{secrets.token_hex(6)};rport",
        "Max-Forwards: 20",
        f"From: <sip:{wanted['from']}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{wanted['to']}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 MESSAGE",
        "Content-Type: text/plain",
        f"Content-Length: {len(text)}",
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{text}").encode()


def _reason(status: str, headers: dict[str, str]) -> str:
    diagnostics = headers.get("ms-diagnostics")
    return f"{status} ({diagnostics})" if diagnostics else status
