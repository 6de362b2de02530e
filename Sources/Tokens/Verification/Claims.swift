import Domain
import JSON

/// The claims of a token whose signature is good, checked by the rules of SYNC.md 11.
struct Claims {
    /// How far the clocks of issuer and server may be apart.
    static let leeway = Duration.seconds(60)
    static let maxSubjectLength = 255
    /// The claim of the built-in issuer's tokens that names the API key they were minted for.
    static let keyName = "key_id"

    let caller: Caller

    /// Reads and checks claims; `hasKeys` where the issuer's tokens may name an API key, which others' can't.
    init(_ claims: JSONObject, audiences: [String], hasKeys: Bool, now: Timestamp) throws(TokenRefusal) {
        guard let expiry = try Self.time("exp", claims), expiry > now else { throw .expired }
        for name in ["nbf", "iat"] {
            if let time = try Self.time(name, claims), time > now + Self.leeway { throw .time }
        }
        guard
            audiences.isEmpty
                || Self.names(claims["aud"]).contains(where: { name in audiences.contains(where: name.isIdentical) })
        else { throw .audience }
        caller = Caller(
            scope: try Self.scope(claims), subject: try Self.subject(claims), grants: try Self.grants(claims),
            expiresAt: expiry, key: hasKeys ? try Self.key(claims) : nil)
    }

    /// A NumericDate (RFC 7519 section 2): seconds, fractions allowed, cut to milliseconds; nil when there is none.
    private static func time(_ name: String, _ claims: JSONObject) throws(TokenRefusal) -> Timestamp? {
        guard let value = claims[name] else { return nil }
        // The years 1970 to 9999.
        guard let seconds = value.doubleValue, (0...253_402_300_799).contains(seconds) else { throw .time }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded(.down)))
    }

    private static func names(_ audience: JSONValue?) -> [String] {
        switch audience {
        case .string(let name): [name]
        case .array(let names): names.compactMap(\.stringValue)
        default: []
        }
    }

    private static func scope(_ claims: JSONObject) throws(TokenRefusal) -> Scope {
        guard let tenant = claims["tenant_id"]?.stringValue.flatMap(TenantID.init) else { throw .scope }
        guard let app = claims["app_id"] else { return Scope(tenant: tenant) }
        guard let app = app.stringValue.flatMap(AppID.init) else { throw .scope }
        return Scope(tenant: tenant, app: app)
    }

    private static func key(_ claims: JSONObject) throws(TokenRefusal) -> APIKeyID? {
        guard let name = claims[keyName] else { return nil }
        guard let key = name.stringValue.flatMap(APIKeyID.init) else { throw .scope }
        return key
    }

    private static func subject(_ claims: JSONObject) throws(TokenRefusal) -> String {
        guard let subject = claims["sub"]?.stringValue, isSubject(subject) else { throw .subject }
        return subject
    }

    static func isSubject(_ text: String) -> Bool {
        (1...maxSubjectLength).contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private static func grants(_ claims: JSONObject) throws(TokenRefusal) -> GrantSet {
        guard let scope = claims["scope"] else { return GrantSet([]) }
        guard let scope = scope.stringValue else { throw .grants }
        return GrantSet(scope: scope)
    }
}
