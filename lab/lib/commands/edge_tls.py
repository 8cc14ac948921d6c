"""lab/edge-tls [require|optional] [1.2|1.3]"""

from __future__ import annotations

from .. import console, service, settings
from ..console import LabError, say
from ..layout import edges


def command(arguments: list[str]) -> int:
    lab = console.running_lab()
    for word in arguments:
        if word in ("require", "optional"):
            settings.change(lab, client_certificate=word)
        elif word in ("1.2", "1.3"):
            settings.change(lab, tls=word)
        else:
            raise LabError("usage: lab/edge-tls [require|optional] [1.2|1.3]")
    if arguments:
        for host in edges(lab):
            if service.running(lab, host, "sip"):
                service.module(host, "sip").reload_certificates(lab, host)
    chosen = settings.read(lab)
    say(f"outside, the Edge servers offer up to TLS {chosen['tls']} and a client certificate is "
        f"{'required' if chosen['client_certificate'] == 'require' else 'optional'}")
    return 0


if __name__ == "__main__":
    console.main(command)
