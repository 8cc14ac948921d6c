"""Where cmdlets register themselves."""

import typing

from ..psrp.binding import Cmdlet, Parameter

ALL: dict[str, Cmdlet] = {}
EVERYWHERE = ("frontend", "edge", "dns")


def cmdlet(
    name: str,
    dotnet: str,
    parameters: typing.Iterable[Parameter] = (),
    roles: tuple[str, ...] = ("frontend", "edge"),
    changes: bool = False,
    module: str = "SkypeForBusiness",
    filter: bool = False,
):
    """Declares the function below as a cmdlet. `changes`: it takes -WhatIf and -Confirm."""

    def register(run):
        ALL[name.lower()] = Cmdlet(
            name, dotnet, tuple(parameters), run, module, roles, changes, filter
        )
        return run

    return register


# Parameters that most Cs cmdlets have.
def identity(mandatory: bool = False, sets: tuple[str, ...] = ()) -> Parameter:
    """-Identity, first by position."""
    return Parameter("Identity", mandatory=mandatory, position=0, sets=sets)


FORCE = Parameter("Force", "switch")
REPORT = Parameter("Report")
