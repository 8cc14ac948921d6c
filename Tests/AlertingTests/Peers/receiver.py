"""A receiver of alerts that behaves as told: usage receiver.py BEHAVIOUR...

Each POST, and each GET of another path than those below, uses up one behaviour, the last one stays: a status code (`429/7` with Retry-After: 7), `redirect`, `hang`,
`drop`, `half` (breaks the connection in the middle of its answer) or `endless`.
With the environment variables CERTIFICATE and KEY it speaks https.
Prints {"port": N} when it listens; GET / gives the posts that it saw as JSON, GET /gets the paths of other GETs. Ends when its
standard input does.
"""

import http.server
import json
import os
import ssl
import sys
import threading

behaviours = sys.argv[1:]
posts = []
gets = []
lock = threading.Lock()
ended = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path in ("/", "/gets"):
            with lock:
                self.say(200, json.dumps(posts if self.path == "/" else gets).encode())
            return
        with lock:
            gets.append(self.path)
        self.behave()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with lock:
            posts.append({"path": self.path, "headers": dict(self.headers), "body": body})
        self.behave()

    def behave(self):
        with lock:
            behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        match behaviour:
            case "redirect":
                self.say(307, Location="/elsewhere")
            case "hang":
                ended.wait()
            case "drop":
                self.close_connection = True
            case "half":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(b"half of it")
                self.wfile.flush()
                self.close_connection = True
            case "endless":
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 4096)
            case told:
                status, _, wait = told.partition("/")
                self.say(int(status), b"as\ntold", **({"Retry-After": wait} if wait else {}))


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    if "CERTIFICATE" in os.environ:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
