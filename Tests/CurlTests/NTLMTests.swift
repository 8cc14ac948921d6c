import FailoverCore
import Testing

@testable import Curl

private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

@Suite("MessageDigest")
struct MessageDigestTests {
    @Test(arguments: [
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
        ("abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "e33b4ddc9c38f2199c3e7b164fcc0536"
        ),
    ])
    func `MD4 is RFC 1320's`(text: String, digest: String) {
        #expect(MessageDigest.md4(Array(text.utf8)) == bytes(digest))
    }

    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func `MD5 is RFC 1321's`(text: String, digest: String) {
        #expect(MessageDigest.md5(Array(text.utf8)) == bytes(digest))
    }

    @Test
    func `HMAC is RFC 2202's, with long keys too`() {
        let short = MessageDigest.hmacMD5(
            key: [UInt8](repeating: 0x0B, count: 16),
            Array("Hi There".utf8)
        )
        #expect(short == bytes("9294727a3638bb1c13f48ef8158bfc9d"))
        let long = MessageDigest.hmacMD5(
            key: [UInt8](repeating: 0xAA, count: 80),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        )
        #expect(long == bytes("6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"))
    }
}

@Suite("NTLMMessages")
struct NTLMMessagesTests {
    /// The challenge of MS-NLMP 4.2.4.3: nonce, and the names Domain and Server.
    private let challenge = bytes(
        """
        4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000
        240024004400000006007017 0000000f 53006500720076006500720002000c0044006f006d006100690
        06e0001000c0053006500720076006500720000000000
        """
    )

    private func field(_ index: Int, of message: [UInt8]) -> [UInt8] {
        let at = 12 + 8 * index
        let length = Int(message[at]) | Int(message[at + 1]) << 8
        let start = Int(message[at + 4]) | Int(message[at + 5]) << 8
        return Array(message[start..<start + length])
    }

    @Test
    func `the proof is that of Microsoft's example`() throws {
        let messages = NTLMMessages(user: #"Domain\User"#, password: Secret("Password"))
        #expect(messages.passwordKey == bytes("0c868a403bfd7a93a3001ef22ef02e3f"))
        let message = try messages.authenticate(
            challenge,
            random: [UInt8](repeating: 0xAA, count: 8),
            fileTime: 0,
            workstation: "COMPUTER"
        )
        #expect(
            field(0, of: message) == bytes("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa")
        )
        let response = field(1, of: message)
        #expect(Array(response[0..<16]) == bytes("68cd0ab851e51c96aabc927bebef6a1c"))
        #expect(field(2, of: message) == NTLMMessages.utf16("Domain"))
        #expect(field(3, of: message) == NTLMMessages.utf16("User"))
        #expect(field(4, of: message) == NTLMMessages.utf16("COMPUTER"))
        #expect(field(5, of: message).isEmpty)
    }

    @Test(arguments: [
        (#"CONTOSO\edge"#, "CONTOSO", "edge"), ("edge@contoso.net", "", "edge@contoso.net"),
        ("edge", "", "edge"), (#".\edge"#, ".", "edge"), (#"A\B\C"#, "A", #"B\C"#),
    ])
    func `names have their domain before a backslash`(text: String, domain: String, user: String) {
        let messages = NTLMMessages(user: text, password: Secret(""))
        #expect(messages.domain == domain && messages.user == user)
    }

    @Test
    func `a message that is no challenge is refused at every length`() throws {
        let messages = NTLMMessages(user: "u", password: Secret("p"))
        for length in 0..<challenge.count {
            #expect(throws: NTLMMessages.Malformed.self) {
                try messages.authenticate(
                    Array(challenge[0..<length]),
                    random: [UInt8](repeating: 0, count: 8),
                    fileTime: 0
                )
            }
        }
        var other = challenge
        other[8] = 3
        #expect(throws: NTLMMessages.Malformed.self) {
            try messages.authenticate(other, random: [0, 0, 0, 0, 0, 0, 0, 0], fileTime: 0)
        }
    }

    @Test
    func `names and passwords may have any letters`() {
        // What pyspnego, an independent implementation, makes of the same.
        let key = NTLMMessages(user: #"FIRMÄ\Jürgen"#, password: Secret("pässwört€😀")).passwordKey
        #expect(key == bytes("46cb0b8d8b2522dada78e28629b91e27"))
    }

    @Test
    func `letters grow one by one, as in Windows`() {
        let plain = NTLMMessages(user: "straße", password: Secret("p")).passwordKey
        #expect(plain == NTLMMessages(user: "STRAßE", password: Secret("p")).passwordKey)
        #expect(plain != NTLMMessages(user: "STRASSE", password: Secret("p")).passwordKey)
        let greek = NTLMMessages(user: "ά", password: Secret("p")).passwordKey
        #expect(greek == NTLMMessages(user: "Ά", password: Secret("p")).passwordKey)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `tokens are RFC 4648's base64`(plain: String, text: String) {
        #expect(TokenText.encode(Array(plain.utf8)) == text)
        #expect(TokenText.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["A", "AA", "AAA", "A===", "AA=A", "A A=", "====", "Ä==="])
    func `what is no base64 is no token`(text: String) {
        #expect(TokenText.decode(text) == nil)
    }
}
