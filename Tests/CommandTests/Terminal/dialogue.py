"""Talks to a program on a terminal of its own, of 80 columns: dialogue.py PROGRAM ARGUMENTS… < STEPS

STEPS is JSON: a list of [text that is waited for, text that is typed then]. Writes JSON: the exit
status (negative for a signal), all output, and whether the terminal echoed at each step and at the
end. Python's standard library only.
"""

import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios
import time

SECONDS = 60


def main():
    steps = json.load(sys.stdin)
    # The other end is held open, so that its state can be read when the program has ended.
    terminal, other = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = os.fork()
    if child == 0:
        os.login_tty(other)
        os.execv(sys.argv[1], sys.argv[1:])
    os.set_blocking(terminal, False)
    output, seen, echoes, status = b"", 0, [], None
    deadline = time.monotonic() + SECONDS
    while True:
        if select.select([terminal], [], [], 0.05)[0]:
            output += os.read(terminal, 65536)
        if steps and steps[0][0].encode() in output[seen:]:
            awaited, typed = steps.pop(0)
            seen = output.index(awaited.encode(), seen) + len(awaited.encode())
            if not settled(other, awaited):
                break
            echoes.append(echo(other))
            os.write(terminal, typed.encode())
            continue
        if status is not None:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(code)
    print(json.dumps({"status": status, "output": output.decode(), "echoes": echoes,
                      "echoesAtEnd": echo(other), "unasked": [step[0] for step in steps]}))


def echo(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def settled(terminal, awaited):
    """A question for a secret is printed right before the echo is turned off."""
    deadline = time.monotonic() + 5
    while "not shown" in awaited and echo(terminal):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


main()
