import Testing

@testable import PSRP

@Suite("CLIXMLValue")
struct CLIXMLTests {
    private func read(_ text: String, limits: CLIXMLLimits = CLIXMLLimits()) throws -> CLIXMLValue {
        try CLIXMLValue(clixml: Array(text.utf8), limits: limits)
    }

    private func write(_ value: CLIXMLValue) -> String {
        String(decoding: value.clixml(), as: UTF8.self)
    }

    static let primitives: [(String, CLIXMLValue)] = [
        ("<Nil />", .null),
        ("<S>a &lt; b</S>", .string("a < b")),
        ("<S></S>", .string("")),
        ("<C>97</C>", .character(97)),
        ("<B>true</B>", .boolean(true)),
        ("<B>false</B>", .boolean(false)),
        ("<By>255</By>", .uint8(255)),
        ("<SB>-128</SB>", .int8(-128)),
        ("<U16>65535</U16>", .uint16(65_535)),
        ("<I16>-32768</I16>", .int16(-32_768)),
        ("<U32>4294967295</U32>", .uint32(4_294_967_295)),
        ("<I32>-2147483648</I32>", .int32(-2_147_483_648)),
        ("<U64>18446744073709551615</U64>", .uint64(18_446_744_073_709_551_615)),
        ("<I64>-9223372036854775808</I64>", .int64(-9_223_372_036_854_775_808)),
        ("<Sg>12.34</Sg>", .single(12.34)),
        ("<Db>-INF</Db>", .double(-.infinity)),
        ("<Db>12.34</Db>", .double(12.34)),
        ("<D>-79228162514264337593543950335.5</D>", .decimal("-79228162514264337593543950335.5")),
        ("<BA>AQIDBA==</BA>", .bytes([1, 2, 3, 4])),
        (
            "<G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G>",
            .guid(GUID(high: 0x792E_5B37_4505_47EF, low: 0xB7D2_8711_BB7A_FFA8))
        ),
        ("<URI>http://www.microsoft.com/</URI>", .uri("http://www.microsoft.com/")),
        ("<Version>6.2.1.3</Version>", .version(ProtocolVersion("6.2.1.3") ?? .init(0, 0))),
        (
            "<XD>&lt;name attribute=\"v\"&gt;C&lt;/name&gt;</XD>",
            .xmlDocument("<name attribute=\"v\">C</name>")
        ),
        ("<SBK>Get-Command -Type Cmdlet</SBK>", .scriptBlock("Get-Command -Type Cmdlet")),
        ("<SS>bnVsbA==</SS>", .secureString("bnVsbA==")),
        ("<TS>PT9.0269026S</TS>", .duration(.nanoseconds(9_026_902_600))),
        (
            "<DT>2008-04-11T10:42:32.2731993-07:00</DT>",
            .dateTime(.init(ticks: 633_435_073_522_731_993, zone: .offset(minutes: -420)))
        ),
    ]

    @Test(arguments: primitives)
    func `every primitive type is read, and reads back as it was written`(
        text: String,
        value: CLIXMLValue
    ) throws {
        #expect(try read(text) == value)
        #expect(try read(write(value)) == value)
        #expect(write(value) == text)
    }

    @Test(arguments: [
        "<I32>x</I32>", "<I32>2147483648</I32>", "<I32></I32>", "<By>256</By>", "<B>1</B>",
        "<C>a</C>", "<Db>1,5</Db>", "<D>1.</D>", "<D>1e5</D>", "<G>1</G>", "<Version>1</Version>",
        "<DT>yesterday</DT>", "<DT>2020-02-30T00:00:00</DT>", "<TS>9 s</TS>", "<TS>P</TS>",
        "<XYZ>1</XYZ>",
        "<S><S>a</S></S>", "<Obj>text</Obj>", "<Obj><LST>text</LST></Obj>",
        "<Obj><DCT><S>a</S></DCT></Obj>", "<Obj><DCT><En><S N='Key'>a</S></En></DCT></Obj>",
        "<Obj><MS><S>nameless</S></MS></Obj>", "<Obj><TN><S>a</S></TN></Obj>",
        "<Obj><TNRef RefId='0'/></Obj>",
        "<Obj><S>a</S><I32>1</I32></Obj>", "<Obj><LST /><LST /></Obj>",
        "<Obj><MS /><MS /></Obj>", "<Obj><TN RefId='0'/><TNRef RefId='0'/></Obj>",
        "<Db>0x10</Db>", "<Db>infinity</Db>", "<Sg>1e39</Sg>", "<Db>1e999</Db>", "<Db>e5</Db>",
        "<Ref RefId='0'/>", "<Ref/>", "<PR><AI>x</AI></PR>", "<PR><ZZ>x</ZZ></PR>",
        "<TS>PT1H1D</TS>",
        "<TS>P99999999999D</TS>",
    ])
    func `what is not CLIXML is an error`(text: String) {
        let error = #expect(throws: PSRPError.self) { try read(text) }
        #expect(error?.code == .malformedCLIXML)
    }

    @Test
    func `an object keeps type names, text, content and properties`() throws {
        let text = """
            <Obj RefId="0"><TN RefId="0"><T>A.B</T><T>System.Object</T></TN><ToString>shown</ToString>\
            <LST><I32>1</I32><Obj RefId="1"><TNRef RefId="0" /><Props><S N="Name">x</S></Props></Obj></LST>\
            <Props><S N="Name">own</S></Props><MS><S N="name">added</S><Nil N="None" /></MS></Obj>
            """
        let value = try read(text)
        #expect(write(value) == text)
        #expect(value.displayText == "shown")
        #expect(value[property: "NAME"] == .string("added"))
        #expect(value[property: "none"] == .null)
        #expect(value[property: "other"] == nil)
        #expect(value.elements?.count == 2)
        #expect(value.elements?.last?.objectValue?.typeNames == ["A.B", "System.Object"])
    }

