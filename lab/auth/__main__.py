"""`python -m auth FOLDER`, started in the lab's folder: a realm, and fronts as they are asked for.

Reads one JSON object per line from its standard input and answers each with one line. It ends, with
all that it started, when its input does.
"""

import json
import os
import shutil
import signal
import sys

from .front import Front
from .pki import make_pki
from .realm import Realm


class Bed:
    """What is running."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._realm = Realm(folder)
        self._fronts: dict[int, Front] = {}
        self._count = 0

    def start(self) -> dict:
        """Certificates, keys and the KDC."""
        make_pki(self._folder)
        self._realm.start()
        return {"ready": True, "principal": self._realm.principal}

    def stop(self) -> None:
        """Ends every process that was started."""
        for front in self._fronts.values():
            front.stop()
        self._realm.stop()

    def answer(self, request: dict):
        """Carries out one request; the result, which may be None."""
        match request.pop("do"):
            case "identity":
                return self._realm.set_identity(**request)
            case "front":
                self._count += 1
                front = Front(os.path.join(self._folder, f"front{self._count}"), **request)
                self._fronts[self._count] = front
                front.start(self._folder)
                return {"number": self._count, "port": front.port}
            case "log":
                return self._fronts[request["number"]].log()
            case "end":
                return self._fronts.pop(request["number"]).stop()
            case other:
                raise ValueError(f"{other} is not known")


def main() -> int:
    # Whoever started us may have blocked SIGTERM, and what we start would inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.makedirs(sys.argv[1], exist_ok=True)
    # Apache's children, another user when we are root, pass through it.
    os.chmod(sys.argv[1], 0o711)
    bed = Bed(os.path.realpath(sys.argv[1]))
    try:
        _say(bed.start())
        for line in sys.stdin:
            try:
                _say({"result": bed.answer(json.loads(line))})
            except Exception as why:  # whoever asked is to hear of it, whatever it is
                _say({"error": f"{why}"})
    finally:
        bed.stop()
        shutil.rmtree(sys.argv[1], ignore_errors=True)
    return 0


def _say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.exit(main())
