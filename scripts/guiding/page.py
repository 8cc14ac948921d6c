"""A page whose commands are run: ```console blocks, and stage directions in HTML comments.

    <!-- stage: lab break edgepool1.contoso.lan -->
    ```console
    $ edgewarden status
    ...
    ```

A page says on what stage it is played: `<!-- played on: lab -->` (scripts/guide), or `container`
(scripts/test-system). A line of dots stands for any number of lines. Numbers, times and hashes may differ.
"""

import glob
import os
import re

PLAYED_ON = re.compile(r"^<!-- played on: (.*) -->$", re.MULTILINE)
DIRECTION = re.compile(r"^<!-- stage: (.*) -->$")
NUMBER = re.compile(r"\d+(\.\d+)?")
HASH = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b")
# 4s, 1m20s, 13ms, 2h, under 1s
SPAN = re.compile(r"\b(under )?(\d+(\.\d+)?(ms|s|m|h|d))+\b")


class Command:
    """What is typed, and what the page says it prints."""

    def __init__(self, line, text):
        self.line = line
        self.text = text
        self.said = []


class Direction:
    """What happens between commands."""

    def __init__(self, line, text):
        self.line = line
        self.text = text


class Shown:
    """A text that is not a command's: what a mail says."""

    def __init__(self, line, name):
        self.line = line
        self.name = name
        self.said = []


def played_on(stage, repository):
    """The pages that are played on a stage."""
    pages = []
    for path in sorted(glob.glob(os.path.join(repository, "**/*.md"), recursive=True)):
        with open(path) as file:
            match = PLAYED_ON.search(file.read())
        if match is not None and match[1] == stage:
            pages.append(path)
    return pages


def read(path):
    """Everything on a page that happens, in order."""
    acts = []
    block = None
    with open(path) as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        if block is None:
            if line.startswith("```"):
                block = line[3:]
                is_mail = block == "text" and acts and isinstance(acts[-1], Shown)
            elif match := DIRECTION.match(line):
                kind, _, rest = match[1].partition(" ")
                acts.append(Shown(number, rest) if kind == "mail" else Direction(number, match[1]))
        elif line == "```":
            block = None
        elif block == "console" and line.startswith("$ "):
            acts.append(Command(number, line[2:]))
        elif block == "console" or is_mail:
            acts[-1].said.append(line)
    return acts


def plain(lines):
    """Words without what differs from run to run."""
    text = " ".join(" ".join(lines).split())
    text = HASH.sub("HASH", text)
    text = SPAN.sub("TIME", text)
    return NUMBER.sub("0", text).split()


def differs(said, heard):
    """Where what was heard is not what the page says; None when it is."""
    ending = heard[-1] if heard and heard[-1].startswith("exit code") else None
    if ending is not None and ending not in said:
        return f"nothing of {ending}"
    parts = [[]]
    for line in said:
        if line.strip() == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    words = plain(heard)
    place = 0
    for index, part in enumerate(parts):
        wanted = plain(part)
        if not wanted:
            continue
        if index == 0:
            found = 0 if words[:len(wanted)] == wanted else None
        elif index == len(parts) - 1:
            last = len(words) - len(wanted)
            found = last if last >= place and words[last:] == wanted else None
        else:
            found = next((at for at in range(place, len(words) - len(wanted) + 1)
                          if words[at:at + len(wanted)] == wanted), None)
        if found is None:
            return "\n".join(part)
        place = found + len(wanted)
    ends_open = said and said[-1].strip() == "..." or len(parts) > 1
    if not ends_open and place < len(words):
        return f"nothing more, but there is: {' '.join(words[place:place + 20])}"
    return None