    @Test
    func `dictionaries, queues, stacks and enumerations are read and written`() throws {
        let table = CLIXMLValue.hashtable([.init("Key", .int32(1)), .init(.int32(2), .null)])
        #expect(try read(write(table)) == table)
        #expect(table.objectValue?[key: "key"] == .int32(1))
        for content: CLIXMLObject.Content in [
            .queue([.int32(1)]), .stack(["a"]), .enumerable([]), .list([.array([.null])]),
        ] {
            let value = CLIXMLValue.object(CLIXMLObject(typeNames: ["T"], content: content))
            #expect(try read(write(value)) == value)
            #expect(value.elements != nil)
        }
        let member = CLIXMLValue.enumeration("System.DayOfWeek", 3, name: "Wednesday")
        #expect(try read(write(member)) == member)
        #expect(member.integerValue == 3)
        #expect(member.displayText == "Wednesday")
    }

    @Test
    func `an object may wrap an object as its value`() throws {
        let value = try read(
            "<Obj RefId='0'><Obj RefId='1'><S>inner</S></Obj><MS><S N='PSComputerName'>h</S></MS></Obj>"
        )
        #expect(value.stringValue == "inner")
        #expect(value[property: "pscomputername"] == "h")
    }

    @Test
    func `a reference is the object that it refers to`() throws {
        let value = try read(
            "<Obj RefId='0'><LST><Obj RefId='7'><S>a</S></Obj><Ref RefId='7' /></LST></Obj>"
        )
        #expect(value.elements?.compactMap(\.stringValue) == ["a", "a"])
    }

    @Test
    func `a cycle is cut`() throws {
        let value = try read(
            "<Obj RefId='0'><MS><Obj N='Child' RefId='1'><MS><Ref N='Parent' RefId='0' /></MS></Obj></MS></Obj>"
        )
        let parent = value[property: "Child"]?[property: "Parent"]
        #expect(parent == .enclosingObject(refID: "0"))
        #expect(write(value).contains("<Nil N=\"Parent\" />"))
    }

    @Test
    func `references cannot multiply without limit`() {
        // Each object holds the one before it ten times: 10^12 values behind a kilobyte.
        var text = "<Obj RefId='a'><LST><Obj RefId='0'><LST><S>x</S></LST></Obj>"
        for level in 1...12 {
            let references = String(repeating: "<Ref RefId='\(level - 1)'/>", count: 10)
            text += "<Obj RefId='\(level)'><LST>\(references)</LST></Obj>"
        }
        text += "</LST></Obj>"
        let error = #expect(throws: PSRPError.self) { try read(text) }
        #expect(error?.code == .limitExceeded)
    }

    @Test
    func `references cannot multiply text without limit`() {
        // A hundred times a megabyte, behind little more than one.
        let long = String(repeating: "x", count: 1 << 20)
        let references = String(repeating: "<Ref RefId='1'/>", count: 100)
        let text =
            "<Obj RefId='0'><LST><Obj RefId='1'><S>\(long)</S></Obj>\(references)</LST></Obj>"
        let error = #expect(throws: PSRPError.self) { try read(text) }
        #expect(error?.code == .limitExceeded)
        #expect(throws: PSRPError.self) {
            try read("<S>12345</S>", limits: CLIXMLLimits(maximumTextBytes: 4))
        }
    }

    @Test
    func `references cannot build a tower`() {
        var text = "<Obj RefId='a'><LST><Obj RefId='0'><LST></LST></Obj>"
        for level in 1...10_000 {
            text += "<Obj RefId='\(level)'><LST><Ref RefId='\(level - 1)'/></LST></Obj>"
        }
        text += "</LST></Obj>"
        let error = #expect(throws: PSRPError.self) { try read(text) }
        #expect(error?.code == .limitExceeded)
    }

    @Test
    func `nesting is limited`() {
        let text =
            String(repeating: "<Obj><LST>", count: 65)
            + String(repeating: "</LST></Obj>", count: 65)
        let error = #expect(throws: PSRPError.self) { try read(text) }
        #expect(error?.code == .limitExceeded)
    }

    @Test
    func `a progress record is read and written`() throws {
        let text =
            "<PR><AV>Doing</AV><AI>3</AI><S>step</S><PI>-1</PI><PC>50</PC><T>Processing</T><SR>9</SR><SD>half</SD></PR>"
        let value = try read(text)
        guard case .progress(let record) = value else {
            Issue.record("not a progress record")
            return
        }
        #expect(record.activity == "Doing" && record.percentComplete == 50)
        #expect(record.currentOperation == "step" && !record.isCompleted)
        #expect(write(value) == text)
        #expect(try ProgressRecord(value) == record)
        let bare =
            "<PR><AV>Doing</AV><AI>0</AI><Nil /><PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD></PR>"
        #expect(write(try read(bare)) == bare)
    }

    @Test
    func `every prefix of a message is an error, never a crash`() throws {
        let whole = CLIXMLValue.hashtable([
            .init("k", .array([.int32(1), .bytes([1, 2]), .guid(.zero), "a_x_b\u{1F600}"]))
        ]).clixml()
        for end in 0..<whole.count {
            #expect(throws: PSRPError.self) { try CLIXMLValue(clixml: Array(whole[..<end])) }
        }
    }
}
