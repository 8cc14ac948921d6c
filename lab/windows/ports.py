"""Ports inside that only services of the model stand behind: replication, A/V authentication, PSOM.

Each is a TLS listener of an Edge server that is open while its service runs and its host lives. It
ends every conversation after the handshake: that somebody answers is all that can be learnt there.
"""

import os
import socket
import ssl
import threading

from lib import layout as lab_layout

# Windows service and the layout's name of its port.
PORTS = (
    ("REPLICA", "replication"),
    ("RTCMRAUTH", "media_authentication"),
    ("RTCDATAPROXY", "psom"),
)
LOOK_SECONDS = 0.1
HANDSHAKE_SECONDS = 3.0


class InsidePorts:
    """Opens and closes them as services and hosts come and go."""

    def __init__(self, world) -> None:
        self._world = world
        self._open: dict[tuple[str, str], socket.socket] = {}
        self._closing = threading.Event()
        self._contexts: dict[str, ssl.SSLContext] = {}

    def start(self) -> None:
        """Opens what is to be open, and goes on looking."""
        for host in lab_layout.edges(self._world.layout):
            pool = host["pool"].split(".")[0]
            name = os.path.join(self._world.layout["pki"], f"{pool}-internal")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{name}.crt", f"{name}.key")
            self._contexts[host["fqdn"]] = context
        self._look()
        threading.Thread(target=self._watch, name="inside ports", daemon=True).start()

    def close(self) -> None:
        """Closes all."""
        self._closing.set()

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        world = self._world
        for host in lab_layout.edges(world.layout):
            server = host["fqdn"]
            for service, port in PORTS:
                wanted = not world.is_down(server) and world.services.runs(server, service)
                key = (server, service)
                if wanted and key not in self._open:
                    self._listen(key, host["internal"], world.layout["ports"][port])
                elif not wanted and key in self._open:
                    listener = self._open.pop(key)
                    try:
                        listener.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                    listener.close()

    def _listen(self, key: tuple[str, str], address: str, port: int) -> None:
        try:
            listener = socket.create_server((address, port), backlog=32)
        except OSError:
            return  # The next look tries again.
        self._open[key] = listener
        arguments = (listener, self._contexts[key[0]])
        threading.Thread(target=self._accept, args=arguments, daemon=True).start()

    def _accept(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            arguments = (connection, context)
            threading.Thread(target=_greet, args=arguments, daemon=True).start()


def _greet(connection: socket.socket, context: ssl.SSLContext) -> None:
    connection.settimeout(HANDSHAKE_SECONDS)
    try:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
    except OSError:
        connection.close()
