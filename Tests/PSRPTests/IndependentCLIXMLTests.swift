import Testing

@testable import PSRP

/// CLIXML as another implementation (psrpcore 0.3.1, in Python) writes it.
@Suite("CLIXML of an independent peer")
struct IndependentCLIXMLTests {
    static let written: [(String, String)] = [
        (
            "text with escapes of every kind",
            "<S>a_x005F_x000A__x000A__x0000__xD83D__xDE00_&lt;&amp;&gt;\"' _x00"
                + "85_ _x005F_X1</S>"
        ),
        (
            "a lone surrogate",
            "<S>x_xD83D_y</S>"
        ),
        (
            "a character",
            "<C>233</C>"
        ),
        (
            "a boolean",
            "<B>true</B>"
        ),
        (
            "a time without zone",
            "<DT>2020-02-29T12:30:01.1234567</DT>"
        ),
        (
            "a time in UTC",
            "<DT>2020-02-29T12:30:01Z</DT>"
        ),
        (
            "a span",
            "<TS>P1DT3.0000051S</TS>"
        ),
        (
            "an unsigned byte",
            "<By>255</By>"
        ),
        (
            "a signed byte",
            "<SB>-128</SB>"
        ),
        (
            "U16",
            "<U16>65535</U16>"
        ),
        (
            "I16",
            "<I16>-32768</I16>"
        ),
        (
            "U32",
            "<U32>4294967295</U32>"
        ),
        (
            "I32",
            "<I32>-1</I32>"
        ),
        (
            "U64",
            "<U64>18446744073709551615</U64>"
        ),
        (
            "I64",
            "<I64>-9223372036854775808</I64>"
        ),
        (
            "a single",
            "<Sg>12.5</Sg>"
        ),
        (
            "a large double",
            "<Db>1.5E+20</Db>"
        ),
        (
            "a small double",
            "<Db>0.1</Db>"
        ),
        (
            "a decimal",
            "<D>-12.50</D>"
        ),
        (
            "bytes",
            "<BA>AAH/</BA>"
        ),
        (
            "a GUID",
            "<G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G>"
        ),
        (
            "a URI",
            "<URI>http://a/?b=c&amp;d</URI>"
        ),
        (
            "null",
            "<Nil />"
        ),
        (
            "a version",
            "<Version>5.1.2.3</Version>"
        ),
        (
            "an XML document",
            "<XD>&lt;a&gt;_x000A_&lt;/a&gt;</XD>"
        ),
        (
            "a script block",
            "<SBK>Get-X | %{ $_ }</SBK>"
        ),
        (
            "a stack",
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Collections.Stack</T><T"
                + ">System.Object</T></TN><STK><I32>1</I32><S>a</S></STK></Obj>"
        ),
        (
            "a queue",
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Collections.Queue</T><T"
                + ">System.Object</T></TN><QUE><I32>1</I32><S>z</S></QUE></Obj>"
        ),
        (
            "lists in a list",
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Collections.ArrayList</"
                + "T><T>System.Object</T></TN><LST><I32>1</I32><Obj RefId=\"1\"><TNRe"
                + "f RefId=\"0\" /><LST><I32>2</I32><S>b</S></LST></Obj><Nil /></LST>"
                + "</Obj>"
        ),
        (
            "a hash table",
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Collections.Hashtable</"
                + "T><T>System.Object</T></TN><DCT><En><S N=\"Key\">a</S><I32 N=\"Val"
                + "ue\">1</I32></En><En><I32 N=\"Key\">2</I32><S N=\"Value\">b</S></E"
                + "n></DCT></Obj>"
        ),
        (
            "a progress record",
            "<PR><AV>a</AV><AI>1</AI><Nil /><PI>-1</PI><PC>5</PC><T>Processing<"
                + "/T><SR>-1</SR><SD>s</SD></PR>"
        ),
    ]

    @Test(arguments: written)
    func `what the peer writes is read, and written as the same bytes`(
        name: String,
        text: String
    ) throws {
        let value = try CLIXMLValue(clixml: Array(text.utf8))
        #expect(String(decoding: value.clixml(), as: UTF8.self) == text)
    }

    @Test
    func `the parts of an object may come in another order`() throws {
        let peer =
            "<Obj RefId=\"0\"><I32>2</I32><TN RefId=\"0\"><T>T</T><T>System.Enum</T></TN>"
            + "<ToString>Two</ToString></Obj>"
        let value = try CLIXMLValue(clixml: Array(peer.utf8))
        #expect(value.integerValue == 2 && value.displayText == "Two")
        #expect(try CLIXMLValue(clixml: value.clixml()) == value)
    }
}
