/// Lets a file with repeated keys be read to its end, so that its other errors are told too.
///
/// The YAML library gives up at the first mapping with a repeated key and tells the place of the
/// key's first occurrence. That occurrence is disguised (its first letter becomes a private-use
/// character) and the file is read again; ``NodeConverter`` takes the disguise off by place and
/// reports the repetition.
struct RepeatedKeys {
    /// The text with disguised keys; every place in it is as in the original.
    private(set) var text: String
    /// The original first letter of each disguised key, by the key's place.
    private(set) var disguised: [Position: Unicode.Scalar] = [:]

    init(text: String) {
        self.text = text
    }

    /// Disguises the key at a place; false when there is no plain or quoted word.
    mutating func disguiseKey(at position: Position) -> Bool {
        var scalars = Array(text.unicodeScalars)
        guard var index = index(of: position, in: scalars) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index].properties.isAlphabetic,
            disguised[position] == nil,
            let mask = Unicode.Scalar(0xE000 + UInt32(disguised.count))
        else { return false }
        disguised[position] = scalars[index]
        scalars[index] = mask
        text = String(String.UnicodeScalarView(scalars))
        return true
    }

    /// Where a place lies; lines end as in YAML 1.1: LF, CR, CRLF, NEL, LS, PS.
    private func index(of position: Position, in scalars: [Unicode.Scalar]) -> Int? {
        var line = 1
        var index = 0
        while line < position.line, index < scalars.count {
            switch scalars[index].value {
            case 0x0D where index + 1 < scalars.count && scalars[index + 1].value == 0x0A: break
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: line += 1
            default: break
            }
            index += 1
        }
        index += position.column - 1
        return line == position.line && index < scalars.count ? index : nil
    }
}
