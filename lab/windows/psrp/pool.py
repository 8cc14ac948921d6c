"""psrpcore's server pool, made to send what captured exchanges with Windows show.

Differences from psrpcore 0.3.1 alone: messages start with a byte-order mark, `<ToString>` comes
before the properties, warning, verbose and debug records carry one, fragments are cut at 32768
bytes, and what is to be sent is kept per pipeline instead of in one queue.
"""

import collections
import re
import uuid
from xml.etree import ElementTree

from psrpcore import PSRPPayload, ServerRunspacePool, StreamType
from psrpcore import types as ps
from psrpcore._payload import EMPTY_UUID, create_fragment, create_message
from psrpcore.types._serializer import _Serializer

from .objects import EnumValue

FRAGMENT_DATA_BYTES = 32768 - 21
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EMPTY_STRING = re.compile(r"<S( N=\"[^\"]*\")? />")


class WindowsSerializer(_Serializer):
    """Serialises as Windows does where psrpcore differs."""

    def serialize(self, value):
        if isinstance(value, EnumValue):
            return self._enum(value)
        element = super().serialize(value)
        if element.tag == "Obj":
            _to_string_first(element)
        return element

    def _enum(self, value):
        element = ElementTree.Element("Obj", RefId=str(self._obj_ref_id))
        self._obj_ref_id += 1
        names = [value.type_name, "System.Enum", "System.ValueType", "System.Object"]
        if names[0] in self._tn_ref_list:
            index = self._tn_ref_list.index(names[0])
            ElementTree.SubElement(element, "TNRef", RefId=str(index))
        else:
            self._tn_ref_list.append(names[0])
            index = len(self._tn_ref_list) - 1
            listed = ElementTree.SubElement(element, "TN", RefId=str(index))
            for name in names:
                ElementTree.SubElement(listed, "T").text = name
        ElementTree.SubElement(element, "ToString").text = value.name
        ElementTree.SubElement(element, "I32").text = str(value.value)
        return element


def _to_string_first(element: ElementTree.Element) -> None:
    text = element.find("ToString")
    if text is None:
        return
    element.remove(text)
    names = [i for i, child in enumerate(element) if child.tag in ("TN", "TNRef")]
    element.insert(names[-1] + 1 if names else 0, text)


class Pool(ServerRunspacePool):
    """A runspace pool of one shell. Not thread safe: the shell's lock guards it."""

    def __init__(self, protocol_version: str, private_data: dict) -> None:
        super().__init__(application_private_data=private_data)
        self.our_capability.protocolversion = ps.PSVersion(protocol_version)
        table = self.application_private_data["PSVersionTable"]
        table["PSRemotingProtocolVersion"] = ps.PSVersion(protocol_version)
        # Fragments waiting to be received, by pipeline; None is the pool itself.
        self.outgoing: dict[uuid.UUID | None, collections.deque[bytes]] = {
            None: collections.deque()
        }
        # What pipelines still hold back: fragments of messages that came in whole or in part.
        self.received_bytes = 0

    def feed(self, data: bytes, pipeline_id: uuid.UUID | None):
        """Takes fragments from the client; yields the events that they complete."""
        self.received_bytes += len(data)
        self.receive_data(PSRPPayload(data, StreamType.default, pipeline_id))
        while True:
            event = self.next_event()
            if event is None:
                return
            yield event

    def prepare_message(
        self, message, message_type=None, pipeline_id=None, stream_type=StreamType.default
    ) -> None:
        if message is None:
            body, kind = b"<Nil />", message_type or ps.PSRPMessageType.PipelineOutput
        else:
            kind = message_type or ps.PSRPMessageType.get_message_id(type(message))
            body = self._clixml(message)
        # Windows does not name the pool in its first message.
        rpid = self.runspace_pool_id
        if kind == ps.PSRPMessageType.SessionCapability:
            rpid = EMPTY_UUID
        whole = create_message(False, kind, BYTE_ORDER_MARK + body, rpid, pipeline_id)
        queue = self.outgoing.setdefault(pipeline_id, collections.deque())
        object_id = self._fragment_counter
        for index, start in enumerate(range(0, len(whole), FRAGMENT_DATA_BYTES)):
            part = whole[start : start + FRAGMENT_DATA_BYTES]
            last = start + FRAGMENT_DATA_BYTES >= len(whole)
            queue.append(create_fragment(object_id, index, part, last))

    def _clixml(self, message) -> bytes:
        if isinstance(message, ps.InformationalRecord):
            message.PSObject.to_string = str(message.Message)
        serializer = WindowsSerializer(
            self._cipher,
            our_capability=self.our_capability,
            their_capability=self.their_capability,
        )
        text = ElementTree.tostring(serializer.serialize(message), encoding="unicode")
        return _EMPTY_STRING.sub(r"<S\1></S>", text).encode("utf-8")
