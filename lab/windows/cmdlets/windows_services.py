"""Windows services: Get-, Start-, Stop-CsWindowsService, and Get-Service, Set-Service."""

import fnmatch

from ..model.organisation import find
from ..model.services import ACTIVITY, START_TYPES, STATUS, Service, ServiceError
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import EnumValue, Record
from .registry import FORCE, REPORT, cmdlet

DEPLOYMENT = "Microsoft.Rtc.Management.Deployment"
MANAGEMENT = "Microsoft.PowerShell.Management"
COMMANDS = "Microsoft.PowerShell.Commands"
COMPUTER = Parameter("ComputerName")


@cmdlet(
    "Get-CsWindowsService",
    f"{DEPLOYMENT}.GetServiceCmdlet",
    [Parameter("Name", position=0), COMPUTER, Parameter("ExcludeActivityLevel", "switch"), REPORT],
)
def get_windows_service(call) -> None:
    """Services of the product on one computer."""
    server = _computer(call)
    found = _wanted(call, server)
    for service in found:
        activity = ACTIVITY.get(service.name, "").format(n=2) if service.running else ""
        call.output(
            Record(
                [f"{DEPLOYMENT}.Core.NTService"],
                {
                    "Status": _status(service),
                    "Name": service.name,
                    "ActivityLevel": "" if call["ExcludeActivityLevel"] else activity,
                    "DisplayName": service.display_name,
                    "RoleName": [service.role_name],
                },
                to_string=service.name,
            )
        )


@cmdlet(
    "Start-CsWindowsService",
    f"{DEPLOYMENT}.StartServiceCmdlet",
    [Parameter("Name", position=0), COMPUTER, Parameter("NoWait", "switch"), FORCE, REPORT],
    changes=True,
)
def start_windows_service(call) -> None:
    """Starts one service or all of them; those that run already are no error."""
    server = _computer(call)
    _change(call, server, "start", _wanted(call, server))


@cmdlet(
    "Stop-CsWindowsService",
    f"{DEPLOYMENT}.StopServiceCmdlet",
    [
        Parameter("Name", position=0),
        COMPUTER,
        Parameter("Graceful", "switch"),
        Parameter("NoWait", "switch"),
        FORCE,
        REPORT,
        Parameter("LeaveClsAgentRunning", "switch"),
        Parameter("LeaveWebServerRunning", "switch"),
    ],
    changes=True,
)
def stop_windows_service(call) -> None:
    """Stops one service or all of them."""
    server = _computer(call)
    services = list(reversed(_wanted(call, server)))
    if call["LeaveClsAgentRunning"]:
        services = [s for s in services if s.name != "RTCCLSAGT"]
    _change(call, server, "stop", services)


def _change(call, server: str, verb: str, services: list[Service]) -> None:
    if not services or not call.should_process():
        return
    model = call.world.services
    everything = "Name" not in call
    for service in services:
        if call.stopping.is_set():
            return
        # Start without a name leaves disabled services alone.
        if verb == "start" and everything and service.start_type == "Disabled":
            call.warning(f"Service {service.name} is disabled and will not be started.")
            continue
        try:
            getattr(model, verb)(server, service.name)
        except ServiceError as why:
            call.error(
                Fault(
                    str(why),
                    f"CouldNot{verb.capitalize()}Service,{call.cmdlet.dotnet}",
                    Category.OpenError,
                    "System.InvalidOperationException",
                    target=service.name,
                )
            )
            continue
        if service.running != (verb == "start"):
            past = "started" if verb == "start" else "stopped"
            call.effect(f"{server.split('.')[0]} {service.name} {past}")
        call.verbose(f"Service {service.name} is {'running' if verb == 'start' else 'stopped'}.")
    call.world.replication.wake()


def _computer(call) -> str:
    """The computer that -ComputerName means; Edge servers are in no domain."""
    name = call["ComputerName"]
    if not name or name in (".", "localhost"):
        return call.host.fqdn
    world = call.world
    fqdn = find([h.fqdn for h in world.hosts], name) or next(
        (h.fqdn for h in world.hosts if h.short.lower() == name.lower()), None
    )
    if fqdn == call.host.fqdn:
        return fqdn
    reachable = fqdn is not None and not world.is_down(fqdn)
    if reachable and "edge" not in (call.host.role, world.host(fqdn).role):
        return fqdn
    raise call.fail(
        f"Cannot open Service Control Manager on computer '{name}'. This operation might require "
        "other privileges.",
        "CannotOpenServiceControlManager",
        Category.PermissionDenied,
        "System.InvalidOperationException",
        target=name,
    )


