"""A recorded terminal session: asciicast v2 (a line of JSON about it, then [seconds, "o", text])."""

import json
import os
import sys
import time

from . import terminal
from .page import Command, Direction

# Longer pauses tell nothing.
PAUSE = 2.0


class Recorder:
    """Plays commands on a terminal of its own, typed as a person would."""

    def __init__(self, path):
        self.path = path
        self.events = []
        self.clock = 0.0
        self.last = 0.0

    def put(self, text, after):
        self.clock += min(after, PAUSE)
        self.events.append([round(self.clock, 3), "o", text])

    def type(self, text):
        for character in text:
            self.put(character, 0.04)

    def record(self, acts, stage):
        for act in acts:
            if isinstance(act, Direction):
                stage.direct(act.text)
            else:
                self.play(act.text if isinstance(act, Command) else stage.kept(act.name), stage)

    def play(self, text, stage):
        self.put(f"\x1b[32m{stage.person}@warden\x1b[0m:~$ ", 1.5)
        self.type(text)
        self.put("\r\n", 0.3)
        typed = stage.take_typed()
        child, end = terminal.begin(stage.command(text), stage.environment(TERM="xterm-256color"),
                                    stage.state)
        self.last = time.monotonic()
        # The terminal shows what is typed.
        terminal.converse(end, typed, 1, self.hear)
        os.waitpid(child, 0)

    def hear(self, said):
        now = time.monotonic()
        self.put(said, now - self.last)
        self.last = now

    def save(self):
        header = {"version": 2, "width": terminal.COLUMNS, "height": terminal.ROWS,
                  "title": "Edgewarden: a night, from the alert to the report"}
        with open(self.path, "w") as file:
            for line in [header, *self.events]:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(f"{self.path}: {self.clock:.0f} s", file=sys.stderr)
