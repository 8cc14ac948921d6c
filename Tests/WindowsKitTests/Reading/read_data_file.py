"""Reads PowerShell data files (hash tables of literals) with a grammar and writes them as JSON.

usage: read_data_file.py FILE…  (one JSON object: file name without its ending → content)

Strings, true and false, hash tables and arrays are themselves; a script block is its text.
"""

import json
import pathlib
import sys

import tree_sitter
import tree_sitter_powershell

# Nodes that have one child with a meaning, and none of their own.
WRAPPERS = {
    "program",
    "statement_list",
    "pipeline",
    "pipeline_chain",
    "logical_expression",
    "bitwise_expression",
    "comparison_expression",
    "additive_expression",
    "multiplicative_expression",
    "format_expression",
    "range_expression",
    "array_literal_expression",
    "unary_expression",
    "string_literal",
    "key_expression",
}


def parts(node):
    """Children that mean something."""
    return [child for child in node.named_children if child.type != "comment"]


def value(node):
    """What a literal says; anything else is refused."""
    text = node.text.decode()
    match node.type:
        case "verbatim_string_characters":
            return text[1:-1].replace("''", "'")
        case "simple_name":
            return text
        case "variable" if text.lower() in ("$true", "$false"):
            return text.lower() == "$true"
        case "script_block_expression":
            return text
        case "hash_literal_expression":
            return table(node)
        case "array_expression":
            return elements(node)
        case kind if kind in WRAPPERS:
            found = [value(child) for child in parts(node)]
            if len(found) == 1:
                return found[0]
            if kind == "array_literal_expression" and found:
                return found
    raise SystemExit(f"line {node.start_point[0] + 1}: no literal: {text}")


def table(node):
    """A hash table; a key that comes twice is refused, as PowerShell does."""
    result = {}
    entries = [entry for body in parts(node) for entry in parts(body)]
    for entry in entries:
        key, content = parts(entry)
        name = value(key)
        if name.lower() in (known.lower() for known in result):
            raise SystemExit(f"line {entry.start_point[0] + 1}: '{name}' comes twice")
        result[name] = value(content)
    return result


def elements(node):
    """An array; what a statement gives as an array is part of it."""
    result = []
    for statements in parts(node):
        for statement in parts(statements):
            content = value(statement)
            result += content if isinstance(content, list) else [content]
    return result


def main(paths):
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    result = {}
    for path in map(pathlib.Path, paths):
        root = parser.parse(path.read_bytes()).root_node
        if root.has_error:
            raise SystemExit(f"{path}: cannot be read as PowerShell")
        result[path.stem] = value(root)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
