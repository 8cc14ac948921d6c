"""Setup on Edge servers (Bootstrapper.exe): what it installs, how it ends."""

import dataclasses
import os
import subprocess

SECONDS = 30.0


@dataclasses.dataclass
class Result:
    """How the next runs on a server end."""

    exit_code: int = 0
    # The build that the server has afterwards: an installation may fall behind its update.
    version: str | None = None
    times: int | None = None


class Setup:
    """Runs it, for the whole double."""

    def __init__(self, world) -> None:
        self._world = world
        self._results: dict[str, Result] = {}

    def expect(self, server: str, result: Result | None) -> None:
        """How Setup ends on a server from now on; None: as it should."""
        if result is None:
            self._results.pop(server, None)
        else:
            self._results[server] = result

    def run(self, server: str) -> tuple[int, str]:
        """Exit code, and what was done."""
        result = self._results.get(server) or Result()
        if result.times is not None:
            result.times -= 1
            if result.times <= 0:
                del self._results[server]
        if result.exit_code != 0:
            return result.exit_code, "Setup failed"
        if result.version is not None:
            self._world.product_versions[server] = result.version
        if self._world.lab is None:
            return 0, "nothing was missing"
        command = [os.path.join(self._world.lab, "setup"), server]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        if done.returncode != 0:
            return 1603, done.stderr.strip()
        return 0, done.stdout.strip().split(": ", 1)[-1]

    def at_once(self, at_once: bool) -> None:
        """Switch listener: whether new listeners need no Setup."""
        if self._world.lab is None:
            return
        from lib import components

        path = components.at_once_file(self._world.layout)
        if at_once:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w", encoding="utf-8").close()
        elif os.path.exists(path):
            os.unlink(path)

    def missing(self) -> dict[str, list[str]]:
        """Listeners that wait for Setup, by server."""
        if self._world.lab is None:
            return {}
        from lib import components, layout, replicas

        lab = self._world.layout
        found = {
            host["fqdn"]: [
                kind
                for kind in components.KINDS
                if replicas.federation_port(lab, host, kind)
                and not components.installed(lab, host, kind)
            ]
            for host in layout.edges(lab)
        }
        return {server: kinds for server, kinds in found.items() if kinds}

    def reset(self) -> list[str]:
        """Everything installed everywhere; the servers that have to look again."""
        self._results.clear()
        servers = list(self.missing())
        if self._world.lab is not None:
            from lib import components

            components.reset(self._world.layout)
        return servers
