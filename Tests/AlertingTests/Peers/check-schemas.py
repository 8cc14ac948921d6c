"""Checks payloads against schemas: usage check-schemas.py FOLDER, where NAME.json fits NAME.schema.json's name.

FOLDER/KIND-*.json is checked against FOLDER/KIND.schema.json. Prints a line for each, `ok NAME` or what is wrong,
and fails when something is.
"""

import json
import pathlib
import sys

import jsonschema

folder = pathlib.Path(sys.argv[1])
is_well = True
for payload in sorted(folder.glob("*-*.json")):
    schema = json.loads((folder / (payload.stem.split("-")[0] + ".schema.json")).read_text())
    checker = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    errors = list(checker.iter_errors(json.loads(payload.read_text())))
    for error in errors:
        print(f"{payload.name}: {error.json_path}: {error.message}")
    if not errors:
        print(f"ok {payload.stem}")
    is_well = is_well and not errors
sys.exit(0 if is_well else 1)
