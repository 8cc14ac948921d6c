"""Reads PowerShell files with a grammar and tells every place that it cannot read.

usage: parse_powershell.py FILE…  (exit code 1 when there is such a place, 0 when there is none)
"""

import sys

import tree_sitter
import tree_sitter_powershell


def faults(node):
    """Nodes that the grammar could not make sense of, or had to invent."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from faults(child)


def main(paths):
    language = tree_sitter.Language(tree_sitter_powershell.language())
    parser = tree_sitter.Parser(language)
    found = 0
    for path in paths:
        with open(path, "rb") as file:
            text = file.read()
        lines = text.split(b"\n")
        for node in faults(parser.parse(text).root_node):
            row = node.start_point[0]
            kind = "MISSING" if node.is_missing else "ERROR"
            print(f"{path}:{row + 1}: {kind}: {lines[row].decode()}")
            found += 1
    print(f"{len(paths)} files read, {found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
