import PSRP

/// How long envelopes may be, in bytes of UTF-8 (WinRM: MaxEnvelopeSizekb).
///
/// Reading a server's setting takes an administrator, so nobody is asked. What we send fits the
/// shortest that WinRM can be set to. What we take grows with the version that the server speaks;
/// a server that is set to less sends less.
enum EnvelopeLength {
    /// The shortest that WinRM can be set to.
    static let shortest = 32 * 1_024
    /// What every server takes as it is installed, Windows Server 2008 R2 included.
    static let everywhere = 150 * 1_024
    /// What servers take as they are installed since Windows Server 2012.
    static let later = 500 * 1_024

    /// The longest fragment whose envelope is never longer than `shortest`: in base64 it takes
    /// 4 bytes for 3, and the rest of an envelope takes less than 4,500.
    static let fragment = 21_000

    /// The longest answer to ask for, once the server's protocol is known.
    static func answer(_ version: ProtocolVersion?) -> Int {
        guard let version, version >= ProtocolVersion(2, 2) else { return everywhere }
        return later
    }
}
