import Domain
import HTTPTypes
import Hummingbird
import Registry
import WireAPI

/// Tokens for Applications.
enum TokenRoutes {
    /// Answers with a token; nothing on the way may keep it (RFC 6749 section 5.1).
    static func mint(
        _ request: Request, from address: String, _ useCases: UseCases, clock: MonotonicClock
    ) async throws -> Answer {
        try BodyReader.checkLength(of: request)
        let parameters = try await TokenParameters(request, clock: clock)
        return .json(TokenBody(try await useCases.tokens.mint(parameters.request(from: address))))
            .with(.cacheControl, "no-store")
    }
}
