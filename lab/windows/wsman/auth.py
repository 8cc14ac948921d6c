"""HTTP authentication of one connection: Basic per request; NTLM, bare or in Negotiate, once."""

import base64
import binascii
import hmac
import os

import spnego
from spnego.exceptions import SpnegoError

SCHEMES = ("Negotiate", "NTLM", "Basic")


def write_ntlm_users(path: str, hosts) -> None:
    """The file that the NTLM acceptor reads: the accounts of all hosts, in every form of name."""
    lines = set()
    for host in hosts:
        domain, user = split(host.user)
        lines.add(f"{domain}:{user}:{host.password}")
        if domain:
            lines.add(f":{user}@{domain}:{host.password}")
        else:
            # A workgroup server: its own name may stand as the domain.
            lines.add(f"{host.short.upper()}:{user}:{host.password}")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(lines)) + "\n")
    os.environ["NTLM_USER_FILE"] = path


def split(user: str) -> tuple[str, str]:
    """Domain and name: `CONTOSO\\edgewarden` or `edgewarden`."""
    domain, _, name = user.rpartition("\\")
    return domain, name


class Authentication:
    """Who is at the other end of one connection."""

    def __init__(self, host, schemes=SCHEMES) -> None:
        self._host = host
        self._schemes = schemes
        self._context = None
        # Set once NTLM or Negotiate is through: it holds for the connection.
        self._who: str | None = None

    def check(self, header: str | None) -> tuple[str | None, list[str]]:
        """The caller's name, or None and the challenges for a 401; a final token comes with a
        name."""
        if header is None:
            return self._who, [] if self._who else self._challenges()
        scheme, _, value = header.partition(" ")
        offered = {s.lower() for s in self._schemes}
        if scheme.lower() not in offered:
            return None, self._challenges()
        try:
            token = base64.b64decode(value.strip(), validate=True)
        except binascii.Error:
            return None, self._challenges()
        if scheme.lower() == "basic":
            return self._basic(token)
        return self._negotiate(scheme, token)

    def _challenges(self) -> list[str]:
        return ['Basic realm="WSMAN"' if s == "Basic" else s for s in self._schemes]

    def _basic(self, token: bytes) -> tuple[str | None, list[str]]:
        user, _, password = token.decode("utf-8", "replace").partition(":")
        if self._is_account(user) and hmac.compare_digest(
            password.encode(), self._host.password.encode()
        ):
            return self._host.user, []
        return None, self._challenges()

    def _negotiate(self, scheme: str, token: bytes) -> tuple[str | None, list[str]]:
        protocol = "ntlm" if token.startswith(b"NTLMSSP\0") else "negotiate"
        try:
            if self._context is None or self._context.complete:
                self._who = None
                self._context = spnego.server(
                    protocol=protocol, options=spnego.NegotiateOptions.use_negotiate
                    if protocol == "negotiate"
                    else spnego.NegotiateOptions.use_ntlm,
                )
            reply = self._context.step(token)
        except (SpnegoError, ValueError, KeyError):
            self._context = None
            return None, self._challenges()
        answer = f"{scheme} {base64.b64encode(reply).decode()}" if reply else scheme
        if not self._context.complete:
            return None, [answer]
        if not self._is_account(self._context.client_principal or ""):
            self._context = None
            return None, self._challenges()
        self._who = self._host.user
        return self._who, [answer] if reply else []

    def _is_account(self, user: str) -> bool:
        domain, name = split(self._host.user)
        given = user.lower()
        forms = {self._host.user.lower()}
        if domain:
            forms.add(f"{name}@{domain}".lower())
        else:
            forms |= {f"{self._host.short}\\{name}".lower(), f".\\{name}".lower()}
        return given in forms
