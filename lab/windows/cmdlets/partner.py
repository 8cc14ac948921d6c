"""Test-CsFederatedPartner: a request through the target pool's Edge server to the partner.

As the real cmdlet it goes in at the Edge's inner interface with the Front End's certificate and is
relayed to whoever the partner's SRV record names; the answer comes from over there. (The lab's Edge
answers OPTIONS itself and relays MESSAGE only, so it is a MESSAGE to a user who does not exist:
404 from the partner says that the way is open.)
"""

import datetime
import os
import secrets
import socket
import ssl
import time

from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.errors import Category
from ..psrp.objects import EnumValue, Record
from .registry import FORCE, cmdlet
from .store import read_store

SECONDS = 5.0
SYNTHETIC = "Microsoft.Rtc.SyntheticTransactions"
NOBODY = "edgewarden-federation-test"


def task_output(
    target: str, success: bool, seconds: float, error: str, diagnosis: str
) -> Record:
    """What synthetic transactions return."""
    result = EnumValue(f"{SYNTHETIC}.TaskResult", *(("Success", 1) if success else ("Failure", 0)))
    return Record(
        [f"{SYNTHETIC}.TaskOutput"],
        {
            "TargetFqdn": target,
            "Result": result,
            "Latency": datetime.timedelta(seconds=round(seconds, 4)),
            "Error": error,
            "Diagnosis": diagnosis,
        },
    )


@cmdlet(
    "Test-CsFederatedPartner",
    f"{SYNTHETIC}.TestFederatedPartnerCmdlet",
    [
        Parameter("TargetFqdn", mandatory=True, position=0),
        Parameter("Domain", mandatory=True, position=1),
        Parameter("Certificate", "object"),
        Parameter("ProxyFqdn"),
        Parameter("OutVerboseVariable"),
        Parameter("OutLoggerVariable"),
        FORCE,
    ],
    roles=("frontend",),
)
def test_federated_partner(call) -> None:
    """Whether the target pool reaches the partner. A failure is a result, not an error."""
    store = read_store(call)
    pool = find(store["pools"], call["TargetFqdn"])
    if pool is None or store["pools"][pool]["role"] != "edge":
        raise call.fail(
            f'The target "{call["TargetFqdn"]}" is not an Edge pool of this topology.',
            "InvalidTarget",
            Category.InvalidArgument,
            "System.ArgumentException",
            target=call["TargetFqdn"],
        )
    begun = time.monotonic()
    status, diagnosis = _ask(call, store["pools"][pool]["members"], call["Domain"])
    seconds = time.monotonic() - begun
    success = status.startswith(("200", "404"))
    if success:
        status, diagnosis = "", ""
    call.output(task_output(call["TargetFqdn"], success, seconds, status, diagnosis))


def _ask(call, members: list[str], domain: str) -> tuple[str, str]:
    """The partner's status line and diagnosis, by the first member that takes a connection."""
    world = call.world
    last = ("Unable to perform a TLS handshake with the Edge pool", "no member answers on 5061")
    for member in members:
        services = world.services.of(member)
        if world.is_down(member) or not any(s.name == "RTCSRV" and s.running for s in services):
            continue
        if world.lab is None:
            known = world.layout["partner"]["domain"]
            return ("200 OK", "") if domain.lower() == known else _no_partner(domain)
        address = world.host(member).address
        try:
            return _exchange(call, address, domain)
        except (OSError, ValueError) as why:
            last = ("504, Server time-out", f"{member}: {why}")
    return last


def _no_partner(domain: str) -> tuple[str, str]:
    return (
        "504, Server time-out",
        f'ErrorCode=1008,Source=edge,Reason=Unable to resolve DNS SRV record for "{domain}".',
    )


def _exchange(call, address: str, domain: str) -> tuple[str, str]:
    layout = call.world.layout
    pki = layout["pki"]
    tls = ssl.create_default_context(cafile=os.path.join(pki, "ca.crt"))
    # The Edge is reached by address; its chain is verified all the same.
    tls.check_hostname = False
    own = os.path.join(pki, call.host.short)
    tls.load_cert_chain(f"{own}.crt", f"{own}.key")
    with socket.create_connection((address, layout["ports"]["sip"]), timeout=SECONDS) as raw:
        with tls.wrap_socket(raw) as stream:
            here = "{}:{}".format(*stream.getsockname()[:2])
            stream.sendall(_request(layout["domain"], domain, here))
            return _final(stream)


def _request(own: str, domain: str, here: str) -> bytes:
    lines = [
        f"MESSAGE sip:{NOBODY}@{domain} SIP/2.0",
        f"Via: SIP/2.0/TLS {here};branch=z9hG4bK{secrets.token_hex(6)};rport",
        "Max-Forwards: 20",
        f"From: <sip:{NOBODY}@{own}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{NOBODY}@{domain}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 MESSAGE",
        "Content-Type: text/plain",
        "Content-Length: 4",
    ]
    return ("\r\n".join(lines) + "\r\n\r\ntest").encode()


def _final(stream: ssl.SSLSocket) -> tuple[str, str]:
    until = time.monotonic() + SECONDS
    received = b""
    while True:
        head, end, rest = received.partition(b"\r\n\r\n")
        if end and not head.startswith(b"SIP/2.0 1"):
            break
        if end:
            received = rest
            continue
        stream.settimeout(max(0.01, until - time.monotonic()))
        part = stream.recv(4096)
        if not part:
            raise ValueError("closed the connection without an answer")
        received += part
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers = dict(line.lower().split(":", 1) for line in lines[1:] if ":" in line)
    status = lines[0].removeprefix("SIP/2.0 ").replace(" ", ", ", 1)
    return status, f"ErrorCode={headers.get('ms-diagnostics', '').strip()}"
