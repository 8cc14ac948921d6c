#!/usr/bin/env python3
"""Writes a man page per command: manual.py VERSION FOLDER < what --experimental-dump-help says."""

import json
import os
import sys
import time

VARIABLES = {
    "EDGEWARDEN_CONFIG": "The configuration file, where --config is not given.",
    "EDGEWARDEN_SOCKET": "The agent's socket, where --socket is not given.",
    "EDGEWARDEN_URL": "The agent over TCP, where --url is not given.",
    "EDGEWARDEN_TOKEN_FILE": "The file with your token for it, where --token-file is not given.",
    "EDGEWARDEN_CA_FILE": "Whose signature its certificate has, where --ca-file is not given.",
    "NO_COLOR": "When set, nothing is coloured.",
}
FILES = {
    "/etc/edgewarden/agent.conf": "The configuration.",
    "/etc/edgewarden/agent.conf.example": "Every key with its default and its unit.",
    "/run/edgewarden/agent.sock": "The agent's socket; the group edgewarden may use it.",
    "/var/lib/edgewarden": "The journal.",
    "/usr/share/doc/edgewarden": "Guides and reference.",
}
# What every command takes; the first page says it for all.
COMMON = {"help", "version"}


def main():
    version, folder = sys.argv[1:]
    root = json.load(sys.stdin)["command"]
    commands = [c for c in root["subcommands"] if c["commandName"] != "help"]
    write(folder, root["commandName"], version, [
        *head(root, root["commandName"]),
        *discussion(root),
        ".SH COMMANDS",
        *[line for command in commands for line in
          (".TP", rf"\fB{page(root, command)}\fR(1)", text(command["abstract"]))],
        *section("OPTIONS", options(root["arguments"], COMMON)),
        *definitions("ENVIRONMENT", VARIABLES),
        *definitions("FILES", FILES),
    ])
    for command in commands:
        write(folder, page(root, command), version, [
            *head(command, page(root, command)),
            *discussion(command),
            *section("OPTIONS", options(command["arguments"])),
            *[line for part in command.get("subcommands", []) for line in subcommand(command, part)],
            ".SH SEE ALSO",
            rf"\fB{text(root['commandName'])}\fR(1)",
        ])


def page(root, command):
    return f"{root['commandName']}-{command['commandName']}"


def write(folder, name, version, lines):
    """One page; its date is the source's, so that two builds are the same."""
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    title = f'.TH "{name.upper()}" 1 "{date}" "edgewarden {version}" "Edgewarden"'
    with open(os.path.join(folder, f"{name}.1"), "w") as file:
        file.write("\n".join([title, ".nh", ".ad l", *lines]) + "\n")


def head(command, name):
    return [".SH NAME", rf"{text(name)} \- {text(command['abstract']).rstrip('.')}",
            ".SH SYNOPSIS", synopsis(command)]


def discussion(command):
    if not command.get("discussion"):
        return []
    return [".SH DESCRIPTION", *paragraphs(command["discussion"])]


def subcommand(command, part):
    name = f"{command['commandName']} {part['commandName']}"
    return [f'.SH "{text(name.upper())}"', synopsis(part), ".PP", text(part["abstract"]),
            *paragraphs(part.get("discussion") or ""), *options(part["arguments"])]


def synopsis(command):
    words = [*(command.get("superCommands") or []), command["commandName"]]
    parts = [rf"\fB{text(' '.join(words))}\fR"]
    if command.get("subcommands"):
        return " ".join([*parts, r"\fICOMMAND\fR", "..."])
    for argument in shown(command["arguments"], skip=COMMON):
        part = synopsis_name(argument) + (" ..." if argument["isRepeating"] else "")
        parts.append(f"[{part}]" if argument["isOptional"] else part)
    return " ".join(parts)


def synopsis_name(argument):
    if argument["kind"] == "positional":
        return value(argument)
    name = rf"\fB{option_name(argument['preferredName'])}\fR"
    return name if argument["kind"] == "flag" else f"{name} {value(argument)}"


def section(title, lines):
    return [f".SH {title}", *lines] if lines else []


def options(arguments, only=None):
    lines = []
    for argument in shown(arguments, only, () if only else COMMON):
        said = argument.get("abstract", "")
        if argument["kind"] == "positional":
            term = value(argument)
        else:
            names = sorted(argument["names"], key=lambda name: len(name["name"]))
            term = ", ".join(rf"\fB{option_name(name)}\fR" for name in names)
            term += f" {value(argument)}" if argument["kind"] == "option" else ""
        if argument["valueName"].startswith("no-") and lines[-1].startswith(text(said)):
            lines[-2] += f", {term}"
            continue
        if argument.get("defaultValue"):
            said += f" Default: {argument['defaultValue']}."
        lines += [".TP", term, text(said), *paragraphs(argument.get("discussion") or "", ".IP")]
    return lines


def definitions(title, words):
    return [f".SH {title}", *[line for term, said in words.items()
                              for line in (".TP", rf"\fB{text(term)}\fR", text(said))]]


def shown(arguments, only=None, skip=()):
    return [a for a in arguments if a["shouldDisplay"] and a["valueName"] not in skip
            and (only is None or a["valueName"] in only)]


def value(argument):
    return rf"\fI{text(argument['valueName'].upper())}\fR"


def option_name(name):
    return text(("--" if name["kind"] == "long" else "-") + name["name"])


def paragraphs(said, macro=".PP"):
    return [line for part in said.split("\n\n") if part.strip()
            for line in (macro, text(" ".join(part.split())))]


def text(said):
    """roff takes backslashes, and dots and apostrophes that begin a line, for its own."""
    said = said.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{said}" if said.startswith(".") else said


if __name__ == "__main__":
    main()
