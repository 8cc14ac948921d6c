"""The operations of WS-Management that PowerShell remoting uses."""

import base64
import binascii
import traceback
import uuid

from psrpcore import PSRPCoreError

from . import soap
from .shells import Shell, ShellGone
from .table import not_found

TIMED_OUT = 2150858793
RESOURCE_NOT_FOUND = 2150858752
INVALID_PARAMETER = 87
INTERNAL_ERROR = 1359
ACTION_NOT_SUPPORTED = 2150858753
# Configuration names that an endpoint offers.
CONFIGURATIONS = ("microsoft.powershell", "edgewarden", "edgewardendns")
SHELL = soap.RSP
IDLE_SECONDS = 7200.0


class Operations:
    """One host's answers."""

    def __init__(self, world, host) -> None:
        self._world = world
        self._host = host
        self._by_action = {
            f"{soap.X}/Create": self._create,
            f"{soap.X}/Get": self._get,
            f"{soap.X}/Delete": self._delete,
            f"{SHELL}/Command": self._command,
            f"{SHELL}/Send": self._send,
            f"{SHELL}/Receive": self._receive,
            f"{SHELL}/Signal": self._signal,
        }

    def answer(self, data: bytes, who: str, client: str) -> tuple[int, bytes]:
        """HTTP status and envelope. Raises ConnectionCut when nothing is to be answered, and
        HTTPError when something else than an envelope is."""
        try:
            request = soap.parse(data)
        except ValueError as why:
            problem = soap.Fault(INVALID_PARAMETER, "w:SchemaValidationError", str(why))
            return 500, soap.fault(None, problem, self._host.fqdn)
        name = request.action.rsplit("/", 1)[-1] if request else "Identify"
        self._world.trouble.stage(name, before=True)
        status, envelope = self._perform(request, who, client)
        self._world.trouble.stage(name, before=False)
        return status, envelope

    def _perform(self, request: soap.Request | None, who: str, client: str) -> tuple[int, bytes]:
        if request is None:
            return 200, soap.identify()
        try:
            operation = self._by_action.get(request.action)
            if operation is None:
                raise soap.Fault(
                    ACTION_NOT_SUPPORTED,
                    "a:ActionNotSupported",
                    "The WS-Management service cannot process the request because the WS-"
                    "Addressing action URI in the request is not compatible with the resource.",
                )
            return 200, operation(request, who, client)
        except soap.Fault as problem:
            return 500, soap.fault(request, problem, self._host.fqdn)
        except ShellGone:
            gone = not_found(request.selectors.get("shellid", ""))
            return 500, soap.fault(request, gone, self._host.fqdn)
        except (ValueError, KeyError, binascii.Error) as why:
            problem = soap.Fault(
                INVALID_PARAMETER, "w:InvalidParameter", f"The parameter is incorrect. ({why})"
            )
            return 500, soap.fault(request, problem, self._host.fqdn)
        except (AttributeError, IndexError, SyntaxError, PSRPCoreError) as why:
            # Fragments that are no PSRP: psrpcore finds out in many ways.
            traceback.print_exc()
            problem = soap.Fault(
                INTERNAL_ERROR, "w:InternalError", f"An internal error occurred. ({why})"
            )
            return 500, soap.fault(request, problem, self._host.fqdn)

    def _create(self, request: soap.Request, who: str, client: str) -> bytes:
        name = request.resource.removeprefix(soap.POWERSHELL)
        if name == request.resource or name.lower() not in CONFIGURATIONS:
            raise soap.Fault(
                RESOURCE_NOT_FOUND,
                "a:DestinationUnreachable",
                "The WS-Management service cannot process the request. The resource URI "
                f"({request.resource}) was not found in the WS-Management catalog. The catalog "
                "contains the metadata that describes resources, or logical endpoints.",
            )
        if "protocolversion" not in request.options:
            raise soap.Fault(
                INVALID_PARAMETER,
                "w:InvalidOptions",
                "The WS-Management service cannot process the request: the option "
                "protocolversion is missing.",
            )
        asked = request.child("Shell")
        creation = request.child("Shell", "creationXml")
        if asked is None or creation is None or not creation.text:
            raise ValueError("Create without creationXml")
        shell_id = asked.get("ShellId") or str(uuid.uuid4()).upper()
        idle = request.child("Shell", "IdleTimeOut")
        limit = soap.seconds(idle.text or "") if idle is not None else IDLE_SECONDS
        shell = Shell(self._world, self._host, shell_id, who, client, limit)
        shell.feed(base64.b64decode(creation.text), None)
        self._world.shells.add(shell)
        body = (
            f"<x:ResourceCreated><a:Address>{soap.escape(request.to)}</a:Address>"
            f"<a:ReferenceParameters><w:ResourceURI>{soap.escape(request.resource)}"
            '</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">'
            f"{soap.escape(shell_id)}</w:Selector></w:SelectorSet></a:ReferenceParameters>"
            f"</x:ResourceCreated>{self._shell(request, shell, limit)}"
        )
        return soap.answer(request, f"{soap.X}/CreateResponse", body)

    def _shell(self, request: soap.Request, shell: Shell, limit: float) -> str:
        return (
            f'<rsp:Shell xmlns:rsp="{SHELL}"><rsp:ShellId>{soap.escape(shell.id)}</rsp:ShellId>'
            f"<rsp:ResourceUri>{soap.escape(request.resource)}</rsp:ResourceUri>"
            f"<rsp:Owner>{soap.escape(shell.who)}</rsp:Owner>"
            f"<rsp:ClientIP>{shell.client.rsplit(':', 1)[0]}</rsp:ClientIP>"
            f"<rsp:ProcessId>4040</rsp:ProcessId><rsp:IdleTimeOut>PT{limit:.3f}S"
            "</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>"
            "<rsp:OutputStreams>stdout</rsp:OutputStreams>"
            "<rsp:MaxIdleTimeOut>PT2147483.647S</rsp:MaxIdleTimeOut>"
            "<rsp:Locale>en-US</rsp:Locale><rsp:DataLocale>en-US</rsp:DataLocale>"
            "<rsp:CompressionMode>NoCompression</rsp:CompressionMode>"
            "<rsp:ProfileLoaded>Yes</rsp:ProfileLoaded><rsp:Encoding>UTF8</rsp:Encoding>"
            "<rsp:BufferMode>Block</rsp:BufferMode><rsp:State>Connected</rsp:State>"
            "<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
            "<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>"
        )

    def _get(self, request: soap.Request, who: str, client: str) -> bytes:
        if request.resource == soap.CONFIG:
            kilobytes = self._world.max_envelope_kb
            body = (
                f'<cfg:Config xmlns:cfg="{soap.CONFIG}"><cfg:MaxEnvelopeSizekb>{kilobytes}'
                "</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>"
                "<cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>"
            )
            return soap.answer(request, f"{soap.X}/GetResponse", body)
        shell = self._find(request, who)
        body = self._shell(request, shell, shell.idle_timeout)
        return soap.answer(request, f"{soap.X}/GetResponse", body)

    def _delete(self, request: soap.Request, who: str, client: str) -> bytes:
        self._world.shells.delete(self._find(request, who))
        return soap.answer(request, f"{soap.X}/DeleteResponse", "")

    def _command(self, request: soap.Request, who: str, client: str) -> bytes:
        shell = self._find(request, who)
        line = request.child("CommandLine")
        arguments = request.child("CommandLine", "Arguments")
        if line is None:
            raise ValueError("Command without CommandLine")
        command_id = uuid.UUID(line.get("CommandId") or str(uuid.uuid4()))
        data = base64.b64decode((arguments.text if arguments is not None else "") or "")
        shell.start_command(command_id, data)
        body = (
            f"<rsp:CommandResponse><rsp:CommandId>{str(command_id).upper()}</rsp:CommandId>"
            "</rsp:CommandResponse>"
        )
        return soap.answer(request, f"{SHELL}/CommandResponse", body)

    def _send(self, request: soap.Request, who: str, client: str) -> bytes:
        shell = self._find(request, who)
        streams = request.child("Send")
        for stream in streams if streams is not None else []:
            wanted = stream.get("CommandId")
            command_id = uuid.UUID(wanted) if wanted else None
            if command_id and command_id not in shell.commands:
                raise ShellGone
            shell.feed(base64.b64decode(stream.text or ""), command_id)
        return soap.answer(request, f"{SHELL}/SendResponse", "<rsp:SendResponse/>")

    def _receive(self, request: soap.Request, who: str, client: str) -> bytes:
        shell = self._find(request, who)
        desired = request.child("Receive", "DesiredStream")
        wanted = desired.get("CommandId") if desired is not None else None
        command_id = uuid.UUID(wanted) if wanted else None
        limit = min(request.max_envelope, self._world.max_envelope_kb * 1024)
        # Each Stream element takes about 100 characters around its base64.
        room = (limit - soap.ENVELOPE_ROOM) * 3 // 4
        found = shell.receive(command_id, request.operation_timeout, room)
        if found is None:
            raise soap.Fault(
                TIMED_OUT,
                "w:TimedOut",
                "The WS-Management service cannot complete the operation within the time "
                "specified in OperationTimeout. ",
                sender=False,
            )
        parts, done = found
        name = f' CommandId="{str(command_id).upper()}"' if command_id else ""
        streams = "".join(
            f'<rsp:Stream Name="stdout"{name}>{base64.b64encode(part).decode()}</rsp:Stream>'
            for part in parts
        )
        if done:
            streams += (
                f'<rsp:CommandState{name} State="{SHELL}/CommandState/Done">'
                "<rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"
            )
        body = f"<rsp:ReceiveResponse>{streams}</rsp:ReceiveResponse>"
        return soap.answer(request, f"{SHELL}/ReceiveResponse", body)

    def _signal(self, request: soap.Request, who: str, client: str) -> bytes:
        shell = self._find(request, who)
        asked = request.child("Signal")
        code = request.child("Signal", "Code")
        wanted = asked.get("CommandId") if asked is not None else None
        if wanted and code is not None:
            shell.signal(uuid.UUID(wanted), (code.text or "").strip())
        return soap.answer(request, f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>")

    def _find(self, request: soap.Request, who: str) -> Shell:
        return self._world.shells.find(self._host, request.selectors.get("shellid", ""), who)
