internal import NIOSSL

extension TLSVersion {
    /// The name as OpenSSL and everybody write it: `TLSv1.3`.
    var name: String {
        switch self {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        }
    }
}
