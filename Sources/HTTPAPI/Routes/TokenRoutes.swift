import Domain
import HTTPTypes
import Hummingbird
import Registry
import WireAPI

/// Tokens for Applications.
enum TokenRoutes {
    /// Answers with a token; nothing on the way may keep it (RFC 6749 section 5.1).
    static func mint(_ reader: BodyReader, from address: String, _ useCases: UseCases) async throws -> Answer {
        try reader.checkLength()
        let parameters = try await TokenParameters(reader)
        return .json(TokenBody(try await useCases.tokens.mint(parameters.request(from: address))))
            .with(.cacheControl, "no-store")
    }
}
