extension FieldReader {
    /// A certificate with its key, each a file; nil when the group is not written or wrong, which is
    /// then reported.
    mutating func certificate(_ key: String) -> AgentConfiguration.CertificateFiles? {
        group(key) { pair in
            guard pair.isPresent else {
                // So that they are known all the same.
                _ = pair.optional("certificate", .path)
                _ = pair.optional("key", .path)
                return nil
            }
            let certificate = pair.required("certificate", .path)
            let key = pair.required("key", .path)
            pair.finish()
            guard let certificate, let key else { return nil }
            return .init(certificate: certificate.value, key: key.value)
        }
    }
}
