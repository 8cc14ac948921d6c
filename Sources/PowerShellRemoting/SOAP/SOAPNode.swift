import PSRP

/// The namespaces of WS-Management (MS-WSMV 2.2.1).
enum Namespace {
    static let soap = "http://www.w3.org/2003/05/soap-envelope"
    static let addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
    static let transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
    static let wsman = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    static let microsoft = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
    static let fault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
    static let identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
    static let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    static let powerShell = "http://schemas.microsoft.com/powershell"
}

/// An element of an answer, its namespace resolved.
struct SOAPNode: Sendable, Hashable {
    let namespace: String
    let name: String
    /// By local name; those that declare namespaces are left out.
    let attributes: [String: String]
    private(set) var children: [SOAPNode] = []
    /// All character data directly inside.
    private(set) var text = ""

    /// The first child of that name.
    func child(_ namespace: String, _ name: String) -> SOAPNode? {
        children.first { $0.namespace == namespace && $0.name == name }
    }

    /// The children of that name, in order.
    func children(_ namespace: String, _ name: String) -> [SOAPNode] {
        children.filter { $0.namespace == namespace && $0.name == name }
    }

    /// All character data inside, children's too, with runs of white space as one blank.
    var wholeText: String {
        (text + children.map { " " + $0.wholeText }.joined())
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Reads a document; envelopes are at most 32 levels deep.
    static func parse(_ bytes: [UInt8]) throws(PSRPError) -> SOAPNode {
        var parser = try XMLPullParser(bytes, limits: XMLLimits(maximumDepth: 32))
        var open: [SOAPNode] = []
        var scopes: [[String: String]] = [["xml": "http://www.w3.org/XML/1998/namespace"]]
        while let event = try parser.next() {
            switch event {
            case .startElement(let name, let attributes):
                let scope = scope(scopes[scopes.count - 1], attributes)
                scopes.append(scope)
                open.append(try node(name, attributes, scope))
            case .text(let text):
                open[open.count - 1].text += text
            case .endElement:
                scopes.removeLast()
                let done = open.removeLast()
                if open.isEmpty { return done }
                open[open.count - 1].children.append(done)
            }
        }
        throw PSRPError(.malformedXML, "the document has no root")
    }

    private static func scope(
        _ outer: [String: String],
        _ attributes: [XMLAttribute]
    ) -> [String: String] {
        var scope = outer
        for attribute in attributes {
            if attribute.name.prefix == "xmlns" {
                scope[attribute.name.local] = attribute.value
            } else if attribute.name == XMLName(local: "xmlns") {
                scope[""] = attribute.value
            }
        }
        return scope
    }

    private static func node(
        _ name: XMLName,
        _ attributes: [XMLAttribute],
        _ scope: [String: String]
    ) throws(PSRPError) -> SOAPNode {
        guard let namespace = scope[name.prefix] ?? (name.prefix.isEmpty ? "" : nil) else {
            throw PSRPError(.malformedXML, "the prefix of <\(name)> is not declared")
        }
        let kept = attributes.filter {
            $0.name.prefix != "xmlns" && $0.name != XMLName(local: "xmlns")
        }
        return SOAPNode(
            namespace: namespace,
            name: name.local,
            attributes: Dictionary(
                kept.map { ($0.name.local, $0.value) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }
}
