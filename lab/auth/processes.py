"""Starting and stopping what the bed consists of."""

import os
import signal
import socket
import subprocess
import time


def run(*command: str, environment: dict | None = None) -> str:
    """Runs a command to its end; its output. RuntimeError with its words when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout.strip()}")
    return done.stdout


class Server:
    """One server process in the foreground, known to be ready when its port answers."""

    def __init__(self, command: list[str], port: int, log: str, environment: dict | None = None):
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
            )
        self._name = os.path.basename(command[0])
        self._log = log
        self._wait(port)

    def _wait(self, port: int) -> None:
        for _ in range(400):
            if self._process.poll() is not None:
                raise RuntimeError(f"{self._name} ended at once: {self._words()}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self._name} does not listen: {self._words()}")

    def _words(self) -> str:
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:].strip()

    def stop(self) -> None:
        """Ends the process, and waits for it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def on_free_port(attempt):
    """The server that `attempt` starts on a port of 127.0.0.1. Somebody may take the port between
    its choice and its use, so that it is tried again with another."""
    for left in (2, 1, 0):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        try:
            return attempt(port)
        except RuntimeError:
            if left == 0:
                raise


def write(path: str, text: str, mode: int = 0o600) -> None:
    """Writes a file with these rights."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
