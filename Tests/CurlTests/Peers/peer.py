"""An HTTP/1.1 peer with bad habits, chosen by the request's path.

usage: peer.py [--certificate FILE --key FILE [--client-ca FILE]]

Prints one line {"port": N, "silent": M} when it listens; `silent` takes connections and never says a word.
Ends when its standard input does. Answers on raw sockets, so that every byte and every close is its own choice.
"""

import argparse
import collections
import json
import os
import socket
import ssl
import sys
import threading
import urllib.parse

lock = threading.Condition()
received = collections.Counter()  # requests by path
connections = 0


def read_request(stream):
    line = stream.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return method, urllib.parse.urlsplit(target), headers, body


def answer(stream, status, body=b"", headers=()):
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    stream.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    stream.flush()


def challenge():
    """An NTLM type 2 message: enough for a client to compute its type 3, which is not checked here."""
    import base64
    import struct

    flags = 0x00000001 | 0x00000200 | 0x00080000 | 0x00800000
    info = b"\x02\x00\x04\x00L\x00A\x00\x00\x00\x00\x00"
    head = b"NTLMSSP\x00" + struct.pack("<I", 2) + struct.pack("<HHI", 0, 0, 48)
    head += struct.pack("<I", flags) + b"\x01\x23\x45\x67\x89\xab\xcd\xef" + bytes(8)
    head += struct.pack("<HHI", len(info), len(info), 48)
    return base64.b64encode(head + info).decode()


class Connection:
    def __init__(self, stream, number):
        self.stream, self.number, self.authenticated = stream, number, False

    def serve(self):
        while request := read_request(self.stream):
            with lock:
                received[request[1].path] += 1
                lock.notify_all()
            if not self.handle(*request):
                return

    def handle(self, method, url, headers, body):
        """True: keep the connection."""
        query = dict(urllib.parse.parse_qsl(url.query))
        stream = self.stream
        match url.path:
            case "/echo":
                facts = {
                    "method": method,
                    "headers": headers,
                    "body": body.decode(),
                    "connection": self.number,
                }
                answer(stream, 200, json.dumps(facts).encode(), [("X-Kind", "echo")])
            case "/counts":
                with lock:
                    facts = {"received": dict(received), "connections": connections}
                answer(stream, 200, json.dumps(facts).encode())
            case "/wait":  # until `path` has been requested `count` times
                with lock:
                    lock.wait_for(lambda: received[query["path"]] >= int(query["count"]), 20)
                answer(stream, 200)
            case "/status":
                answer(stream, int(query["code"]))
            case "/big":
                answer(stream, 200, b"x" * int(query["bytes"]) if method != "HEAD" else b"")
            case "/endless":
                stream.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                while True:
                    stream.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            case "/endless-header":
                stream.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    stream.write(b"X-More: " + b"x" * 4096 + b"\r\n")
            case "/hang":
                with lock:
                    lock.wait_for(lambda: received["/release"] > 0, 30)
                answer(stream, 200)
            case "/release":
                answer(stream, 200)
            case "/die":  # the request was read, and no byte of an answer comes
                return False
            case "/cut":
                stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                stream.flush()
                return False
            case "/gibberish":
                stream.write(b"SIP/2.0 400 What?\r\n\r\n")
                stream.flush()
                return False
            case "/last":  # answers, then closes without having said so
                answer(stream, 200)
                return False
            case "/redirect":
                answer(stream, int(query.get("code", "302")), b"", [("Location", query["to"])])
            case "/loop":
                answer(stream, 302, b"", [("Location", "/loop")])
            case "/ntlm":
                self.ntlm(headers, body)
            case _:
                answer(stream, 404)
        return True

    def ntlm(self, headers, body):
        import base64

        scheme, _, token = headers.get("authorization", "").partition(" ")
        kind = base64.b64decode(token)[8] if scheme == "NTLM" else 0
        with lock:
            received[f"ntlm type {kind}"] += 1
        if kind == 1:
            answer(self.stream, 401, b"more", [("WWW-Authenticate", "NTLM " + challenge())])
        elif kind == 3 or self.authenticated:
            self.authenticated = True
            answer(self.stream, 200, body)
        else:
            answer(self.stream, 401, b"who?", [("WWW-Authenticate", "NTLM")])


def serve(raw, context):
    global connections
    try:
        if context:
            raw = context.wrap_socket(raw, server_side=True)
        with lock:
            connections += 1
            number = connections
        with raw, raw.makefile("rwb") as stream:
            Connection(stream, number).serve()
    except (OSError, ValueError):
        pass  # the client went away or did not speak HTTP, which is what many tests make it do


def listen():
    server = socket.create_server(("127.0.0.1", 0))
    return server, server.getsockname()[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--client-ca")
    options = parser.parse_args()
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
        if options.client_ca:
            context.load_verify_locations(options.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    server, port = listen()
    _silent, silent_port = listen()
    print(json.dumps({"port": port, "silent": silent_port}), flush=True)

    def accept():
        while True:
            raw, _ = server.accept()
            threading.Thread(target=serve, args=(raw, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
