#!/usr/bin/env python3
"""Prints docs/commands.md: reference.py < what --experimental-dump-help says."""

import json
import sys

sys.dont_write_bytecode = True
from manual import COMMON, VARIABLES, shown  # noqa: E402

# Which agent is meant; said once.
AGENT = ["socket", "config", "url", "token-file", "ca-file"]


def main():
    root = json.load(sys.stdin)["command"]
    commands = [c for c in root["subcommands"] if c["commandName"] != "help"]
    asking = next(c for c in commands if c["commandName"] == "status")
    agent = [a for a in shown(asking["arguments"]) if name(a) in AGENT]
    common = {(name(a), a.get("abstract")) for a in agent}
    lines = [
        "# Commands", "",
        "Written from the program itself by `scripts/reference`; a test compares it. `edgewarden help COMMAND` and "
        "`man edgewarden-COMMAND` say", "the same.", "",
        *paragraphs(root.get("discussion") or ""),
        "| environment | what it says |", "|---|---|",
        *[f"| `{name}` | {said} |" for name, said in VARIABLES.items()], "",
        "Commands that ask the agent take these as well:", "",
        *table(agent),
    ]
    for command in commands:
        lines += described(command, "##", common)
        for part in command.get("subcommands", []):
            lines += described(part, "###", common)
    print("\n".join(lines).rstrip())


def described(command, mark, common):
    words = " ".join([*(command.get("superCommands") or []), command["commandName"]])
    arguments = [a for a in shown(command["arguments"], skip=COMMON)]
    own = [a for a in arguments if (name(a), a.get("abstract")) not in common]
    return [f"{mark} {words}", "", command["abstract"], "", *usage(command, words, own),
            *paragraphs(command.get("discussion") or ""), *table(own)]


def usage(command, words, arguments):
    if command.get("subcommands"):
        return []
    parts = []
    for argument in arguments:
        if argument["valueName"].startswith("no-"):
            continue
        part = argument["valueName"].upper()
        if argument["kind"] != "positional":
            flag = f"--{name(argument)}"
            part = flag if argument["kind"] == "flag" else f"{flag} {part}"
        part += " …" if argument["isRepeating"] else ""
        parts.append(f"[{part}]" if argument["isOptional"] else part)
    return ["    " + " ".join([words, *parts]), ""]


def table(arguments):
    if not arguments:
        return []
    lines = ["| option | what it says |", "|---|---|"]
    for argument in arguments:
        term = argument["valueName"].upper()
        if argument["kind"] != "positional":
            names = [("--" if n["kind"] == "long" else "-") + n["name"] for n in argument["names"]]
            term = ", ".join(sorted(names, key=len))
            term += f" {argument['valueName'].upper()}" if argument["kind"] == "option" else ""
        said = argument.get("abstract", "")
        if argument.get("defaultValue"):
            said += f" Default: {argument['defaultValue']}."
        said = f"{said} {argument.get('discussion') or ''}".replace("|", "\\|")
        lines.append(f"| `{term}` | {' '.join(said.split())} |")
    return [*lines, ""]


def name(argument):
    return (argument.get("preferredName") or {}).get("name", "")


def paragraphs(said):
    return [line for part in said.split("\n\n") if part.strip()
            for line in (" ".join(part.split()), "")]


if __name__ == "__main__":
    main()
