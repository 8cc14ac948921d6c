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
}
