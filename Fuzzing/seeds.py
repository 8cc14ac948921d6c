#!/usr/bin/env python3
"""Writes a fuzzing corpus from the recorded exchanges: seeds.py VECTORS CORPUS.

A seed is a byte that says what the rest is (see Main.swift), then that: a channel's fragments (0),
one CLIXML body (1), one message (2), messages for an open pool (3), small texts (4), an envelope (5), lines of a server process (6).
"""

import base64
import hashlib
import html
import pathlib
import re
import sys

CARRIER = re.compile(r"<(?:\w+:)?(?:Stream|creationXml|connectXml|Arguments)\b[^>]*>([\w+/=\s]+)<")
TYPES = [0x10002, 0x10004, 0x10005, 0x10006, 0x10007, 0x10008, 0x21002, 0x21003, 0x21004, 0x21005,
         0x21006, 0x21007, 0x21008, 0x21009, 0x2100A, 0x2100B, 0x2100C, 0x21100, 0x21101, 0x41002,
         0x41003, 0x41004, 0x41005, 0x41006, 0x41007, 0x41008, 0x41009, 0x41010, 0x41011, 0x41100,
         0x41101]
TEXTS = ["2018-06-13T23:46:12.1316332+00:00", "0001-01-01T00:00:00", "P1DT2H3M4.0000001S", "-PT5S",
         "792e5b37-4505-47ef-b7d2-8711bb7affa8", "5.1.14393.2248", "QUJD\r\nRA==", "_x000A_x_X0041_"]
ZERO, SOME = "00000000-0000-0000-0000-000000000000", "00000000-0000-0003-0000-000000000004"
LINES = [
    f"Welcome\r\n<DataAck PSGuid='{ZERO}' />\r\n<Data Stream='Default' PSGuid='{ZERO}'>AQI=</Data>\r\n",
    f"<CommandAck PSGuid='{SOME}' />\n<DataAck PSGuid='{SOME}' />\n<CloseAck PSGuid='{SOME}' />\n",
    f"<SignalAck PSGuid='{SOME}' />\n<Data Stream='PromptResponse' PSGuid='{SOME}'></Data>\n",
]
BODIES = [
    '<PR><AV>a</AV><AI>0</AI><Nil /><PI>-1</PI><PC>5</PC><T>Completed</T><SR>-1</SR><SD> </SD></PR>',
    '<Obj RefId="0"><LST><Obj RefId="1"><S>_xD83D_</S></Obj><Ref RefId="1" /><Ref RefId="0" /></LST></Obj>',
    '<Obj RefId="0"><TN RefId="0"><T>a</T></TN><DCT><En><S N="Key">k</S><Db N="Value">1E+20</Db></En></DCT></Obj>',
    '<Obj RefId="0"><IE><Sg>-INF</Sg><D>-1.5</D><C>65</C><By>1</By><SB>-1</SB><BA>AQI=</BA></IE></Obj>',
    '<Obj RefId="0"><QUE><U64>1</U64><I16>-2</I16><U16>3</U16><G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G></QUE></Obj>',
    '<Obj RefId="0"><STK><TS>PT9.02S</TS><URI>http://a/</URI><XD>&lt;a/&gt;</XD><SBK>dir</SBK><SS>AA==</SS></STK></Obj>',
    '<Obj RefId="0"><MS><I64 N="ci">1</I64><Obj N="mi" RefId="1"><ToString>x</ToString><I32>26</I32></Obj><Obj N="mp" RefId="2"><LST><S>q</S></LST></Obj></MS></Obj>',
    '<Obj RefId="0"><MS><I32 N="PSEventArgs.EventIdentifier">1</I32><Nil N="PSEventArgs.Sender" /></MS></Obj>',
]


def messages(channel):
    """The messages of whole fragments, as headers and bodies."""
    parts = {}
    while len(channel) >= 21:
        number, flags = channel[:8], channel[16]
        length = int.from_bytes(channel[17:21], "big")
        parts[number] = parts.get(number, b"") + channel[21:21 + length]
        channel = channel[21 + length:]
        if flags & 2:
            yield parts.pop(number)


def pool(message):
    kind = TYPES.index(int.from_bytes(message[4:8], "little"))
    body = message[40:].removeprefix(b"\xef\xbb\xbf")[:127 * 16]
    body = body.ljust((len(body) + 15) // 16 * 16)
    pipeline = 0 if any(message[24:40]) else 0x80
    return bytes([kind if not pipeline else kind + 124 if kind + 124 < 256 else kind,
                  len(body) // 16 | (0x80 if pipeline else 0)]) + body


def main(vectors, corpus):
    corpus = pathlib.Path(corpus)
    corpus.mkdir(parents=True, exist_ok=True)

    def seed(kind, data, limit=8192):
        if len(data) < limit:
            name = hashlib.sha256(bytes([kind]) + data).hexdigest()[:16]
            (corpus / name).write_bytes(bytes([kind]) + data)

    for file in sorted(pathlib.Path(vectors).glob("*.yml")):
        session = b""
        for line in file.read_text().splitlines():
            match = re.match(r"(?:- )?\s*(?:request|response): '?(<.*>)'?$", line)
            if not match:
                continue
            seed(5, match[1].encode())
            for found in CARRIER.finditer(match[1]):
                try:
                    channel = base64.b64decode(html.unescape(found[1]))
                except ValueError:
                    continue
                seed(0, channel)
                for message in messages(channel):
                    if len(message) < 40:
                        continue
                    seed(2, message)
                    seed(1, message[40:])
                    seed(3, pool(message))
                    if message[0] == 1 and any(message[24:40]) and len(message) < 900:
                        session += pool(message)
        # What an open pool is sent, and again: a second pipeline, or one that has ended.
        seed(3, (session + session)[:4000])
    for line in LINES:
        seed(6, line.encode())
    for text in TEXTS:
        seed(4, text.encode())
    for body in BODIES:
        seed(1, body.encode())
        for kind in (17, 27, 12, 29, 21):
            seed(3, bytes([kind, (len(body) + 15) // 16]) + body.encode().ljust((len(body) + 15) // 16 * 16))


main(*sys.argv[1:])
