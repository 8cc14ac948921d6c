import FailoverCore

/// The three messages of NTLMv2 (MS-NLMP 2.2.1), for authentication alone: nothing is signed or
/// sealed with them, because TLS does that.
struct NTLMMessages: Sendable {
    /// Why a server's challenge cannot be answered.
    struct Malformed: Error {}

    /// The account as the server knows it; both may have any characters.
    let domain: String
    let user: String
    private let password: Secret

    /// Reads `DOMAIN\user`, `user@domain` and `user`.
    init(user: String, password: Secret) {
        let parts = user.split(separator: "\\", maxSplits: 1, omittingEmptySubsequences: false)
        domain = parts.count == 2 ? String(parts[0]) : ""
        self.user = String(parts[parts.count - 1])
        self.password = password
    }

    private static let signature = Array("NTLMSSP".utf8) + [0]
    /// UNICODE, REQUEST_TARGET, NTLM, ALWAYS_SIGN, EXTENDED_SESSIONSECURITY, TARGET_INFO, VERSION,
    /// 128, 56.
    static let flags: UInt32 = 0xA288_8205
    /// 10.0, NTLMSSP_REVISION_W2K3.
    private static let version: [UInt8] = [10, 0, 0, 0, 0, 0, 0, 15]

    /// The first message, which says nothing of who we are.
    static let negotiate: [UInt8] =
        signature + MessageDigest.bytes(UInt32(1)) + MessageDigest.bytes(flags)
        + [UInt8](repeating: 0, count: 16) + version

    /// What a server's challenge holds.
    struct Challenge {
        let nonce: [UInt8]
        let flags: UInt32
        /// Facts about the server by their number, in order.
        let facts: [(id: UInt16, value: [UInt8])]

        init(_ message: [UInt8]) throws(Malformed) {
            guard message.count >= 48, Array(message[0..<8]) == NTLMMessages.signature,
                Self.number(message, at: 8, bytes: 4) == 2
            else { throw Malformed() }
            flags = UInt32(Self.number(message, at: 20, bytes: 4))
            nonce = Array(message[24..<32])
            let length = Self.number(message, at: 40, bytes: 2)
            let start = Self.number(message, at: 44, bytes: 4)
            guard start + length <= message.count else { throw Malformed() }
            facts = try Self.facts(Array(message[start..<start + length]))
        }

        private static func facts(
            _ bytes: [UInt8]
        ) throws(Malformed) -> [(id: UInt16, value: [UInt8])] {
            var facts: [(id: UInt16, value: [UInt8])] = []
            var position = 0
            while position + 4 <= bytes.count {
                let id = UInt16(number(bytes, at: position, bytes: 2))
                let length = number(bytes, at: position + 2, bytes: 2)
                guard id != 0 else { return facts }
                guard position + 4 + length <= bytes.count else { throw Malformed() }
                facts.append((id, Array(bytes[position + 4..<position + 4 + length])))
                position += 4 + length
            }
            return facts
        }

        private static func number(_ message: [UInt8], at offset: Int, bytes: Int) -> Int {
            (0..<bytes).reduce(0) { $0 | Int(message[offset + $1]) << (8 * $1) }
        }

        /// The server's clock, in Windows' file time; nil when it did not say.
        var timestamp: [UInt8]? { facts.first { $0.id == 7 && $0.value.count == 8 }?.value }
    }

    /// The third message: who we are, and the proof.
    ///
    /// - Parameters:
    ///   - message: The server's challenge.
    ///   - random: Eight bytes that were never used before.
    ///   - fileTime: Our clock, in units of 100 ns since 1601; used when the server did not say.
    ///   - workstation: How this computer is called there.
    /// - Returns: The message.
    /// - Throws: `Malformed`, when that is no challenge.
    func authenticate(
        _ message: [UInt8],
        random: [UInt8],
        fileTime: UInt64,
        workstation: String = "EDGEWARDEN"
    ) throws(Malformed) -> [UInt8] {
        let challenge = try Challenge(message)
        let proof = proof(challenge, random: random, fileTime: fileTime)
        let fields = [
            proof.legacy, proof.response, Self.utf16(domain), Self.utf16(user),
            Self.utf16(workstation), [],
        ]
        let headerLength = 88
        var header = Self.signature + MessageDigest.bytes(UInt32(3))
        var payload: [UInt8] = []
        for field in fields {
            let length = MessageDigest.bytes(UInt16(truncatingIfNeeded: field.count))
            header += length + length
            header += MessageDigest.bytes(UInt32(headerLength + payload.count))
            payload += field
        }
        header += MessageDigest.bytes(Self.flags & (challenge.flags | 1)) + Self.version
        let unsigned = header + [UInt8](repeating: 0, count: 16) + payload
        // A server that tells its time wants all three messages vouched for (3.1.5.1.2).
        guard challenge.timestamp != nil else { return unsigned }
        let code = MessageDigest.hmacMD5(
            key: proof.sessionKey,
            Self.negotiate + message + unsigned
        )
        return header + code + payload
    }

    private struct Proof {
        let response: [UInt8]
        let legacy: [UInt8]
        let sessionKey: [UInt8]
    }

    /// MS-NLMP 3.3.2.
    private func proof(_ challenge: Challenge, random: [UInt8], fileTime: UInt64) -> Proof {
        let key = passwordKey
        var facts = challenge.facts
        if challenge.timestamp != nil {
            // The third message has a code over all three.
            facts.removeAll { $0.id == 6 }
            facts.append((6, MessageDigest.bytes(UInt32(2))))
        }
        let told = facts.flatMap {
            MessageDigest.bytes($0.id) + MessageDigest.bytes(UInt16($0.value.count)) + $0.value
        }
        let time = challenge.timestamp ?? MessageDigest.bytes(fileTime)
        let zeros: [UInt8] = [0, 0, 0, 0]
        let blob = [1, 1, 0, 0] + zeros + time + random + zeros + told + zeros + zeros
        let proof = MessageDigest.hmacMD5(key: key, challenge.nonce + blob)
        let legacy =
            challenge.timestamp == nil
            ? MessageDigest.hmacMD5(key: key, challenge.nonce + random) + random
            : [UInt8](repeating: 0, count: 24)
        return Proof(
            response: proof + blob,
            legacy: legacy,
            sessionKey: MessageDigest.hmacMD5(key: key, proof)
        )
    }

    /// NTOWFv2: what the server's accounts database can make, too.
    var passwordKey: [UInt8] {
        let hash = password.withValue { MessageDigest.md4(Self.utf16($0)) }
        return MessageDigest.hmacMD5(key: hash, Self.utf16(Self.upperCase(user) + domain))
    }

    /// As Windows does it: one character becomes one character, so that ß stays.
    private static func upperCase(_ text: String) -> String {
        var upper = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let mapped = scalar.properties.uppercaseMapping.unicodeScalars
            upper.append(mapped.count == 1 ? mapped.first ?? scalar : scalar)
        }
        return String(upper)
    }

    /// UTF-16, little-endian.
    static func utf16(_ text: String) -> [UInt8] {
        text.utf16.flatMap { MessageDigest.bytes($0) }
    }
}
