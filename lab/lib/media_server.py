"""What answers on an Edge server's media ports: STUN and a TURN server that wants credentials.

    media_server.py NAME TCP_PORT UDP_PORT ADDRESS...

A Binding request gets its sender's address (RFC 8489), an Allocate request without credentials 401
with realm and nonce (RFC 8656), any other STUN request 400, everything else silence. Over TCP the
same messages (RFC 8489, 6.2.2). It imports little, so that the lab starts fast.
"""

import os
import selectors
import signal
import socket
import struct
import sys

COOKIE = 0x2112A442
HEADER = struct.Struct(">HHI12s")
BINDING, ALLOCATE = 0x001, 0x003
MAPPED, XOR_MAPPED, ERROR, REALM, NONCE, SOFTWARE = 0x01, 0x20, 0x09, 0x14, 0x15, 0x8022


def answer(message: bytes, sender: tuple[str, int], name: str) -> bytes | None:
    """The response to one message, or nothing."""
    if len(message) < HEADER.size:
        return None
    kind, length, cookie, transaction = HEADER.unpack_from(message)
    # A request: class 00, and the two highest bits are zero.
    if kind & 0xC110 or len(message) != HEADER.size + length or length % 4:
        return None
    method = kind
    if cookie != COOKIE:
        # RFC 3489, which MS-TURN clients of old still speak.
        body = attribute(MAPPED, address(sender, 0))
        return HEADER.pack(0x101, len(body), cookie, transaction) + body if method == 1 else None
    if method == BINDING:
        body = attribute(XOR_MAPPED, address(sender, COOKIE))
        response = method | 0x100
    elif method == ALLOCATE:
        body = attribute(ERROR, b"\0\0\4\1Unauthorized") + attribute(REALM, b"contoso.test")
        body += attribute(NONCE, os.urandom(8).hex().encode())
        response = method | 0x110
    else:
        body = attribute(ERROR, b"\0\0\4\0Bad Request")
        response = method | 0x110
    body += attribute(SOFTWARE, f"lab {name}".encode())
    return HEADER.pack(response, len(body), cookie, transaction) + body


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def address(sender: tuple[str, int], mask: int) -> bytes:
    """An IPv4 address and port, under the cookie's mask (0: plain)."""
    (number,) = struct.unpack(">I", socket.inet_aton(sender[0]))
    return struct.pack(">BBHI", 0, 1, sender[1] ^ (mask >> 16), number ^ mask)


def serve(name: str, tcp: int, udp: int, addresses: list[str]) -> None:
    waiting = selectors.DefaultSelector()
    for where in addresses:
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind((where, udp))
        waiting.register(datagrams, selectors.EVENT_READ, "datagram")
        listener = socket.create_server((where, tcp), backlog=64)
        waiting.register(listener, selectors.EVENT_READ, "listener")
    received: dict[socket.socket, bytes] = {}
    while True:
        for key, _ in waiting.select():
            try:
                if key.data == "datagram":
                    message, sender = key.fileobj.recvfrom(2048)
                    reply = answer(message, sender, name)
                    if reply:
                        key.fileobj.sendto(reply, sender)
                elif key.data == "listener":
                    connection, sender = key.fileobj.accept()
                    connection.settimeout(1.0)
                    received[connection] = b""
                    waiting.register(connection, selectors.EVENT_READ, sender)
                elif not converse(key.fileobj, key.data, received, name):
                    end(waiting, received, key.fileobj)
            except OSError:
                if key.fileobj in received:
                    end(waiting, received, key.fileobj)


def converse(connection, sender, received, name: str) -> bool:
    """Answers what has come over a connection; False when it is to end."""
    part = connection.recv(4096)
    data = received[connection] + part
    while len(data) >= HEADER.size:
        whole = HEADER.size + struct.unpack_from(">H", data, 2)[0]
        if len(data) < whole:
            break
        reply = answer(data[:whole], sender, name)
        if reply is None:
            return False
        connection.sendall(reply)
        data = data[whole:]
    received[connection] = data
    return bool(part) and len(data) <= 4096


def end(waiting, received, connection) -> None:
    waiting.unregister(connection)
    del received[connection]
    connection.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
