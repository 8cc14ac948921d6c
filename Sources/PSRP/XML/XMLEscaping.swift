/// Writing text into XML.
public enum XMLEscaping {
    /// The text with `& < > " '` as entities, and CR, LF and tab as character references.
    ///
    /// It serves element text and quoted attribute values. What XML 1.0 cannot hold at all (other
    /// control characters, U+FFFE, U+FFFF) becomes U+FFFD; CLIXML escapes those before it comes here.
    public static func escape(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&apos;"
            case "\r": output += "&#13;"
            case "\n": output += "&#10;"
            case "\t": output += "&#9;"
            default:
                output.unicodeScalars.append(
                    XMLCharacters.isAllowed(scalar.value) ? scalar : "\u{FFFD}"
                )
            }
        }
        return output
    }

    /// The text with `& < >` as entities, and `"` too where it is quoted, as .NET writes it.
    ///
    /// It serves text whose control characters are escaped already.
    static func escapeText(_ text: String, quoted: Bool = false) -> String {
        guard text.utf8.contains(where: { mustEscape($0, quoted: quoted) }) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"" where quoted: output += "&quot;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func mustEscape(_ unit: UInt8, quoted: Bool) -> Bool {
        switch unit {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
        case UInt8(ascii: "\""): quoted
        default: false
        }
    }
}
