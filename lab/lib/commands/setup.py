"""lab/bin/setup SERVER"""

from __future__ import annotations

from .. import console, layout, service
from ..console import LabError, say


def command(arguments: list[str]) -> int:
    if len(arguments) != 1:
        raise LabError("usage: lab/bin/setup SERVER")
    lab = console.running_lab()
    try:
        host = layout.server(lab, arguments[0])
    except KeyError as error:
        raise LabError(error.args[0]) from None
    if host["role"] != "edge":
        raise LabError(f"{host['short']} is no Edge server")
    say(f"{host['short']}: {service.set_up(lab, host)}")
    return 0


if __name__ == "__main__":
    console.main(command)
