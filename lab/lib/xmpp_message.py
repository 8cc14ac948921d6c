"""One XMPP message through the real servers, by a very small client over TCP.

The client plays contoso's XMPP gateway: for each site it opens a session at every member of the
Edge pool that the site's own replica names as XMPP route. Outgoing messages leave by one of those;
an incoming message arrives wherever DNS led the partner, and finds the user there only when that
server belongs to the route.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import time

from . import replicas
from .layout import DOMAIN, PARTNER_DOMAIN, frontends, server
from .xmpp import PASSWORD

TIMEOUT = 5.0
SIGN_IN_TIMEOUT = 1.0


async def check(lab: dict, sites: list[str]) -> list[dict]:
    """Sends a message both ways for each of the sites; one result per direction."""
    partner = lab["partner"]
    bob = Session(partner["user"], PARTNER_DOMAIN, partner["internal"], "partner")
    gateways = [_Gateway(lab, site) for site in lab["sites"] if site["name"] in sites]
    try:
        await asyncio.gather(_sign_in(lab, bob), *(g.sign_in(lab) for g in gateways))
        work = [d for g in gateways for d in (_outbound(g, bob), _inbound(g, bob))]
        return list(await asyncio.gather(*work))
    finally:
        for session in (bob, *(s for g in gateways for s in g.sessions)):
            session.close()


class _Gateway:
    """A site's XMPP gateway with its sessions at the Edge servers of its route."""

    def __init__(self, lab: dict, site: dict):
        self.site, self.user = site["name"], site["users"][0]
        frontend = next(f for f in frontends(lab) if f["site"] == site["name"])
        self.pool = replicas.site_route(lab, frontend, "xmppFederationRoute")
        self.sessions = [Session(self.user, DOMAIN, server(lab, m)["internal"], m.split(".")[0])
                         for m in replicas.members(lab, frontend, self.pool)]

    async def sign_in(self, lab: dict) -> None:
        await asyncio.gather(*(_sign_in(lab, s) for s in self.sessions))

    @property
    def live(self) -> list["Session"]:
        return [s for s in self.sessions if s.problem is None]

    @property
    def trouble(self) -> str:
        if self.pool is None:
            return f"site {self.site} has no XMPP federation route"
        detail = "; ".join(f"{s.place}: {s.problem}" for s in self.sessions)
        return f"no member of {self.pool} answers ({detail})"


class Session:
    """A client session of one user at one server."""

    def __init__(self, user: str, domain: str, address: str, place: str):
        self.user, self.domain, self.address, self.place = user, domain, address, place
        self.problem: str | None = "not signed in"
        self.buffer, self.reader, self.writer = "", None, None
        self.inbox: dict[str, asyncio.Future] = {}
        self.pump: asyncio.Task | None = None

    async def open(self, port: int) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.address, port)
        secret = base64.b64encode(f"\0{self.user}\0{PASSWORD}".encode()).decode()
        await self._stream("</stream:features>")
        self._send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                   f"{secret}</auth>")
        if "<success" not in await self._until("<success|<failure"):
            raise ValueError("sign-in was refused")
        await self._stream("</stream:features>")
        self._send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
                   "<presence/>")
        await self._until("</iq>")
        self.pump = asyncio.create_task(self._receive())

    async def message(self, to: str, text: str, arrival: asyncio.Future) -> None:
        """Sends a message; an error that comes back for it is set on `arrival`."""
        self.inbox[f"error:{text}"] = arrival
        self._send(f"<message to='{to}' type='chat' id='{text}'><body>{text}</body></message>")

    def expect(self, text: str, arrival: asyncio.Future) -> None:
        self.inbox[text] = arrival

    def close(self) -> None:
        if self.pump:
            self.pump.cancel()
        if self.writer:
            self.writer.close()

    async def _receive(self) -> None:
        while True:
            stanza = await self._until(r"</message>|<message [^>]*/>")
            error = re.search(r"<message [^>]*type='error'", stanza)
            identity = re.search(r"<message [^>]*\bid='([^']*)'", stanza)
            body = re.search(r"<body>([^<]*)</body>", stanza)
            if error and identity:
                self._settle(f"error:{identity.group(1)}", (False, _error(stanza)))
            elif body:
                self._settle(body.group(1), (True, self.place))

    def _settle(self, key: str, value) -> None:
        arrival = self.inbox.get(key)
        if arrival and not arrival.done():
            arrival.set_result(value)

    async def _stream(self, until: str) -> None:
        self._send(f"<?xml version='1.0'?><stream:stream to='{self.domain}' version='1.0' "
                   "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>")
        await self._until(until)

    async def _until(self, pattern: str) -> str:
        """Reads on until the pattern has been seen; returns all up to its end."""
        while not (found := re.search(pattern, self.buffer)):
            part = await self.reader.read(4096)
            if not part:
                raise ValueError("closed the stream")
            self.buffer += part.decode(errors="replace")
        text, self.buffer = self.buffer[:found.end()], self.buffer[found.end():]
        return text

    def _send(self, text: str) -> None:
        self.writer.write(text.encode())


