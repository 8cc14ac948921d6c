"""Objects as cmdlets return them: a type name, adapted properties, enums with their ToString."""

import datetime
import typing

from psrpcore import types as ps


class EnumValue:
    """A .NET enum value: its type, its number, its name."""

    def __init__(self, type_name: str, name: str, value: int) -> None:
        self.type_name = type_name
        self.name = name
        self.value = value

    def __str__(self) -> str:
        return self.name


class Record:
    """One object of a cmdlet's output, before it is turned into CLIXML.

    Properties keep the order in which Windows prints them. `selected` marks what Select-Object
    made: note properties on a PSCustomObject instead of the original's adapted ones.
    """

    def __init__(
        self,
        type_names: typing.Sequence[str],
        properties: dict[str, typing.Any],
        to_string: str | None = None,
        selected: bool = False,
    ) -> None:
        self.type_names = list(type_names)
        self.properties = properties
        self.to_string = to_string
        self.selected = selected

    def get(self, name: str) -> typing.Any:
        """The property's value, whatever the case of its name; KeyError when there is none."""
        for key, value in self.properties.items():
            if key.lower() == name.lower():
                return value
        raise KeyError(name)

    def __str__(self) -> str:
        return self.to_string or self.type_names[0]


def to_ps(value: typing.Any) -> typing.Any:
    """The psrpcore form of a value of Records, lists, dictionaries and scalars (enums: pool.py)."""
    if isinstance(value, Record):
        return _record(value)
    if isinstance(value, list):
        return ps.PSList([to_ps(item) for item in value])
    if isinstance(value, dict):
        return ps.PSDict({key: to_ps(item) for key, item in value.items()})
    if isinstance(value, datetime.datetime) and not isinstance(value, ps.PSDateTime):
        return ps.PSDateTime(value)
    if isinstance(value, datetime.timedelta) and not isinstance(value, ps.PSDuration):
        return ps.PSDuration(value)
    return value


def _record(record: Record) -> ps.PSObject:
    made = ps.PSObject()
    names = record.type_names
    if names[-1] != "System.Object":
        names = [*names, "System.Object"]
    made.PSObject.type_names = list(names)
    properties = [ps.PSNoteProperty(name, to_ps(v)) for name, v in record.properties.items()]
    if record.selected:
        made.PSObject.extended_properties = properties
        # What Windows sends for a selected object: @{Name=value; ...}
        pairs = "; ".join(f"{k}={_text(v)}" for k, v in record.properties.items())
        made.PSObject.to_string = f"@{{{pairs}}}"
    else:
        made.PSObject.adapted_properties = properties
        made.PSObject.to_string = record.to_string or names[0]
    return made


def _text(value: typing.Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return "System.Object[]"
    if isinstance(value, dict):
        return "System.Collections.Hashtable"
    return str(value)
