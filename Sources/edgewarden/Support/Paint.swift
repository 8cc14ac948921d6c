import Glibc

/// What a colour tells a person.
///
/// Words tell the same, so that nothing is lost without colours.
enum Paint: String {
    case good = "32"
    case bad = "1;31"
    case warning = "33"
    case faint = "2"
    case strong = "1"

    /// Whether standard output goes to a terminal that has colours, and `NO_COLOR` is unset or empty
    /// (no-color.org).
    static let isOn: Bool = {
        let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(STDOUT_FILENO) == 1 && refusal.isEmpty && !["", "dumb"].contains(terminal)
    }()

    /// The text in this colour, where colours are shown.
    func callAsFunction(_ text: String) -> String {
        Paint.isOn && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    /// How a verdict looks.
    static func verdict(_ word: String) -> Paint {
        switch word {
        case "up": .good
        case "degraded", "impaired", "unknown": .warning
        default: .bad
        }
    }
}

extension StringProtocol {
    /// How many columns of a terminal it takes: colours take none.
    var columns: Int {
        guard contains("\u{1B}") else { return count }
        var number = 0
        var isColour = false
        for character in self {
            if character == "\u{1B}" {
                isColour = true
            } else if !isColour {
                number += 1
            } else if character == "m" {
                isColour = false
            }
        }
        return number
    }

    /// Cut to that many columns, with an ellipsis where something is missing.
    func cut(to width: Int) -> String {
        guard columns > width else { return String(self) }
        var text = ""
        var number = 0
        var isColour = false
        for character in self {
            if character == "\u{1B}" { isColour = true }
            if !isColour {
                guard number < width - 1 else { continue }
                number += 1
            }
            text.append(character)
            if character == "m" { isColour = false }
        }
        return text + "…"
    }
}