async def _sign_in(lab: dict, session: Session) -> None:
    try:
        await asyncio.wait_for(session.open(lab["ports"]["xmpp_client"]), SIGN_IN_TIMEOUT)
        session.problem = None
    except asyncio.TimeoutError:
        session.problem = f"silent for {SIGN_IN_TIMEOUT:.0f} s"
    except OSError as error:
        session.problem = error.strerror or str(error)
    except ValueError as error:
        session.problem = str(error)


async def _outbound(gateway: _Gateway, bob: Session) -> dict:
    result = {"direction": "outbound", "site": gateway.site, "from": f"{gateway.user}@{DOMAIN}",
              "to": f"{bob.user}@{bob.domain}"}
    if not gateway.live:
        return {**result, **_failed(gateway.trouble)}
    if bob.problem:
        return {**result, **_failed(f"the partner: {bob.problem}")}
    sender = gateway.live[0]
    return {**result, **await _carry(sender, [bob], result["to"])}


async def _inbound(gateway: _Gateway, bob: Session) -> dict:
    result = {"direction": "inbound", "site": gateway.site, "from": f"{bob.user}@{bob.domain}",
              "to": f"{gateway.user}@{DOMAIN}"}
    if bob.problem:
        return {**result, **_failed(f"the partner: {bob.problem}")}
    outcome = await _carry(bob, gateway.live, result["to"])
    if not outcome["passed"] and "service-unavailable" in outcome["reason"]:
        outcome["reason"] = ("arrived at an Edge server that is not of the XMPP route "
                             f"({gateway.pool or 'none'}), which cannot deliver it")
    return {**result, **outcome}


async def _carry(sender: Session, receivers: list[Session], to: str) -> dict:
    begin, text = time.monotonic(), secrets.token_hex(8)
    arrival: asyncio.Future = asyncio.get_running_loop().create_future()
    for receiver in receivers:
        receiver.expect(text, arrival)
    await sender.message(to, text, arrival)
    try:
        passed, detail = await asyncio.wait_for(arrival, TIMEOUT - SIGN_IN_TIMEOUT)
    except asyncio.TimeoutError:
        passed, detail = False, f"nothing arrived within {TIMEOUT - SIGN_IN_TIMEOUT:.0f} s"
    return {"passed": passed, "reason": "delivered" if passed else detail,
            "path": [sender.place, detail] if passed else [sender.place],
            "milliseconds": round((time.monotonic() - begin) * 1000)}


def _failed(reason: str) -> dict:
    return {"passed": False, "reason": reason, "path": [], "milliseconds": 0}


def _error(stanza: str) -> str:
    condition = re.search(r"<error[^>]*>.*?<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'",
                          stanza)
    text = re.search(r"<text[^>]*>([^<]*)</text>", stanza)
    parts = [m.group(1) for m in (condition, text) if m]
    return ": ".join(parts).replace("&apos;", "'") or "an error came back"
