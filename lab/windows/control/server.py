"""The control socket: one JSON request per line, one JSON answer per line."""

import json
import os
import socketserver
import threading

from .commands import COMMANDS


class ControlServer:
    """Serves $LAB_STATE/windows.sock."""

    def __init__(self, world, path: str) -> None:
        if os.path.exists(path):
            os.unlink(path)
        self._path = path

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    try:
                        answer = run(world, json.loads(line))
                    except json.JSONDecodeError as why:
                        answer = {"error": f"not JSON: {why}"}
                    self.wfile.write(json.dumps(answer).encode() + b"\n")
                    self.wfile.flush()

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        self._server = Server(path, Handler)
        os.chmod(path, 0o660)

    def start(self) -> None:
        """Begins to serve."""
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()

    def close(self) -> None:
        """Ends, and takes the socket away."""
        self._server.shutdown()
        self._server.server_close()
        if os.path.exists(self._path):
            os.unlink(self._path)


def run(world, request: dict) -> dict:
    """One request: {"command": …, its arguments}. The answer has `result` or `error`."""
    arguments = dict(request)
    name = arguments.pop("command", "")
    command = COMMANDS.get(name)
    if command is None:
        return {"error": f"no command '{name}'; there are {', '.join(COMMANDS)}"}
    try:
        return {"result": command(world, **arguments)}
    except (KeyError, ValueError, TypeError) as why:
        return {"error": str(why.args[0]) if why.args else repr(why)}
