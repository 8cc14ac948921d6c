"""The parameter binder: names, abbreviations, positions, types, as PowerShell binds them."""

import dataclasses
import datetime
import ipaddress
import re
import typing

from .errors import Category, Fault, Terminating, binding

COMMON = (
    "Verbose Debug ErrorAction WarningAction InformationAction ErrorVariable WarningVariable "
    "InformationVariable OutVariable OutBuffer PipelineVariable"
).split()
# Abbreviations that PowerShell defines for the common parameters.
ALIASES = {
    "vb": "Verbose",
    "db": "Debug",
    "ea": "ErrorAction",
    "wa": "WarningAction",
    "ev": "ErrorVariable",
    "wv": "WarningVariable",
    "ov": "OutVariable",
    "ob": "OutBuffer",
    "pv": "PipelineVariable",
    "infa": "InformationAction",
    "iv": "InformationVariable",
    "wi": "WhatIf",
    "cf": "Confirm",
}
ACTIONS = ["SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend"]
TYPE_NAMES = {
    "string": "System.String",
    "strings": "System.String[]",
    "int": "System.Int32",
    "uint16": "System.UInt16",
    "bool": "System.Boolean",
    "switch": "System.Management.Automation.SwitchParameter",
    "timespan": "System.TimeSpan",
    "addresses": "System.Net.IPAddress[]",
    "object": "System.Object",
    "objects": "System.Object[]",
}


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One declared parameter."""

    name: str
    kind: str = "string"
    mandatory: bool = False
    position: int | None = None
    # Parameter sets that it belongs to; empty means all.
    sets: tuple[str, ...] = ()
    # Values allowed, for enumerations and ValidateSet.
    values: tuple[str, ...] = ()
    # What an empty or null value does: None lets it through, else the validation's message.
    not_empty: bool = False
    aliases: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Cmdlet:
    """One cmdlet: what it is called, what it takes, what it does."""

    name: str
    dotnet: str
    parameters: tuple[Parameter, ...]
    run: typing.Callable[[typing.Any], None]
    module: str = "SkypeForBusiness"
    # Roles of the hosts whose endpoints have it.
    roles: tuple[str, ...] = ("frontend", "edge")
    should_process: bool = False
    # Takes objects from the pipe (Select-Object and its like).
    filter: bool = False

    def all_parameters(self) -> list[Parameter]:
        """Declared, then ShouldProcess's, then the common ones."""
        found = list(self.parameters)
        if self.should_process:
            found += [Parameter("WhatIf", "switch"), Parameter("Confirm", "switch")]
        for name in COMMON:
            kind = "switch" if name in ("Verbose", "Debug") else "string"
            values = tuple(ACTIONS) if name.endswith("Action") else ()
            found.append(Parameter(name, kind, values=values))
        return found

    def sets(self) -> list[str]:
        """Names of the parameter sets, in order of declaration."""
        return list(dict.fromkeys(name for p in self.parameters for name in p.sets))


def bind(cmdlet: Cmdlet, given: list[tuple[str | None, typing.Any]]) -> dict[str, typing.Any]:
    """Values by declared name. Raises Terminating with PowerShell's words."""
    bound: dict[str, typing.Any] = {}
    for name, value in given:
        if name is None:
            continue
        parameter = _named(cmdlet, str(name).lstrip("-").rstrip(":"))
        if parameter.name in bound:
            raise binding(
                cmdlet,
                "ParameterAlreadyBound",
                f"Cannot bind parameter because parameter '{parameter.name}' is specified more "
                "than once. To provide multiple values to parameters that can accept multiple "
                'values, use the array syntax. For example, "-parameter value1,value2,value3".',
            )
        bound[parameter.name] = convert(cmdlet, parameter, value)
    _positional(cmdlet, given, bound)
    _check_sets(cmdlet, bound)
    return bound


def _named(cmdlet: Cmdlet, name: str) -> Parameter:
    wanted = ALIASES.get(name.lower(), name).lower()
    choices = cmdlet.all_parameters()
    for parameter in choices:
        if wanted in (parameter.name.lower(), *(a.lower() for a in parameter.aliases)):
            return parameter
    near = [p for p in choices if p.name.lower().startswith(wanted)] if wanted else []
    own = [p for p in near if p.name not in COMMON]
    if len(own) == 1:
        return own[0]
    if len(near) == 1:
        return near[0]
    if near:
        raise binding(
            cmdlet,
            "AmbiguousParameter",
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
            f"Possible matches include: {' '.join('-' + p.name for p in near)}.",
        )
    raise binding(
        cmdlet,
        "NamedParameterNotFound",
        f"A parameter cannot be found that matches parameter name '{name}'.",
    )


def _positional(cmdlet, given, bound) -> None:
    places = sorted(
        (p for p in cmdlet.parameters if p.position is not None), key=lambda p: p.position
    )
    for name, value in given:
        if name is not None:
            continue
        parameter = next((p for p in places if p.name not in bound), None)
        if parameter is None:
            raise binding(
                cmdlet,
                "PositionalParameterNotFound",
                f"A positional parameter cannot be found that accepts argument '{value}'.",
            )
        bound[parameter.name] = convert(cmdlet, parameter, value)


