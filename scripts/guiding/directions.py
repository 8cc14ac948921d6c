"""What a page tells its stage between commands: <!-- stage: lab break edgepool1 -->."""

import re

from .terminal import Hidden

# Behind it a terminal shows what is typed.
PROMPT = re.compile(r"anything else to stop: ")

CONDITIONS = {
    "settled": lambda s: all(p["verdict"] == "up" for p in s["pools"])
    and all(r.get("holder") for r in s["routes"])
    and all(y.get("can_take_over") for r in s["routes"] for y in r.get("readiness") or []),
    "request": lambda s: any(len(w["plan"]["moves"]) == 2 for w in s["waiting"]),
    "quiet": lambda s: not s["waiting"] and not s.get("running"),
}


class Directed:
    """A stage's part of it: who types, and what they answer. `lab` and `wait` are the stage's own."""

    def __init__(self, person):
        self.person = person
        # Lines for the next command's standard input, or for its questions on a terminal.
        self.typed = []
        self.answers = []

    def direct(self, text):
        verb, *words = text.split()
        match verb:
            case "lab":
                self.lab(*words)
            case "as":
                self.person = words[0]
            case "type":
                self.typed.append(" ".join(words))
            case "answer":
                self.answers.append(" ".join(words))
            case "secret":
                self.answers.append(Hidden(self.secret(words[0])))
            case "misspell":
                self.misspell(*text.removeprefix("misspell ").split(" | "))
            case "await":
                self.wait(words[0])
            case "alert":
                self.await_alert(" ".join(words))
            case _:
                raise ValueError(f"no such direction: {text}")

    def take_typed(self):
        """What the next command reads, once."""
        typed, self.typed = self.typed, []
        return typed

    def take_answers(self):
        """What the next command is answered on a terminal, once."""
        answers, self.answers = self.answers, []
        return answers


def transcript(output, status, typed):
    """The lines of a terminal: what was printed, what was typed at a prompt, how it ended if not with 0."""
    lines = iter(typed)
    output = PROMPT.sub(lambda match: f"{match[0]}{next(lines, '')}\n", output) if typed else output
    return output.splitlines() + ([f"exit code {status}"] if status else [])
