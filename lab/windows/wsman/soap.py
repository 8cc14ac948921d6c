"""SOAP envelopes of WS-Management, read and written as Windows writes them."""

import dataclasses
import re
import uuid
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
P = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
POWERSHELL = "http://schemas.microsoft.com/powershell/"
ANONYMOUS = f"{A}/role/anonymous"
# Bytes of an answer's envelope around the payload, generously.
ENVELOPE_ROOM = 4096
_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$")


class Fault(Exception):
    """A SOAP fault: WSManFault code, subcode, and what it says."""

    def __init__(self, code: int, subcode: str, text: str, sender: bool = True) -> None:
        super().__init__(text)
        self.code = code
        self.subcode = subcode
        self.text = text
        self.sender = sender


@dataclasses.dataclass
class Request:
    """What an envelope asks for."""

    action: str
    message_id: str
    to: str
    resource: str
    operation_timeout: float
    max_envelope: int
    options: dict[str, str]
    selectors: dict[str, str]
    body: ElementTree.Element

    def child(self, *names: str) -> ElementTree.Element | None:
        """An element of the body, by local names."""
        place: ElementTree.Element | None = self.body
        for name in names:
            children = list(place) if place is not None else []
            place = next((e for e in children if local(e) == name), None)
        return place


def local(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def parse(data: bytes) -> Request | None:
    """The request in an envelope; None for Identify, which has no header. ValueError: not SOAP."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as why:
        raise ValueError(f"not XML: {why}") from None
    if root.tag != f"{{{S}}}Envelope":
        raise ValueError(f"not a SOAP envelope: {root.tag}")
    body = root.find(f"{{{S}}}Body")
    if body is None:
        raise ValueError("an envelope without a body")
    if any(e.tag == f"{{{IDENTITY}}}Identify" for e in body):
        return None
    header = root.find(f"{{{S}}}Header")
    if header is None:
        raise ValueError("an envelope without a header")
    fields = {local(e): (e.text or "").strip() for e in header}
    return Request(
        action=fields.get("Action", ""),
        message_id=fields.get("MessageID", ""),
        to=fields.get("To", ""),
        resource=fields.get("ResourceURI", ""),
        operation_timeout=seconds(fields.get("OperationTimeout", "PT60S")),
        max_envelope=int(fields.get("MaxEnvelopeSize") or 153600),
        options=_named(header, "OptionSet"),
        selectors=_named(header, "SelectorSet"),
        body=body,
    )


def _named(header: ElementTree.Element, name: str) -> dict[str, str]:
    return {
        item.get("Name", "").lower(): item.text or ""
        for group in header
        if local(group) == name
        for item in group
    }


def seconds(text: str) -> float:
    """An XML duration in seconds."""
    found = _DURATION.match(text)
    if not found:
        raise ValueError(f"not a duration: {text}")
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + rest


def answer(request: Request, action: str, body: str, namespaces: str = "") -> bytes:
    """A response envelope."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{A}" xmlns:x="{X}" xmlns:w="{W}" '
        f'xmlns:rsp="{RSP}" xmlns:p="{P}"{namespaces}><s:Header>'
        f"<a:Action>{action}</a:Action><a:MessageID>{new_id()}</a:MessageID>"
        f"<p:ActivityId>{str(uuid.uuid4()).upper()}</p:ActivityId><a:To>{ANONYMOUS}</a:To>"
        f"<a:RelatesTo>{escape(request.message_id)}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode("utf-8")


def fault(request: Request | None, problem: Fault, machine: str) -> bytes:
    """A fault envelope."""
    relates = escape(request.message_id) if request else ""
    text = escape(problem.text)
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{A}" xmlns:x="{X}" '
        'xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing" '
        'xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" '
        f'xmlns:w="{W}" xmlns:p="{P}"><s:Header><a:Action>{FAULT_ACTION}</a:Action>'
        f"<a:MessageID>{new_id()}</a:MessageID>"
        f"<p:ActivityId>{str(uuid.uuid4()).upper()}</p:ActivityId><a:To>{ANONYMOUS}</a:To>"
        f"<a:RelatesTo>{relates}</a:RelatesTo></s:Header><s:Body><s:Fault><s:Code>"
        f"<s:Value>s:{'Sender' if problem.sender else 'Receiver'}</s:Value><s:Subcode>"
        f"<s:Value>{problem.subcode}</s:Value></s:Subcode></s:Code><s:Reason>"
        f'<s:Text xml:lang="en-US">{text} </s:Text></s:Reason><s:Detail>'
        '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" '
        f"Code=\"{problem.code}\" Machine={quoteattr(machine)}><f:Message>{text} </f:Message>"
        "</f:WSManFault></s:Detail></s:Fault></s:Body></s:Envelope>"
    ).encode("utf-8")


def identify() -> bytes:
    """The answer to Identify."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}"><s:Header></s:Header><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
        f"<wsmid:ProtocolVersion>{W}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        "<wsmid:ProductVersion>OS: 10.0.14393 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
        "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>"
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/basic"
        "</wsmid:SecurityProfileName><wsmid:SecurityProfileName>"
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/spnego-kerberos"
        "</wsmid:SecurityProfileName></wsmid:SecurityProfiles>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode("utf-8")


def new_id() -> str:
    """A fresh message id."""
    return f"uuid:{str(uuid.uuid4()).upper()}"
