"""Test-NetConnection: whether a port takes a connection, really tried from the host's address."""

import ipaddress
import socket

from ..model.names import CLOUD
from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.objects import Record
from .registry import EVERYWHERE, cmdlet

SECONDS = 2.0


@cmdlet(
    "Test-NetConnection",
    "Test-NetConnection",
    [
        Parameter("ComputerName", position=0, aliases=("RemoteAddress", "cn")),
        Parameter("Port", "uint16", aliases=("RemotePort",)),
        Parameter("CommonTCPPort", values=("HTTP", "RDP", "SMB", "WINRM")),
        Parameter("InformationLevel", values=("Quiet", "Detailed")),
    ],
    module="NetTCPIP",
    roles=EVERYWHERE,
)
def test_connection(call) -> None:
    """A port that does not answer is a result with a warning, not an error."""
    name, port = call["ComputerName"] or "internetbeacon.msedge.net", call["Port"]
    address = _address(call, name)
    if address is None:
        call.warning(f"Name resolution of {name} failed")
    succeeded = address is not None and port is not None and _open(call, name, address, port)
    if address is not None and port is not None and not succeeded:
        call.warning(f"TCP connect to ({address} : {port}) failed")
    if call["InformationLevel"] == "Quiet":
        call.output(succeeded)
        return
    call.output(
        Record(
            ["TestNetConnectionResult"],
            {
                "ComputerName": name,
                "RemoteAddress": address,
                "RemotePort": port or 0,
                "NameResolutionSucceeded": address is not None,
                "PingSucceeded": False,
                "TcpTestSucceeded": succeeded,
                "InterfaceAlias": "Ethernet",
                "SourceAddress": call.host.address,
            },
            to_string="TestNetConnectionResult",
        )
    )


def _address(call, name: str) -> str | None:
    """What the name resolves to inside: a host's internal address, a pool's first member."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    world = call.world
    if name.lower() == CLOUD:
        # The partner's server takes the cloud's place.
        return world.layout["partner"]["access"]
    with world.lock:
        pool = find(world.store["pools"], name)
        server = world.store["pools"][pool]["members"][0] if pool else name
    for host in world.hosts:
        if server.lower() in (host.fqdn.lower(), host.short.lower()):
            return host.address
    return None


def _open(call, name: str, address: str, port: int) -> bool:
    if name.lower() == CLOUD and not call.world.names.reaches_cloud(call.host.fqdn):
        return False
    if call.world.lab is None:
        return _model(call, address, name)
    try:
        source = (call.host.address, 0)
        with socket.create_connection((address, port), timeout=SECONDS, source_address=source):
            return True
    except OSError:
        return False


def _model(call, address: str, name: str) -> bool:
    """Stand-alone there are no servers: a host that lives answers on every port."""
    hosts = [h for h in call.world.hosts if name.lower() in (h.fqdn.lower(), h.short.lower())]
    return not any(call.world.is_down(h.fqdn) for h in hosts)
