"""lab/message sip|xmpp [--site NAME] [--json]"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json

from .. import console
from ..console import LabError, say

USAGE = "usage: lab/message sip|xmpp [--site NAME] [--json]"


def command(arguments: list[str]) -> int:
    lab = console.running_lab()
    sites, as_json, kinds = [s["name"] for s in lab["sites"]], False, []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--json":
            as_json = True
        elif word == "--site" and rest and rest[0] in sites:
            sites = [rest.pop(0)]
        elif word in ("sip", "xmpp") and not kinds:
            kinds.append(word)
        else:
            raise LabError(f"{USAGE}; sites: {', '.join(s['name'] for s in lab['sites'])}")
    if not kinds:
        raise LabError(USAGE)
    results = _sip(lab, sites) if kinds == ["sip"] else _xmpp(lab, sites)
    passed = all(r["passed"] for r in results)
    if as_json:
        say(json.dumps({"kind": kinds[0], "passed": passed, "directions": results}, indent=2))
    else:
        for result in results:
            _print(result)
        say(f"{kinds[0]} federation: " + ("a message passes both ways" if passed
                                          else "a message does NOT pass both ways"))
    return 0 if passed else 1


def _sip(lab: dict, sites: list[str]) -> list[dict]:
    from .. import sip_message
    wanted = sip_message.directions(lab, sites)
    with concurrent.futures.ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(lambda w: sip_message.send(lab, w), wanted))


def _xmpp(lab: dict, sites: list[str]) -> list[dict]:
    from .. import xmpp_message
    return asyncio.run(xmpp_message.check(lab, sites))


def _print(result: dict) -> None:
    mark = "passed" if result["passed"] else "FAILED"
    detail = " > ".join(result["path"]) if result["passed"] else result["reason"]
    say(f"{mark}  {result['direction']:<8} {result['site']:<8} {result['from']} to {result['to']}: "
        f"{detail} ({result['milliseconds']} ms)")


if __name__ == "__main__":
    console.main(command)
