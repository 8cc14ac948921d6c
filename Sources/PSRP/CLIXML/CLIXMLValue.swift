/// A value as PowerShell serialises it (MS-PSRP 2.2.5).
public indirect enum CLIXMLValue: Hashable, Sendable {
    /// `Nil`: PowerShell's `$null`.
    case null
    /// `S`: text.
    case string(String)
    /// `S` that holds lone surrogates, which no `String` can: its UTF-16 code units.
    ///
    /// Make one with ``text(utf16:)``, so that well-formed text is always a ``string(_:)``.
    case illFormedString([UInt16])
    /// `C`: one UTF-16 code unit.
    case character(UInt16)
    /// `B`: a boolean; also how a switch parameter travels.
    case boolean(Bool)
    /// `DT`: a date and time.
    case dateTime(DotNetDateTime)
    /// `TS`: a time span, in steps of 100 ns.
    case duration(Duration)
    /// `By`: an unsigned byte.
    case uint8(UInt8)
    /// `SB`: a signed byte.
    case int8(Int8)
    /// `U16`: an unsigned 16-bit number.
    case uint16(UInt16)
    /// `I16`: a signed 16-bit number.
    case int16(Int16)
    /// `U32`: an unsigned 32-bit number.
    case uint32(UInt32)
    /// `I32`: a signed 32-bit number.
    case int32(Int32)
    /// `U64`: an unsigned 64-bit number.
    case uint64(UInt64)
    /// `I64`: a signed 64-bit number.
    case int64(Int64)
    /// `Sg`: a single-precision number.
    case single(Float)
    /// `Db`: a double-precision number.
    case double(Double)
    /// `D`: a decimal number, as its text.
    case decimal(String)
    /// `BA`: bytes.
    case bytes([UInt8])
    /// `G`: a GUID.
    case guid(GUID)
    /// `URI`: an address, as its text.
    case uri(String)
    /// `Version`: a dotted version.
    case version(ProtocolVersion)
    /// `XD`: an XML document, as its text.
    case xmlDocument(String)
    /// `SBK`: the text of a script block; read, never sent as a parameter.
    case scriptBlock(String)
    /// `SS`: a secure string, still encrypted, as it travelled.
    case secureString(String)
    /// `PR`: a progress record.
    case progress(ProgressRecord)
    /// `Obj`: anything with type names, properties or members.
    case object(CLIXMLObject)
    /// `Ref` to an object that encloses this value: a cycle, which is cut here.
    case enclosingObject(refID: String)
}

extension CLIXMLValue {
    /// The value without a wrapping object that only adds type names or properties.
    public var unwrapped: CLIXMLValue {
        guard case .object(let object) = self, case .primitive(let value) = object.content else {
            return self
        }
        return value.unwrapped
    }

    /// The text of a string, also of one wrapped in an object; nil for every other kind.
    ///
    /// Lone surrogates are U+FFFD in it.
    public var stringValue: String? {
        switch unwrapped {
        case .string(let text): text
        case .illFormedString(let units): String(decoding: units, as: UTF16.self)
        default: nil
        }
    }

    /// The boolean, also of one wrapped in an object; nil for every other kind.
    public var booleanValue: Bool? {
        guard case .boolean(let value) = unwrapped else { return nil }
        return value
    }

    /// Any integer that fits, also an enumeration's; nil for every other kind.
    public var integerValue: Int64? {
        switch unwrapped {
        case .uint8(let value): Int64(value)
        case .int8(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint64(let value): Int64(exactly: value)
        case .int64(let value): value
        default: nil
        }
    }

    /// The object; nil for a bare primitive.
    public var objectValue: CLIXMLObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The members of a list, queue, stack or enumeration of values; nil for every other kind.
    public var elements: [CLIXMLValue]? {
        guard case .object(let object) = self else { return nil }
        switch object.content {
        case .list(let members), .queue(let members), .stack(let members),
            .enumerable(let members):
            return members
        case .primitive(let inner): return inner.elements
        case .none, .dictionary: return nil
        }
    }

    /// A property by name, letter case ignored; nil when the value has none of that name.
    public subscript(property name: String) -> CLIXMLValue? {
        guard case .object(let object) = self else { return nil }
        return object[property: name]
    }

    /// Whether the value is `$null`.
    public var isNull: Bool { self == .null }

    /// The text that PowerShell would show for the value; nil when only a type name would be left.
    public var displayText: String? {
        switch self {
        case .null: ""
        case .string(let text), .decimal(let text), .uri(let text), .xmlDocument(let text),
            .scriptBlock(let text):
            text
        case .illFormedString(let units): String(decoding: units, as: UTF16.self)
        case .character(let unit): String(decoding: [unit], as: UTF16.self)
        case .boolean(let value): value ? "True" : "False"
        case .dateTime(let time): time.description
        case .duration(let duration): DotNetTimeSpan.text(of: duration)
        case .single(let number): "\(number)"
        case .double(let number): "\(number)"
        case .guid(let id): id.description
        case .version(let version): version.description
        case .progress(let record): record.activity
        case .secureString: "System.Security.SecureString"
        case .bytes, .enclosingObject: nil
        case .object(let object): object.displayText
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64:
            integerValue.map(String.init)
        case .uint64(let value): "\(value)"
        }
    }
}

extension CLIXMLValue {
    /// A string from UTF-16 code units, as .NET keeps them: they need not be well-formed.
    public static func text(utf16 units: [UInt16]) -> CLIXMLValue {
        String(validating: units, as: UTF16.self).map(CLIXMLValue.string)
            ?? .illFormedString(units)
    }

    /// An array, as `@(…)` makes it.
    public static func array(_ members: [CLIXMLValue]) -> CLIXMLValue {
        .object(
            CLIXMLObject(
                typeNames: ["System.Object[]", "System.Array", "System.Object"],
                content: .list(members)
            )
        )
    }

    /// A hash table, as `@{…}` makes it; the order is kept on the wire.
    public static func hashtable(_ entries: [CLIXMLObject.Entry]) -> CLIXMLValue {
        .object(
            CLIXMLObject(
                typeNames: ["System.Collections.Hashtable", "System.Object"],
                content: .dictionary(entries)
            )
        )
    }

    /// A member of a .NET enumeration: its type, its number and its name.
    public static func enumeration(
        _ type: String,
        _ value: Int32,
        name: String
    ) -> CLIXMLValue {
        .object(
            CLIXMLObject(
                typeNames: [type, "System.Enum", "System.ValueType", "System.Object"],
                displayText: name,
                content: .primitive(.int32(value))
            )
        )
    }

    /// An object of nothing but extended properties, as every message body is.
    public static func properties(_ properties: CLIXMLProperties) -> CLIXMLValue {
        .object(CLIXMLObject(extendedProperties: properties))
    }
}

extension CLIXMLValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    /// A string from a literal.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A boolean from a literal.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
