#!/usr/bin/env python3
"""An HTTPS server that sends its callers elsewhere, for tests; or passes them on to another one.

It prints its port as JSON and ends when its standard input closes.

POST /to/STATUS/LOCATION   that status and that Location (percent-encoded)
POST /nowhere              302 without a Location
POST /circle/N             302 to the other one of /circle/0 and /circle/1
POST /endless/N            302 to /endless/N+1
POST /front?OPERATION=LOCATION
                           307 to LOCATION for that operation of WS-Management; what is not named
                           is passed on to the backend
POST /sticky               passed on; the answer to Create sets cookies
GET /seen                  what was asked so far: path, operation, kind of Authorization, Cookie
"""

import argparse
import http.client
import http.server
import json
import re
import ssl
import sys
import threading
import urllib.parse

OPERATION = re.compile(rb"<a:Action[^>]*>[^<]*/(\w+)</a:Action>|wsmid:(Identify)")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        with self.server.lock:
            body = json.dumps(self.server.seen).encode()
        self._answer(200, {}, body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = OPERATION.search(body)
        operation = (found[1] or found[2]).decode() if found else ""
        authorization = self.headers.get("Authorization") or ""
        url = urllib.parse.urlsplit(self.path)
        with self.server.lock:
            self.server.seen.append(
                {
                    "path": url.path,
                    "operation": operation,
                    "authorization": authorization.split(" ")[0],
                    "cookie": self.headers.get("Cookie") or "",
                }
            )
        first, *rest = url.path[1:].split("/")
        match first:
            case "to":
                self._answer(int(rest[0]), {"Location": urllib.parse.unquote(rest[1])})
            case "nowhere":
                self._answer(302, {})
            case "circle":
                self._answer(302, {"Location": f"/circle/{1 - int(rest[0])}"})
            case "endless":
                self._answer(302, {"Location": f"/endless/{int(rest[0]) + 1}"})
            case "front":
                elsewhere = urllib.parse.parse_qs(url.query).get(operation)
                if elsewhere:
                    self._answer(307, {"Location": elsewhere[0]})
                else:
                    self._pass_on(body)
            case "sticky":
                cookies = ("other=1", "MS-WSMAN=node2; path=/", "MS-WSMAN-B=b; Secure")
                self._pass_on(body, cookies if operation == "Create" else ())
            case _:
                self._answer(404, {}, b"<html>Not found</html>")

    def _pass_on(self, body, cookies=()):
        backend = urllib.parse.urlsplit(self.server.backend)
        connection = http.client.HTTPSConnection(
            backend.netloc, timeout=60, context=ssl.create_default_context(cafile=self.server.ca)
        )
        names = ("Content-Type", "Authorization")
        headers = {name: self.headers[name] for name in names if name in self.headers}
        connection.request("POST", backend.path, body, headers)
        answer = connection.getresponse()
        self._answer(answer.status, dict(answer.headers), answer.read(), cookies)
        connection.close()

    def _answer(self, status, headers, body=b"", cookies=()):
        self.send_response(status)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        for name, value in headers.items():
            if name.lower() in ("location", "content-type", "www-authenticate"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        raw, peer = super().get_request()
        # The handshake waits for the connection's own thread.
        return self.tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False), peer

    def handle_error(self, *_):
        # Whoever does not trust us hangs up.
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--backend", required=True)
    options = parser.parse_args()
    server = Server((options.address, 0), Handler)
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(options.certificate, options.key)
    server.lock = threading.Lock()
    server.seen = []
    server.backend = options.backend
    server.ca = options.ca
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
