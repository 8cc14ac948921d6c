/// The elements that hold one value as text (MS-PSRP 2.2.5.1), in both directions.
enum CLIXMLPrimitives {
    /// Reads the text of a primitive's element.
    ///
    /// - Returns: nil when the element's name is none of a primitive.
    /// - Throws: `malformedCLIXML` when the text is not of that type.
    static func value(element: String, text: String) throws(PSRPError) -> CLIXMLValue? {
        if let value = textual(element: element, text: text) { return value }
        guard names.contains(element) else { return nil }
        if element == "BA" {
            return .bytes(try Base64.decode(text))
        }
        let trimmed = trim(text)
        guard let value = numeric(element: element, text: trimmed) else {
            throw PSRPError(
                .malformedCLIXML,
                "<\(element)> holds '\(trimmed.prefix(40))', which it cannot"
            )
        }
        return value
    }

    private static let names: Set<String> = [
        "C", "B", "DT", "TS", "By", "SB", "U16", "I16", "U32", "I32", "U64", "I64", "Sg", "Db",
        "D", "BA", "G", "Version",
    ]

    private static func textual(element: String, text: String) -> CLIXMLValue? {
        switch element {
        case "S": CLIXMLText.value(unescaping: text)
        case "URI": .uri(CLIXMLText.unescape(text))
        case "XD": .xmlDocument(CLIXMLText.unescape(text))
        case "SBK": .scriptBlock(CLIXMLText.unescape(text))
        case "SS": .secureString(text)
        default: nil
        }
    }

    private static func numeric(element: String, text: String) -> CLIXMLValue? {
        switch element {
        case "C": UInt16(text).map(CLIXMLValue.character)
        case "B": boolean(text).map(CLIXMLValue.boolean)
        case "DT": DotNetDateTime(text).map(CLIXMLValue.dateTime)
        case "TS": DotNetTimeSpan.parse(text).map(CLIXMLValue.duration)
        case "By": UInt8(text).map(CLIXMLValue.uint8)
        case "SB": Int8(text).map(CLIXMLValue.int8)
        case "U16": UInt16(text).map(CLIXMLValue.uint16)
        case "I16": Int16(text).map(CLIXMLValue.int16)
        case "U32": UInt32(text).map(CLIXMLValue.uint32)
        case "I32": Int32(text).map(CLIXMLValue.int32)
        case "U64": UInt64(text).map(CLIXMLValue.uint64)
        case "I64": Int64(text).map(CLIXMLValue.int64)
        case "Sg": DotNetFloat.parse(text).map(CLIXMLValue.single)
        case "Db": DotNetFloat.parse(text).map(CLIXMLValue.double)
        case "D": decimal(text).map(CLIXMLValue.decimal)
        case "G": GUID(text).map(CLIXMLValue.guid)
        case "Version": ProtocolVersion(text).map(CLIXMLValue.version)
        default: nil
        }
    }

    /// The element's name and escaped text of a primitive; nil for null, progress and objects.
    static func element(of value: CLIXMLValue) -> (name: String, text: String)? {
        switch value {
        case .string(let text): ("S", CLIXMLText.escape(text))
        case .illFormedString(let units): ("S", CLIXMLText.escape(units))
        case .character(let unit): ("C", "\(unit)")
        case .boolean(let value): ("B", value ? "true" : "false")
        case .dateTime(let time): ("DT", time.shortDescription)
        case .duration(let duration): ("TS", DotNetTimeSpan.text(of: duration))
        case .uint8(let number): ("By", "\(number)")
        case .int8(let number): ("SB", "\(number)")
        case .uint16(let number): ("U16", "\(number)")
        case .int16(let number): ("I16", "\(number)")
        case .uint32(let number): ("U32", "\(number)")
        case .int32(let number): ("I32", "\(number)")
        case .uint64(let number): ("U64", "\(number)")
        case .int64(let number): ("I64", "\(number)")
        case .single(let number): ("Sg", DotNetFloat.text(of: number))
        case .double(let number): ("Db", DotNetFloat.text(of: number))
        case .decimal(let text): ("D", text)
        case .bytes(let bytes): ("BA", Base64.encode(bytes))
        case .guid(let id): ("G", id.description.lowercased())
        case .uri(let text): ("URI", CLIXMLText.escape(text))
        case .version(let version): ("Version", version.description)
        case .xmlDocument(let text): ("XD", CLIXMLText.escape(text))
        case .scriptBlock(let text): ("SBK", CLIXMLText.escape(text))
        case .secureString(let text): ("SS", text)
        case .null, .progress, .object, .enclosingObject: nil
        }
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private static func decimal(_ text: String) -> String? {
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 40,
            parts.allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        return text
    }

    private static func trim(_ text: String) -> String {
        let kept = text.drop { $0.isWhitespace }
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }
}