def _check_sets(cmdlet: Cmdlet, bound: dict) -> None:
    allowed = None
    for parameter in cmdlet.parameters:
        if parameter.name in bound and parameter.sets:
            mine = set(parameter.sets)
            allowed = mine if allowed is None else allowed & mine
    if allowed is not None and not allowed:
        raise binding(
            cmdlet,
            "AmbiguousParameterSet",
            "Parameter set cannot be resolved using the specified named parameters.",
        )
    chosen = allowed if allowed is not None else set(cmdlet.sets()[:1])
    missing = [
        p.name
        for p in cmdlet.parameters
        if p.mandatory and p.name not in bound and (not p.sets or set(p.sets) & chosen)
    ]
    if missing:
        raise binding(
            cmdlet,
            "MissingMandatoryParameter",
            "Cannot process command because of one or more missing mandatory parameters: "
            f"{' '.join(missing)}.",
        )


def convert(cmdlet: Cmdlet, parameter: Parameter, value: typing.Any) -> typing.Any:
    """The value in the parameter's type, or PowerShell's complaint."""
    kind = parameter.kind
    try:
        made = _CONVERSIONS[kind](value)
    except (ValueError, TypeError) as why:
        raise _cannot_convert(cmdlet, parameter, value, str(why)) from None
    if parameter.values and made is not None:
        made = _one_of(cmdlet, parameter, made)
    if parameter.not_empty and (made is None or made == "" or made == []):
        empty = "null or empty" if kind == "string" else "null or empty, or an element of the " \
            "argument collection contains a null value"
        raise Terminating(
            Fault(
                f"Cannot validate argument on parameter '{parameter.name}'. The argument is "
                f"{empty}. Provide an argument that is not null or empty, and then try the "
                "command again.",
                f"ParameterArgumentValidationError,{cmdlet.dotnet}",
                Category.InvalidData,
                "System.Management.Automation.ParameterBindingValidationException",
                activity=cmdlet.name,
            )
        )
    return made


def _one_of(cmdlet, parameter, value):
    for allowed in parameter.values:
        if str(value).lower() == allowed.lower():
            return allowed
    listed = ", ".join(parameter.values)
    raise _cannot_convert(
        cmdlet,
        parameter,
        value,
        "Unable to match the identifier name "
        f"{value} to a valid enumerator name. Specify one of the following enumerator names "
        f"and try again:\n{listed}",
    )


def _cannot_convert(cmdlet, parameter, value, why: str) -> Terminating:
    name = TYPE_NAMES.get(parameter.kind, "System.Object")
    return Terminating(
        Fault(
            f"Cannot bind parameter '{parameter.name}'. Cannot convert value "
            f'"{value}" to type "{name}". Error: "{why}"',
            f"CannotConvertArgumentNoMessage,{cmdlet.dotnet}",
            Category.InvalidArgument,
            "System.Management.Automation.ParameterBindingException",
            activity=cmdlet.name,
        )
    )


def _string(value):
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        raise TypeError("Cannot convert value to type System.String.")
    if isinstance(value, bool):
        return str(value)
    return str(value)


def _strings(value):
    if value is None:
        return []
    if isinstance(value, list):
        return [_string(item) for item in value]
    return [_string(value)]


def _int(value):
    if isinstance(value, bool):
        return int(value)
    try:
        return int(str(value).strip())
    except ValueError:
        raise ValueError("Input string was not in a correct format.") from None


def _uint16(value):
    number = _int(value)
    if not 0 <= number <= 65535:
        raise ValueError("Value was either too large or too small for a UInt16.")
    return number


def _bool(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    raise ValueError(
        "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 "
        "or 0."
    )


def _switch(value):
    # A SwitchParameter object arrives with its only property.
    inner = getattr(value, "IsPresent", None)
    return _bool(inner if inner is not None else value)


_TIME_SPAN = re.compile(r"(-)?(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$")


def _timespan(value):
    if isinstance(value, datetime.timedelta):
        return value
    if isinstance(value, int):
        return datetime.timedelta(microseconds=value / 10)
    match = _TIME_SPAN.match(str(value).strip())
    if match is None:
        raise ValueError("String was not recognized as a valid TimeSpan.")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        raise ValueError("The TimeSpan could not be parsed because a component is out of range.")
    made = datetime.timedelta(int(days or 0), hours=int(hours), minutes=int(minutes))
    made += datetime.timedelta(seconds=int(seconds or 0) + float(f"0.{fraction or 0}"))
    return -made if sign else made


def _addresses(value):
    try:
        return [str(ipaddress.ip_address(item)) for item in _strings(value)]
    except ValueError:
        raise ValueError("An invalid IP address was specified.") from None


_CONVERSIONS: dict[str, typing.Callable] = {
    "string": _string,
    "strings": _strings,
    "int": _int,
    "uint16": _uint16,
    "bool": _bool,
    "switch": _switch,
    "timespan": _timespan,
    "addresses": _addresses,
    "object": lambda value: value,
    "objects": lambda value: value if isinstance(value, list) else [value],
}
