import FailoverCore
import HTTPTypes
import Hummingbird

/// Lets nobody in who is not known, and nobody look who may not.
struct Doorkeeper: RouterMiddleware {
    let identification: Identification
    let access: @Sendable () -> AccessRules

    @concurrent
    func handle(
        _ request: Request,
        context: AgentRequestContext,
        next: @concurrent (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let authorization = request.headers[.authorization]
        guard let caller = await identification.caller(authorization, context) else {
            var response = refuse(.unauthorized, identification.refusal)
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        let rules = access()
        guard rules.allow(caller, oneOf: [.view]) else {
            return refuse(.forbidden, rules.refusal(of: caller, [.view]))
        }
        var context = context
        context.caller = caller
        return try await next(request, context)
    }
}
