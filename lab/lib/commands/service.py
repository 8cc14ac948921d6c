"""lab/bin/service SERVER start|stop|status sip|xmpp|media"""

from __future__ import annotations

from .. import console, layout, service
from ..console import LabError, say


def command(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[1] not in ("start", "stop", "status") \
            or arguments[2] not in service.KINDS:
        raise LabError("usage: lab/bin/service SERVER start|stop|status sip|xmpp|media")
    name, action, kind = arguments
    lab = console.running_lab()
    try:
        host = layout.server(lab, name)
    except KeyError as error:
        raise LabError(error.args[0]) from None
    if action == "start":
        service.start(lab, host, kind)
    elif action == "stop":
        service.stop(lab, host, kind)
    say("running" if service.running(lab, host, kind) else "stopped")
    return 0


if __name__ == "__main__":
    console.main(command)
