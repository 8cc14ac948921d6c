"""PowerShell's own cmdlets that a restricted endpoint shows: Get-Command, Select-Object,
ConvertTo-Json."""

import datetime
import fnmatch
import json

from psrpcore import types as ps

from ..psrp.binding import TYPE_NAMES, Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import EnumValue, Record
from .registry import ALL, EVERYWHERE, cmdlet

UTILITY = "Microsoft.PowerShell.Utility"
COMMANDS = "Microsoft.PowerShell.Commands"


@cmdlet(
    "Get-Command",
    f"{COMMANDS}.GetCommandCommand",
    [
        Parameter("Name", "strings", position=0),
        Parameter("Module", "strings"),
        Parameter("CommandType", "strings"),
        Parameter("ParameterName", "strings"),
        Parameter("ListImported", "switch"),
    ],
    module="Microsoft.PowerShell.Core",
    roles=EVERYWHERE,
)
def get_command(call) -> None:
    """Commands of this endpoint, each with its parameters."""
    visible = [c for c in (call.world.cmdlet(name, call.host) for name in ALL) if c]
    for pattern in call["Name"] or ["*"]:
        found = [c for c in visible if fnmatch.fnmatch(c.name.lower(), pattern.lower())]
        if not found and not set("*?[") & set(pattern):
            call.error(_unknown(call, pattern))
        for command in found:
            names = {p.name.lower() for p in command.all_parameters()}
            if call["ParameterName"] and not names & {n.lower() for n in call["ParameterName"]}:
                if call.world.switches["parameter"] == "error":
                    call.error(_unknown(call, pattern))
                continue
            if call["Module"] and command.module.lower() not in map(str.lower, call["Module"]):
                continue
            call.output(_command(command))


def _unknown(call, name: str) -> Fault:
    return Fault(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or "
        "operable program. Check the spelling of the name, or if a path was included, verify that "
        "the path is correct and try again.",
        f"CommandNotFoundException,{call.cmdlet.dotnet}",
        Category.ObjectNotFound,
        "System.Management.Automation.CommandNotFoundException",
        target=name,
    )


def _command(command) -> Record:
    parameters = {
        p.name: "System.Management.Automation.ParameterMetadata" for p in command.all_parameters()
    }
    syntax = " ".join(
        f"[-{p.name}]" if p.kind == "switch" else f"[-{p.name} <{_short_type(p.kind)}>]"
        for p in command.all_parameters()
    )
    return Record(
        ["System.Management.Automation.CmdletInfo", "System.Management.Automation.CommandInfo"],
        {
            "Name": command.name,
            "CommandType": EnumValue("System.Management.Automation.CommandTypes", "Cmdlet", 8),
            "ModuleName": command.module,
            "Source": command.module,
            "Definition": f"\r\n{command.name} {syntax} [<CommonParameters>]\r\n",
            "Parameters": parameters,
        },
        to_string=command.name,
    )


def _short_type(kind: str) -> str:
    return TYPE_NAMES[kind].rsplit(".", 1)[-1].lower()


@cmdlet(
    "Select-Object",
    f"{COMMANDS}.SelectObjectCommand",
    [
        Parameter("Property", "objects", position=0),
        Parameter("ExcludeProperty", "strings"),
        Parameter("ExpandProperty"),
        Parameter("First", "int"),
        Parameter("Last", "int"),
        Parameter("Skip", "int"),
        Parameter("Unique", "switch"),
        Parameter("InputObject", "object"),
    ],
    module=UTILITY,
    filter=True,
    roles=EVERYWHERE,
)
def select_object(call) -> None:
    """Properties of objects, or some of the objects."""
    inputs = [call["InputObject"]] if "InputObject" in call else list(call.inputs)
    if call["Skip"]:
        inputs = inputs[call["Skip"] :]
    if call["First"] is not None:
        inputs = inputs[: call["First"]]
    if call["Last"] is not None:
        inputs = inputs[-call["Last"] :] if call["Last"] else []
    for item in inputs:
        if call["ExpandProperty"] is not None:
            _expand(call, item)
        elif call["Property"]:
            call.output(_selected(call, item))
        else:
            call.output(item)


def _selected(call, item) -> Record:
    properties: dict = {}
    own = item.properties if isinstance(item, Record) else {}
    excluded = [p.lower() for p in call["ExcludeProperty"] or []]
    for wanted in call["Property"]:
        if not isinstance(wanted, str):
            raise call.fail(
                "Cannot convert the property to a string: calculated properties need script, "
                "which this session does not allow.",
                "ScriptsNotAllowed",
                Category.InvalidArgument,
                "System.NotSupportedException",
            )
        matches = [n for n in own if fnmatch.fnmatch(n.lower(), wanted.lower())]
        for name in matches:
            if not any(fnmatch.fnmatch(name.lower(), e) for e in excluded):
                properties.setdefault(name, own[name])
        if not matches and not set("*?[") & set(wanted):
            properties.setdefault(str(wanted), None)
    original = item.type_names[0] if isinstance(item, Record) else "System.Object"
    names = [f"Selected.{original}", "System.Management.Automation.PSCustomObject"]
    return Record(names, properties, selected=True)


def _expand(call, item) -> None:
    name = call["ExpandProperty"]
    try:
        value = item.get(name)
    except (KeyError, AttributeError):
        call.error(
            Fault(
                f'Property "{name}" cannot be found.',
                f"ExpandPropertyNotFound,{call.cmdlet.dotnet}",
                Category.InvalidArgument,
                "System.Management.Automation.PSArgumentException",
                target=str(item),
            )
        )
        return
    for part in value if isinstance(value, list) else [value]:
        call.output(part)


@cmdlet(
    "ConvertTo-Json",
    f"{COMMANDS}.ConvertToJsonCommand",
    [
        Parameter("InputObject", "object", position=0),
        Parameter("Depth", "int"),
        Parameter("Compress", "switch"),
    ],
    module=UTILITY,
    filter=True,
    roles=EVERYWHERE,
)
def convert_to_json(call) -> None:
    """One string: an object, or an array of them."""
    inputs = [call["InputObject"]] if "InputObject" in call else list(call.inputs)
    if not inputs:
        return
    depth = 2 if call["Depth"] is None else call["Depth"]
    whole = inputs[0] if len(inputs) == 1 else inputs
    value = _json(whole, depth + (1 if len(inputs) > 1 else 0))
    separators = (",", ":") if call["Compress"] else (",", ":  ")
    indent = None if call["Compress"] else 4
    text = json.dumps(value, indent=indent, separators=separators)
    call.output(text.replace("\\\\/Date", "\\/Date").replace(")\\\\/", ")\\/"))


def _json(value, depth: int):
    if isinstance(value, Record):
        if depth < 0:
            return str(value)
        return {name: _json(item, depth - 1) for name, item in value.properties.items()}
    if isinstance(value, EnumValue):
        return value.value
    if isinstance(value, list):
        return [_json(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {str(k): _json(v, depth - 1) for k, v in value.items()}
    if isinstance(value, datetime.datetime):
        # PowerShell 5.1's form, in milliseconds.
        return f"\\/Date({int(value.timestamp() * 1000)})\\/"
    if isinstance(value, datetime.timedelta):
        return {"Ticks": int(value.total_seconds() * 1e7), "TotalSeconds": value.total_seconds()}
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    if isinstance(value, ps.PSObject) and not isinstance(value, str):
        return str(value)
    return str(value)
