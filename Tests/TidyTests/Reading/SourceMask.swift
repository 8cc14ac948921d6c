/// Blanks the insides of comments, strings and quoted names, so that rules see code alone.
///
/// Lines and columns (in bytes) stay as they are.
/// Code within an interpolation stays visible. Regex literals are taken for code: one with a quote
/// or a brace in it would lead the rules astray.
struct SourceMask {
    private let bytes: [UInt8]
    private var output: [UInt8]
    private var index = 0

    /// The text with blanks for what is not code.
    static func masked(_ text: String) -> String {
        var mask = SourceMask(bytes: Array(text.utf8))
        mask.code(untilParenthesis: false)
        return String(decoding: mask.output, as: UTF8.self)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        output = bytes
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where at("//"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
            case UInt8(ascii: "/") where at("/*"): comment()
            case UInt8(ascii: "`"): quotedName()
            case UInt8(ascii: "\""): string(hashes: 0)
            case UInt8(ascii: "#"): hashes()
            case UInt8(ascii: "("):
                depth += 1
                index += 1
            case UInt8(ascii: ")"):
                depth -= 1
                index += 1
                if untilParenthesis, depth == 0 { return }
            default: index += 1
            }
        }
    }

    private mutating func comment() {
        var depth = 0
        while index < bytes.count {
            if at("/*") {
                depth += 1
                blank(2)
            } else if at("*/") {
                depth -= 1
                blank(2)
                if depth == 0 { return }
            } else {
                blank()
            }
        }
    }

    private mutating func quotedName() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "`") { blank() }
        index += 1
    }

    private mutating func hashes() {
        var count = 0
        while index + count < bytes.count, bytes[index + count] == UInt8(ascii: "#") { count += 1 }
        index += count
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") { string(hashes: count) }
    }

    private mutating func string(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        let quote = at("\"\"\"") ? "\"\"\"" : "\""
        index += quote.utf8.count
        while index < bytes.count {
            if at(quote + marks) {
                index += quote.utf8.count + hashes
                return
            } else if at("\\" + marks + "(") {
                blank(1 + hashes)
                code(untilParenthesis: true)
            } else if at("\\" + marks) {
                blank(2 + hashes)
            } else {
                blank()
            }
        }
    }

    private func at(_ text: String) -> Bool {
        bytes[index...].starts(with: text.utf8)
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
            index += 1
        }
    }
}
