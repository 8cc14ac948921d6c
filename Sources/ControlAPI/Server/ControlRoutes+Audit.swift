import FailoverCore
import FailoverEngine
import Hummingbird

/// Who did what.
extension ControlRoutes {
    /// How many entries are looked through at once.
    private static let page = 2_000
    /// Of a long journal so many entries are looked through at most.
    private static let pagesMax = 100

    func auditLines(_ request: Request) async -> Response {
        let query = request.uri.queryParameters
        let limit = min(max(query["limit"].flatMap { Int($0) } ?? 50, 1), 10_000)
        let since = query["since"].flatMap { Int64($0) }
        do throws(JournalFailure) {
            var lines: [AuditLine] = []
            var before: Int?
            for _ in 0..<ControlRoutes.pagesMax {
                let entries = try await audit.chained(before: before, limit: ControlRoutes.page)
                lines = entries.compactMap(AuditLine.init) + lines
                before = entries.first?.number
                let isFarEnough =
                    since.map { entries.first.map(\.at.millisecondsSinceEpoch) ?? 0 < $0 } ?? false
                if entries.count < ControlRoutes.page || isFarEnough { break }
                if since == nil, lines.count >= limit { break }
            }
            if let since { lines.removeAll { $0.at.millisecondsSinceEpoch < since } }
            return json(AuditBody(lines: lines.suffix(limit).map(AuditBody.Line.init)))
        } catch {
            return refuse(.internalServerError, error.message)
        }
    }

    func auditChain(_ request: Request) async -> Response {
        let known = request.uri.queryParameters["head"].map { String($0) }
        do throws(JournalFailure) {
            return json(ChainBody(try await audit.verifyChain(containing: known)))
        } catch {
            return refuse(.internalServerError, error.message)
        }
    }
}
