"""A conversation with a program on a terminal of its own."""

import codecs
import os
import pty
import select
import struct
import fcntl
import termios

COLUMNS, ROWS = 80, 40


class Hidden(str):
    """An answer for nobody's eyes: typed only where the terminal does not show it."""


def begin(command, environment, folder):
    """Starts a program on a new terminal; its process and the other end."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    return child, terminal


def converse(terminal, answers, pause, heard):
    """Gives each answer when the program has asked and is silent for so many seconds, until it ends.

    `heard` is called with everything that the terminal shows: what is typed too, as far as the
    program lets it.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    waiting = list(answers)
    shown = ""
    while True:
        if waiting and shown.endswith(": ") and not select.select([terminal], [], [], pause)[0]:
            if isinstance(waiting[0], Hidden) and not shown.endswith("(not shown): "):
                heard("\nA secret was to be typed here.\n")
                break
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
            shown = ""
        try:
            read = os.read(terminal, 65_536)
        except OSError:
            break
        if not read:
            break
        said = decoder.decode(read)
        shown = (shown + said)[-200:]
        heard(said)
    os.close(terminal)
