import CLDNS

/// HMAC (RFC 2104) over the hash functions of ldns.
///
/// ldns has TSIG of its own, but it stamps with the system's clock and reports a failed
/// signature only by a status that is easily lost; here a message is signed or there is none.
struct MessageCode {
    let algorithm: TSIGKey.Algorithm
    private let key: [UInt8]

    init(key: TSIGKey) {
        self.init(algorithm: key.algorithm, key: key.bytes)
    }

    init(algorithm: TSIGKey.Algorithm, key: [UInt8]) {
        self.algorithm = algorithm
        let block = algorithm.blockSize
        let short = key.count > block ? algorithm.digest(key) : key
        self.key = short + [UInt8](repeating: 0, count: block - short.count)
    }

    /// The code over the bytes; as long as the hash.
    func code(over bytes: [UInt8]) -> [UInt8] {
        let inner = algorithm.digest(key.map { $0 ^ 0x36 } + bytes)
        return algorithm.digest(key.map { $0 ^ 0x5C } + inner)
    }

    /// Whether the code fits, compared in a time that does not depend on where they differ.
    func isValid(_ code: [UInt8], over bytes: [UInt8]) -> Bool {
        let expected = self.code(over: bytes)
        guard code.count == expected.count else { return false }
        return zip(code, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension TSIGKey.Algorithm {
    /// The block size of the hash in bytes.
    var blockSize: Int {
        switch self {
        case .hmacSHA256: 64
        case .hmacSHA512: 128
        }
    }

    /// The hash of the bytes.
    func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .hmacSHA256:
            return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
                ldns_sha256(bytes, UInt32(bytes.count), buffer.baseAddress)
                count = 32
            }
        case .hmacSHA512:
            return [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
                ldns_sha512(bytes, UInt32(bytes.count), buffer.baseAddress)
                count = 64
            }
        }
    }
}

extension MessageCode: CustomReflectable {
    /// Shows no children: the key is a secret.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
