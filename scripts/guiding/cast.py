"""A recorded terminal session: asciicast v2 (a line of JSON about it, then [seconds, "o", text])."""

import codecs
import json
import os
import pty
import select
import struct
import sys
import termios
import time
import fcntl

COLUMNS, ROWS = 80, 40
# Longer pauses tell nothing.
PAUSE = 2.0


class Recorder:
    """Plays commands on a terminal of its own, typed as a person would."""

    def __init__(self, path):
        self.path = path
        self.events = []
        self.clock = 0.0

    def put(self, text, after):
        self.clock += min(after, PAUSE)
        self.events.append([round(self.clock, 3), "o", text])

    def type(self, text):
        for character in text:
            self.put(character, 0.04)

    def play(self, text, stage):
        self.put(f"\x1b[32m{stage.person}@warden\x1b[0m:~$ ", 1.5)
        self.type(text)
        self.put("\r\n", 0.3)
        typed, stage.typed = stage.typed, ""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(stage.state)
            command = stage.command(text)
            os.execvpe(command[0], command, stage.environment(TERM="xterm-256color"))
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.follow(terminal, typed)
        os.waitpid(child, 0)

    def follow(self, terminal, typed):
        decoder = codecs.getincrementaldecoder("utf-8")()
        last = time.monotonic()
        shown = ""
        while True:
            if typed and shown.rstrip().endswith(":") and not select.select([terminal], [], [], 1)[0]:
                # The terminal shows what is typed.
                os.write(terminal, typed.encode())
                typed = ""
            try:
                read = os.read(terminal, 65_536)
            except OSError:
                break
            if not read:
                break
            now = time.monotonic()
            said = decoder.decode(read)
            shown = (shown + said)[-200:]
            self.put(said, now - last)
            last = now
        os.close(terminal)

    def save(self):
        header = {"version": 2, "width": COLUMNS, "height": ROWS,
                  "title": "Edgewarden: a night, from the alert to the report"}
        with open(self.path, "w") as file:
            for line in [header, *self.events]:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(f"{self.path}: {self.clock:.0f} s", file=sys.stderr)
