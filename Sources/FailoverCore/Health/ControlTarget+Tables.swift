/// Default control targets, from tables of the system.
extension ControlTarget {
    /// The gateways of the default routes in the text of `/proc/net/route`: hexadecimal, lowest byte
    /// first.
    public static func gateways(in table: String) -> [IPAddress] {
        var found: [IPAddress] = []
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > 2, fields[1] == "00000000", fields[2].count == 8,
                let word = UInt32(fields[2], radix: 16), word != 0
            else { continue }
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            let gateway = IPAddress.v4(bytes)
            if !found.contains(gateway) { found.append(gateway) }
        }
        return found
    }

    /// The addresses of the `nameserver` lines in the text of `/etc/resolv.conf`; those with a zone
    /// are left out.
    public static func nameServers(in text: String) -> [IPAddress] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, words[0] == "nameserver" else { return nil }
            return IPAddress(words[1])
        }
    }

    /// Whether an address is this machine's own, which answers however cut off the machine is.
    public static func isOwn(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let bytes): bytes.first == 127
        case .v6(let bytes): bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }
}
