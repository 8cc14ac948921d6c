/// The name of a secret, as it stands in the configuration; the secret itself never does.
///
/// 1 to 64 letters, digits, `-` and `_`.
public struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as written.
    public let name: String

    /// Takes a name; nil when it holds anything else than letters, digits, `-` and `_`.
    public init?(_ name: String) {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isAllowed, (1...64).contains(name.utf8.count) else { return nil }
        self.name = name
    }

    /// The environment variable that may hold it: `EDGEWARDEN_SECRET_` and the name in capitals.
    ///
    /// `-` becomes `_`.
    public var environmentVariable: String {
        "EDGEWARDEN_SECRET_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The name.
    public var description: String { name }

    /// Orders names alphabetically.
    public static func < (left: SecretName, right: SecretName) -> Bool { left.name < right.name }
}
