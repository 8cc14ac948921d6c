"""The HTTPS side of an endpoint: a listener that a dead host closes, and its connections."""

import http.server
import socket
import ssl
import struct
import threading

from .auth import Authentication
from .operations import Operations
from .shells import ConnectionCut
from .trouble import HTTPError

SOAP_TYPE = "application/soap+xml;charset=UTF-8"
REQUEST_BYTES_MAX = 2 * 1024 * 1024
HANDSHAKE_SECONDS = 10.0
# Seconds that a kept connection may be silent.
IDLE_SECONDS = 300.0


class Endpoint:
    """One host's WSMan listener."""

    def __init__(self, world, host, certificate: str, key: str) -> None:
        self._world = world
        self.host = host
        self.operations = Operations(world, host)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        # Windows Server 2012 R2 to 2019 end there.
        self._tls.maximum_version = ssl.TLSVersion.TLSv1_2
        self._tls.load_cert_chain(certificate, key)
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()

    def open(self) -> None:
        """Listens, unless it does already."""
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.host.address, self.host.port))
            listener.listen(64)
            self._listener = listener
        name = f"accept {self.host.short}"
        threading.Thread(target=self._accept, args=(listener,), name=name, daemon=True).start()

    def close(self) -> None:
        """Refuses connections and cuts those there are."""
        with self._lock:
            listener, self._listener = self._listener, None
            connections = list(self._connections)
        if listener is not None:
            # shutdown wakes the thread that waits in accept.
            _quietly(listener.shutdown, socket.SHUT_RDWR)
            listener.close()
        for connection in connections:
            cut(connection)

    def pause(self) -> None:
        """Waits while the host hangs."""
        self._world.trouble.pause(self.host.fqdn, lambda: self._listener is None)

    def host_changed(self, host, up: bool) -> None:
        """Follows its host's life."""
        if host is self.host:
            self.open() if up else self.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                raw, peer = listener.accept()
            except OSError:
                return
            if self._world.is_refused(self.host.fqdn):
                reset(raw)
                continue
            self.pause()
            name = f"connection {self.host.short}"
            threading.Thread(
                target=self._serve, args=(raw, peer), name=name, daemon=True
            ).start()

    def _serve(self, raw: socket.socket, peer) -> None:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.settimeout(HANDSHAKE_SECONDS)
        try:
            secure = self._tls.wrap_socket(raw, server_side=True)
        except OSError:
            raw.close()
            return
        secure.settimeout(IDLE_SECONDS)
        with self._lock:
            self._connections.add(secure)
        try:
            Connection(secure, peer, self)
        except ConnectionCut:
            reset(secure)
        except OSError:
            pass
        finally:
            with self._lock:
                self._connections.discard(secure)
            secure.close()


class Connection(http.server.BaseHTTPRequestHandler):
    """One connection: requests one after another, authenticated as they go."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    wbufsize = -1

    def __init__(self, secure: ssl.SSLSocket, peer, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._authentication = Authentication(endpoint.host, endpoint._world.schemes)
        super().__init__(secure, peer, endpoint)

    def do_POST(self) -> None:
        """Every operation of WS-Management is a POST to /wsman."""
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            self._reply(411, b"")
            return
        if length > REQUEST_BYTES_MAX:
            self.close_connection = True
            self._reply(413, b"")
            return
        body = self.rfile.read(length)
        self._endpoint.pause()
        who, tokens = self._authentication.check(self.headers.get("Authorization"))
        if who is None:
            self._reply(401, b"", tokens)
            return
        if self.path.split("?")[0].rstrip("/").lower() != "/wsman":
            self._reply(404, b"")
            return
        client = f"{self.client_address[0]}:{self.client_address[1]}"
        try:
            status, answer = self._endpoint.operations.answer(body, who, client)
        except HTTPError as error:
            self._reply(error.status, error.body, kind="text/html")
            return
        self._endpoint.pause()
        self._reply(status, answer, tokens)

    def _reply(
        self, status: int, body: bytes, tokens: list[str] = [], kind: str = SOAP_TYPE
    ) -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        for token in tokens:
            self.send_header("WWW-Authenticate", token)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format, *arguments) -> None:
        """Says nothing: the log of calls says more."""


def cut(connection: socket.socket) -> None:
    """Ends a connection that another thread uses."""
    _quietly(connection.shutdown, socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Ends a connection of this thread with a reset instead of a farewell."""
    _quietly(connection.setsockopt, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Plain close: an SSL socket's own would say goodbye first.
    connection.close()


def _quietly(operation, *arguments) -> None:
    try:
        operation(*arguments)
    except OSError:
        pass
