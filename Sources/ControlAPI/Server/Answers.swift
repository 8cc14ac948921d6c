import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON answer.
///
/// Our own structures always encode; if one did not, that is a server error.
func json(_ body: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
    do {
        let bytes = try WireCoding.encode(body)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    } catch {
        return Response(status: .internalServerError)
    }
}

/// An answer that says no.
func refuse(_ status: HTTPResponse.Status, _ reason: String) -> Response {
    json(AnswerBody(accepted: false, reasons: [reason]), status)
}
