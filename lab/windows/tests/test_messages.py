"""The bytes of messages: what captured exchanges with Windows show, and psrpcore alone does not."""

import struct
import unittest
import uuid

from psrpcore import ServerPipeline
from psrpcore import types as ps

from ..psrp.objects import EnumValue, Record, to_ps
from ..psrp.pool import Pool
from ..wsman.shells import private_data

NOBODY = b"\0" * 16


class Messages(unittest.TestCase):
    def setUp(self) -> None:
        self.pool = Pool("2.3", private_data("2.3"))
        self.pool.runspace_pool_id = uuid.uuid4()
        self.pipeline = ServerPipeline(self.pool, uuid.uuid4())

    def sent(self) -> list[bytes]:
        """Fragments of the pipeline, without their headers checked."""
        return list(self.pool.outgoing[self.pipeline.pipeline_id])

    def text(self) -> str:
        whole = b"".join(part[21:] for part in self.sent())
        self.assertEqual(whole[40:43], b"\xef\xbb\xbf")
        return whole[43:].decode()

    def test_a_warning_has_its_text_before_its_properties(self) -> None:
        record = ps.WarningRecord(Message="careful")
        self.pipeline.prepare_message(record, ps.PSRPMessageType.WarningRecord)
        self.assertIn("</TN><ToString>careful</ToString><MS>", self.text())

    def test_an_enum_has_types_text_and_number(self) -> None:
        status = EnumValue("System.Some.Status", "Running", 4)
        record = Record(["Some.Type"], {"Status": status, "Again": status, "Empty": ""})
        self.pipeline.prepare_message(to_ps(record), ps.PSRPMessageType.PipelineOutput)
        text = self.text()
        self.assertIn(
            "<T>System.Some.Status</T><T>System.Enum</T><T>System.ValueType</T>"
            "<T>System.Object</T></TN><ToString>Running</ToString><I32>4</I32></Obj>",
            text,
        )
        self.assertIn('N="Again"><TNRef RefId="1" /><ToString>Running</ToString>', text)
        self.assertIn('<S N="Empty"></S>', text)

    def test_nothing_is_a_nil(self) -> None:
        self.pipeline.prepare_message(None, ps.PSRPMessageType.PipelineOutput)
        self.assertEqual(self.text(), "<Nil />")

    def test_fragments_are_cut_at_32768_bytes(self) -> None:
        self.pipeline.prepare_message(ps.PSString("x" * 70000), ps.PSRPMessageType.PipelineOutput)
        parts = self.sent()
        self.assertEqual([len(p) for p in parts[:-1]], [32768, 32768])
        headers = [struct.unpack(">QQBI", p[:21]) for p in parts]
        self.assertEqual([h[1] for h in headers], [0, 1, 2])
        self.assertEqual([h[2] for h in headers], [1, 0, 2])
        self.assertEqual(len({h[0] for h in headers}), 1)
        self.assertEqual([h[3] + 21 for h in headers], [len(p) for p in parts])

    def test_the_first_message_names_no_pool(self) -> None:
        self.pool.prepare_message(self.pool.our_capability)
        first = self.pool.outgoing[None][0][21:]
        self.assertEqual(first[8:24], NOBODY)
