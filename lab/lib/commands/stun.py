"""lab/bin/stun ADDRESS [binding|allocate] [udp|tcp]: one question to a media port."""

from __future__ import annotations

import os
import socket
import struct

from .. import console
from ..console import LabError, say
from ..media_server import ALLOCATE, BINDING, COOKIE, ERROR, HEADER, XOR_MAPPED

SECONDS = 1.0


def command(arguments: list[str]) -> int:
    words = set(arguments[1:])
    if not arguments or words - {"binding", "allocate", "udp", "tcp"}:
        raise LabError("usage: lab/bin/stun ADDRESS [binding|allocate] [udp|tcp]")
    ports = console.running_lab()["ports"]
    kind = socket.SOCK_STREAM if "tcp" in words else socket.SOCK_DGRAM
    port = ports["media_tcp" if "tcp" in words else "media_udp"]
    transaction = os.urandom(12)
    # Allocate asks for a UDP relay (REQUESTED-TRANSPORT).
    body = struct.pack(">HHB3x", 0x19, 4, 17) if "allocate" in words else b""
    method = ALLOCATE if "allocate" in words else BINDING
    try:
        with socket.socket(socket.AF_INET, kind) as link:
            link.settimeout(SECONDS)
            link.connect((arguments[0], port))
            link.sendall(HEADER.pack(method, len(body), COOKIE, transaction) + body)
            said = describe(link.recv(2048), transaction)
    except OSError as why:
        say(f"{arguments[0]}:{port} does not answer: {why}")
        return 1
    say(said)
    return 0


def describe(response: bytes, transaction: bytes) -> str:
    """The response in words."""
    kind, _, cookie, answered = HEADER.unpack_from(response)
    if cookie != COOKIE or answered != transaction:
        return "an answer to something else"
    attributes, place = {}, HEADER.size
    while place < len(response):
        name, length = struct.unpack_from(">HH", response, place)
        attributes[name] = response[place + 4:place + 4 + length]
        place += 4 + length + -length % 4
    if ERROR in attributes:
        return f"error {attributes[ERROR][2] * 100 + attributes[ERROR][3]}"
    _, _, port, number = struct.unpack(">BBHI", attributes[XOR_MAPPED])
    address = socket.inet_ntoa(struct.pack(">I", number ^ COOKIE))
    return f"answer {kind:#06x}, mapped {address}:{port ^ (COOKIE >> 16)}"


if __name__ == "__main__":
    console.main(command)
