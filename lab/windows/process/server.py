"""`powershell.exe -s` for every host of the double, behind one Unix socket.

A connection is one process: its first line names the host and the account, then come the lines of
the out-of-process framing both ways. Strict where PowerShell is: a blank line, a line that is no
packet, or a second line for a pipeline that waits for its acknowledgement ends the process.
"""

import base64
import contextlib
import os
import select
import socket
import socketserver
import sys
import threading
import uuid
from xml.etree import ElementTree

from ..wsman.shells import ConnectionCut, Shell, ShellGone

ZERO = uuid.UUID(int=0)
# How much is taken from a pipeline at once, in bytes.
ROOM = 1 << 20


class NotAPacket(Exception):
    """What the client sent ends the process."""


class PowerShellServer:
    """Serves STATE/powershell.sock."""

    def __init__(self, world, path: str) -> None:
        if os.path.exists(path):
            os.unlink(path)
        self._path = path

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                lines = Lines(self.connection)
                name, who = lines.next().decode().split()
                host = next(h for h in world.hosts if name in (h.short, h.fqdn))
                Process(world, host, who, lines, self.wfile).serve()

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        self._server = Server(path, Handler)

    def start(self) -> None:
        """Begins to serve."""
        serve = self._server.serve_forever
        threading.Thread(target=serve, name="powershell", daemon=True).start()

    def close(self) -> None:
        """Ends, and takes the socket away."""
        self._server.shutdown()
        self._server.server_close()
        os.unlink(self._path)


class Lines:
    """What a client writes, a line at a time."""

    def __init__(self, connection) -> None:
        self.connection = connection
        self._buffer = b""

    def next(self) -> bytes:
        """The next line; empty at the end."""
        while b"\n" not in self._buffer:
            part = self.connection.recv(65536)
            if not part:
                return b""
            self._buffer += part
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line + b"\n"

    def more(self) -> bool:
        """Whether another line is here, or has begun."""
        return bool(self._buffer) or bool(select.select([self.connection], [], [], 0)[0])


class Process:
    """One PowerShell: a shell, whose output goes back as lines."""

    def __init__(self, world, host, who: str, lines: Lines, output) -> None:
        self._world = world
        self._lines = lines
        self._output = output
        self._writing = threading.Lock()
        self._pumps: dict[uuid.UUID, threading.Thread] = {}
        self._shell = Shell(world, host, str(uuid.uuid4()).upper(), who, "ssh", float("inf"))

    def serve(self) -> None:
        """Reads lines until the client closes the pool, goes, or sends what is none."""
        self._world.shells.add(self._shell)
        try:
            self._pump(ZERO)
            while (line := self._lines.next()) and self._take(line):
                pass
        except (NotAPacket, ElementTree.ParseError, KeyError, ValueError) as why:
            print(f"powershell: {why!r}", file=sys.stderr, flush=True)
        except (OSError, ShellGone):
            pass
        finally:
            self._world.shells.delete(self._shell)

    def _take(self, line: bytes) -> bool:
        """Carries out a line; false when it was the last."""
        packet = ElementTree.fromstring(line.decode("utf-8"))
        guid = uuid.UUID(packet.attrib["PSGuid"])
        if self._lines.more():
            raise NotAPacket("a second line before the acknowledgement of the first")
        if packet.tag == "Data":
            data = base64.b64decode(packet.text or "", validate=True)
            self._shell.feed(data, None if guid == ZERO else guid)
        elif packet.tag == "Command":
            self._shell.start_command(guid, b"")
            self._pump(guid)
        elif packet.tag == "Signal":
            self._shell.signal(guid, "ctrl_c")
        elif packet.tag == "Close":
            if guid != ZERO:
                self._shell.signal(guid, "terminate")
                self._pumps.pop(guid).join()
            elif len(self._pumps) > 1:
                return True  # As PowerShell: it waits for pipelines that nobody closes.
        else:
            raise NotAPacket(f"<{packet.tag}> is not a client's")
        self._write(packet.tag + "Ack", guid)
        return not (packet.tag == "Close" and guid == ZERO)

    def _pump(self, guid: uuid.UUID) -> None:
        """Begins to send what the pool or a pipeline gives."""
        command = None if guid == ZERO else guid

        def work() -> None:
            try:
                done = False
                while not done:
                    parts, done = self._shell.receive(command, 3600.0, ROOM) or ([], False)
                    for part in parts:
                        self._write("Data", guid, base64.b64encode(part).decode())
            except ConnectionCut:
                self._die()
            except ShellGone:
                # A pipeline may have been closed; a pool ends with its process.
                if guid == ZERO:
                    self._die()
            except OSError:
                pass

        pump = threading.Thread(target=work, name=f"powershell {guid}", daemon=True)
        self._pumps[guid] = pump
        pump.start()

    def _die(self) -> None:
        with contextlib.suppress(OSError):
            self._lines.connection.shutdown(socket.SHUT_RDWR)

    def _write(self, tag: str, guid: uuid.UUID, text: str = "") -> None:
        if tag == "Data":
            line = f"<Data Stream='Default' PSGuid='{guid}'>{text}</Data>"
        else:
            line = f"<{tag} PSGuid='{guid}' />"
        with self._writing:
            # Windows ends its lines so.
            self._output.write(line.encode() + b"\r\n")
            self._output.flush()
