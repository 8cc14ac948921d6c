/// The digests that NTLM is made of (RFC 1320, RFC 1321, RFC 2104); weak, and used for it alone.
enum MessageDigest {
    /// MD4, 16 bytes.
    static func md4(_ message: [UInt8]) -> [UInt8] {
        digest(message) { state, words in
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            for step in 0..<48 {
                let round = step / 16
                let sum = a &+ md4Mix(round, b, c, d) &+ words[md4Orders[round][step % 16]]
                let next = rotated(sum &+ md4Constants[round], md4Shifts[round][step % 4])
                (a, b, c, d) = (d, next, b, c)
            }
            return [a, b, c, d]
        }
    }

    /// MD5, 16 bytes.
    static func md5(_ message: [UInt8]) -> [UInt8] {
        digest(message) { state, words in
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            for step in 0..<64 {
                let mix: UInt32
                let word: Int
                switch step / 16 {
                case 0: (mix, word) = (b & c | ~b & d, step)
                case 1: (mix, word) = (d & b | ~d & c, (5 * step + 1) % 16)
                case 2: (mix, word) = (b ^ c ^ d, (3 * step + 5) % 16)
                default: (mix, word) = (c ^ (b | ~d), 7 * step % 16)
                }
                let sum = a &+ mix &+ md5Constants[step] &+ words[word]
                (a, b, c, d) = (d, b &+ rotated(sum, md5Shifts[step / 16][step % 4]), b, c)
            }
            return [a, b, c, d]
        }
    }

    /// HMAC with MD5, 16 bytes.
    static func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var key = key.count > 64 ? md5(key) : key
        key += [UInt8](repeating: 0, count: 64 - key.count)
        return md5(key.map { $0 ^ 0x5C } + md5(key.map { $0 ^ 0x36 } + message))
    }

    private static func md4Mix(_ round: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
        switch round {
        case 0: b & c | ~b & d
        case 1: b & c | b & d | c & d
        default: b ^ c ^ d
        }
    }

    /// Padding, words and blocks, which both have in common.
    private static func digest(
        _ message: [UInt8],
        _ compress: (_ state: [UInt32], _ words: [UInt32]) -> [UInt32]
    ) -> [UInt8] {
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        padded += bytes(UInt64(message.count) &* 8)
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
        for start in stride(from: 0, to: padded.count, by: 64) {
            let words = (0..<16).map { index in
                (0..<4).reduce(UInt32(0)) {
                    $0 | UInt32(padded[start + 4 * index + $1]) << UInt32(8 * $1)
                }
            }
            state = zip(state, compress(state, words)).map { $0 &+ $1 }
        }
        return state.flatMap { bytes($0) }
    }

    /// Little-endian.
    static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
        value << count | value >> (32 - count)
    }

    private static let md4Orders = [
        Array(0..<16),
        [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
        [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    ]
    private static let md4Shifts: [[UInt32]] = [[3, 7, 11, 19], [3, 5, 9, 13], [3, 9, 11, 15]]
    private static let md4Constants: [UInt32] = [0, 0x5A82_7999, 0x6ED9_EBA1]
    private static let md5Shifts: [[UInt32]] = [
        [7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21],
    ]
    private static let md5Constants: [UInt32] = [
        0xD76A_A478, 0xE8C7_B756, 0x2420_70DB, 0xC1BD_CEEE, 0xF57C_0FAF, 0x4787_C62A, 0xA830_4613,
        0xFD46_9501, 0x6980_98D8, 0x8B44_F7AF, 0xFFFF_5BB1, 0x895C_D7BE, 0x6B90_1122, 0xFD98_7193,
        0xA679_438E, 0x49B4_0821, 0xF61E_2562, 0xC040_B340, 0x265E_5A51, 0xE9B6_C7AA, 0xD62F_105D,
        0x0244_1453, 0xD8A1_E681, 0xE7D3_FBC8, 0x21E1_CDE6, 0xC337_07D6, 0xF4D5_0D87, 0x455A_14ED,
        0xA9E3_E905, 0xFCEF_A3F8, 0x676F_02D9, 0x8D2A_4C8A, 0xFFFA_3942, 0x8771_F681, 0x6D9D_6122,
        0xFDE5_380C, 0xA4BE_EA44, 0x4BDE_CFA9, 0xF6BB_4B60, 0xBEBF_BC70, 0x289B_7EC6, 0xEAA1_27FA,
        0xD4EF_3085, 0x0488_1D05, 0xD9D4_D039, 0xE6DB_99E5, 0x1FA2_7CF8, 0xC4AC_5665, 0xF429_2244,
        0x432A_FF97, 0xAB94_23A7, 0xFC93_A039, 0x655B_59C3, 0x8F0C_CC92, 0xFFEF_F47D, 0x8584_5DD1,
        0x6FA8_7E4F, 0xFE2C_E6E0, 0xA301_4314, 0x4E08_11A1, 0xF753_7E82, 0xBD3A_F235, 0x2AD7_D2BB,
        0xEB86_D391,
    ]
}
