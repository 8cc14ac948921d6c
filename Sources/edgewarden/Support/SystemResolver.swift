import Foundation

/// The resolver that this machine uses.
enum SystemResolver {
    /// The first name server of `/etc/resolv.conf`; nil when there is none.
    static var first: String? {
        guard let text = try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8) else {
            return nil
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "nameserver", words.count > 1 {
                return words[1].contains(":") ? "[\(words[1])]" : String(words[1])
            }
        }
        return nil
    }
}