def _wanted(call, server: str) -> list[Service]:
    services = call.world.services.of(server)
    name = call["Name"]
    if name is None:
        return services
    found = [s for s in services if s.name.lower() == name.lower()]
    if not found:
        call.error(
            Fault(
                f"Service {name} was not found on computer '{server}'.",
                f"ServiceNotFound,{call.cmdlet.dotnet}",
                Category.ObjectNotFound,
                "System.InvalidOperationException",
                target=name,
            )
        )
    return found


def _status(service: Service) -> EnumValue:
    name = "Running" if service.running else "Stopped"
    return EnumValue("System.ServiceProcess.ServiceControllerStatus", name, STATUS[name])


@cmdlet(
    "Get-Service",
    f"{COMMANDS}.GetServiceCommand",
    [
        Parameter("Name", "strings", position=0, sets=("Default",), aliases=("ServiceName",)),
        Parameter("DisplayName", "strings", sets=("DisplayName",)),
        Parameter("ComputerName", "strings"),
        Parameter("Include", "strings"),
        Parameter("Exclude", "strings"),
    ],
    module=MANAGEMENT,
)
def get_service(call) -> None:
    """Services with their start types (which PowerShell 4 does not tell)."""
    services = call.world.services.of(call.host.fqdn)
    by_display = call["DisplayName"] is not None
    patterns = call["DisplayName"] if by_display else call["Name"] or ["*"]
    for pattern in patterns:
        found = [
            s
            for s in services
            if fnmatch.fnmatch(
                (s.display_name if by_display else s.name).lower(), pattern.lower()
            )
        ]
        if not found and "*" not in pattern:
            call.error(_no_service(call, pattern, "display name" if by_display else "service name"))
        for service in found:
            call.output(_controller(call, service))


def _controller(call, service: Service) -> Record:
    properties = {
        "Name": service.name,
        "CanPauseAndContinue": False,
        "CanShutdown": service.running,
        "CanStop": service.running,
        "DisplayName": service.display_name,
        "MachineName": ".",
        "ServiceName": service.name,
        "Status": _status(service),
    }
    if call.world.protocol_version != "2.2":
        properties["StartType"] = EnumValue(
            "System.ServiceProcess.ServiceStartMode",
            service.start_type,
            START_TYPES[service.start_type],
        )
    return Record(
        [
            "System.ServiceProcess.ServiceController",
            "System.ComponentModel.Component",
            "System.MarshalByRefObject",
        ],
        properties,
        to_string=service.name,
    )


@cmdlet(
    "Set-Service",
    f"{COMMANDS}.SetServiceCommand",
    [
        Parameter("Name", mandatory=True, position=0, aliases=("ServiceName",)),
        Parameter("StartupType", values=("Automatic", "Manual", "Disabled", "Boot", "System")),
        Parameter("Status", values=("Running", "Stopped", "Paused")),
        Parameter("DisplayName"),
        Parameter("Description"),
        Parameter("ComputerName", "strings"),
        Parameter("PassThru", "switch"),
    ],
    changes=True,
    module=MANAGEMENT,
)
def set_service(call) -> None:
    """A service's start type, and its state."""
    model, server, name = call.world.services, call.host.fqdn, call["Name"]
    if not model.exists(server, name):
        call.error(_no_service(call, name, "service name"))
        return
    if not call.should_process():
        return
    before = next(s for s in model.of(server) if s.name.lower() == name.lower())
    short = server.split(".")[0]
    if call["StartupType"] and call["StartupType"] != before.start_type:
        model.set_start_type(server, name, call["StartupType"])
        call.effect(f"{short} {before.name} {before.start_type} -> {call['StartupType']}")
    try:
        if call["Status"] == "Running" and not before.running:
            model.start(server, name)
            call.effect(f"{short} {before.name} started")
        elif call["Status"] == "Stopped" and before.running:
            model.stop(server, name)
            call.effect(f"{short} {before.name} stopped")
    except ServiceError as why:
        call.error(
            Fault(
                str(why),
                f"CouldNotChangeService,{call.cmdlet.dotnet}",
                Category.OpenError,
                f"{COMMANDS}.ServiceCommandException",
                target=name,
            )
        )
    if call["PassThru"]:
        after = next(s for s in model.of(server) if s.name.lower() == name.lower())
        call.output(_controller(call, after))


def _no_service(call, name: str, what: str) -> Fault:
    return Fault(
        f"Cannot find any service with {what} '{name}'.",
        f"NoServiceFoundForGivenName,{call.cmdlet.dotnet}",
        Category.ObjectNotFound,
        f"{COMMANDS}.ServiceCommandException",
        target=name,
    )
