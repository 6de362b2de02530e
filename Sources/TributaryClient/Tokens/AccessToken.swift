/// A token to show to the server, and how long it is good. Its text is in no description.
public struct AccessToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: HiddenText
    /// From when it was asked for; nil = until the server refuses it.
    public let lifetime: Duration?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - text: The JWT.
    ///   - lifetime: How long it is good, from now; nil = until the server refuses it.
    public init(_ text: String, lifetime: Duration? = nil) {
        self.text = HiddenText(text)
        self.lifetime = lifetime
    }

    /// Without the text.
    public var description: String { "AccessToken" }
    /// Without the text.
    public var debugDescription: String { description }
    /// Without the text.
    public var customMirror: Mirror { Mirror(self, children: ["lifetime": lifetime as Any]) }

    /// Throws where the text can't stand in a header (RFC 6750 section 2.1).
    func checked() throws -> AccessToken {
        guard !text.exposed.isEmpty, text.exposed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ConnectionError(
                .badArgument, "The token is empty or has spaces, line breaks or other characters that no token has.")
        }
        return self
    }
}

/// What a client shows to the server.
enum Credential: Sendable {
    case none
    case token(HiddenText)
    case secret(id: String, secret: HiddenText, scope: String?)
    case provider(@Sendable () async throws -> AccessToken)
}
