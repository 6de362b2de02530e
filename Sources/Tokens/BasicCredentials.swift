import Vault

/// A name and a password as HTTP Basic sends them (RFC 7617), still as a client of OAuth 2 encodes each (RFC 6749
/// section 2.3.1: percent-encoded as in a form).
public struct BasicCredentials: Sendable {
    public let name: String
    public let password: String

    /// Reads what follows `Basic ` in an `Authorization` field; nil unless it is canonical base64 of UTF-8 with a colon.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Base64.decode(text.utf8, .standard), let plain = String(validating: bytes, as: UTF8.self),
            let colon = plain.firstIndex(of: ":")
        else { return nil }
        name = String(plain[..<colon])
        password = String(plain[plain.index(after: colon)...])
    }
}
