public import Domain

/// Why a token was refused: for tests, `doctor` and debug logs; never for the client, who gets one answer for all.
public enum TokenRefusal: String, Error, Sendable, CaseIterable {
    /// Longer than ``TokenVerifier/maxBytes``, or empty.
    case size
    /// Not three parts of canonical base64url.
    case parts
    /// The header or the claims aren't one JSON object with each name once.
    case json
    /// A header member is of the wrong type, or `typ` names another kind of token.
    case header
    /// A header member that must not be there: `crit jwk jku x5u x5c zip b64`.
    case forbiddenHeader
    /// `iss` isn't the name of an issuer known here.
    case issuer
    /// No key of the issuer has this `kid`, or there is none and the issuer has several keys.
    case key
    /// `alg` isn't the key's own.
    case algorithm
    /// The signature isn't the key's.
    case signature
    /// `exp` is missing or has passed.
    case expired
    /// `nbf` or `iat` lies in the future, or a time isn't a number of this era.
    case time
    /// `aud` doesn't name the audience that the issuer is configured with.
    case audience
    /// `tenant_id`, `app_id` or `key_id` isn't of its form.
    case scope
    /// `sub` isn't 1 to 255 characters without controls.
    case subject
    /// The `scope` claim isn't a string.
    case grants
}

extension ErrorCode {
    /// The one answer to a missing, malformed, forged or expired token.
    public static let authInvalidToken = ErrorCode(
        "auth.invalid_token", .unauthenticated, "A valid bearer token is needed.")
}
