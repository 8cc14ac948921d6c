import FailoverCore

/// Section `api`: what is served over TCP.
struct APIDraft {
    var listen: Located<DNSServer>?

    init(_ fields: inout FieldReader) {
        listen = fields.optional("listen", .listener)
        fields.finish()
    }
}
