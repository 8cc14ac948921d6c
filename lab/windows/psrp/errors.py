"""Errors of cmdlets: the exception, its category and its id, as PowerShell reports them."""

import dataclasses
import typing

from psrpcore import types as ps

Category = ps.ErrorCategory

# Message prefixes of the .NET types that the lab uses, most derived first.
_BASES = {
    "System.Management.Automation.ParameterBindingException": [
        "System.Management.Automation.RuntimeException",
        "System.SystemException",
    ],
    "System.Management.Automation.ParameterBindingValidationException": [
        "System.Management.Automation.ParameterBindingException",
        "System.Management.Automation.RuntimeException",
        "System.SystemException",
    ],
    "System.Management.Automation.CommandNotFoundException": [
        "System.Management.Automation.RuntimeException",
        "System.SystemException",
    ],
    "System.Management.Automation.PSNotSupportedException": [
        "System.NotSupportedException",
        "System.SystemException",
    ],
    "System.Management.Automation.Host.HostException": [
        "System.Management.Automation.RuntimeException",
        "System.SystemException",
    ],
}


@dataclasses.dataclass
class Fault:
    """One error: written as a record, or, when raised, ending the pipeline."""

    message: str
    error_id: str
    category: typing.Any = Category.NotSpecified
    exception: str = "System.Exception"
    target: str | None = None
    target_type: str = "String"
    activity: str | None = None
    hresult: int = -2146233087

    @property
    def reason(self) -> str:
        """The exception's short name, which is what PowerShell gives as the reason."""
        return self.exception.rsplit(".", 1)[-1]

    def record(self) -> ps.ErrorRecord:
        """The ErrorRecord that goes over the wire."""
        exception = ps.NETException(Message=self.message, HResult=self.hresult)
        names = [self.exception, *_BASES.get(self.exception, ["System.SystemException"])]
        exception.PSObject.type_names = [*names, "System.Exception", "System.Object"]
        exception.PSObject.to_string = f"{self.exception}: {self.message}"
        info = ps.ErrorCategoryInfo(
            Category=self.category,
            Activity=self.activity or "",
            Reason=self.reason,
            TargetName=self.target or "",
            TargetType=self.target_type if self.target is not None else "",
        )
        target = f"{self.target or ''}:{self.target_type if self.target is not None else ''}"
        info.PSObject.to_string = (
            f"{self.category.name}: ({target}) [{self.activity or ''}], {self.reason}"
        )
        record = ps.ErrorRecord(
            Exception=exception,
            CategoryInfo=info,
            TargetObject=self.target,
            FullyQualifiedErrorId=self.error_id,
        )
        record.PSObject.to_string = self.message
        return record


class Terminating(Exception):
    """Ends the pipeline: PIPELINE_STATE 5 with this error."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Stopped(Exception):
    """The client stopped the pipeline, or its shell is gone."""


def binding(cmdlet, error_id: str, message: str, target: str | None = None) -> Terminating:
    """What the parameter binder throws."""
    return Terminating(
        Fault(
            message,
            f"{error_id},{cmdlet.dotnet}",
            Category.InvalidArgument,
            "System.Management.Automation.ParameterBindingException",
            target=target,
            activity=cmdlet.name,
            hresult=-2146233087,
        )
    )


def command_not_found(name: str) -> Terminating:
    """What PowerShell says of a name that it does not know, or that the endpoint hides."""
    return Terminating(
        Fault(
            f"The term '{name}' is not recognized as the name of a cmdlet, function, script "
            "file, or operable program. Check the spelling of the name, or if a path was "
            "included, verify that the path is correct and try again.",
            "CommandNotFoundException",
            Category.ObjectNotFound,
            "System.Management.Automation.CommandNotFoundException",
            target=name,
            activity="",
        )
    )


def scripts_not_allowed() -> Terminating:
    """What a session configuration of language mode NoLanguage says to script text."""
    return Terminating(
        Fault(
            "The syntax is not supported by this runspace. This can occur if the runspace is "
            "in no-language mode.",
            "ScriptsNotAllowed",
            Category.ParserError,
            "System.Management.Automation.ParseException",
            activity="",
        )
    )
