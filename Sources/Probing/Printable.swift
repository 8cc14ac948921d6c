/// Text from a peer made fit for a log line: printable ASCII, on one line, not too long.
enum Printable {
    static func text(_ text: some StringProtocol, limit: Int) -> String {
        Printable.text(text.utf8, limit: limit)
    }

    /// Bytes that are not printable become `.`; what lies beyond `limit` becomes `…`.
    static func text(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
        var shown: [UInt8] = []
        var more = false
        for byte in bytes {
            if shown.count == limit {
                more = true
                break
            }
            shown.append((0x20...0x7E).contains(byte) ? byte : UInt8(ascii: "."))
        }
        return String(decoding: shown, as: UTF8.self) + (more ? "…" : "")
    }
}
