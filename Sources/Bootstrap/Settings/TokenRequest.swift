/// What a token of the built-in issuer shall say.
public struct TokenRequest: Sendable, Hashable {
    /// The tenant.
    public var tenant: String
    /// `sub`: the person or program.
    public var subject: String
    /// The Application; nil sees the rows of all of them.
    public var app: String?
    /// Space-separated grants; `*` = all.
    public var scope: String
    /// How long it is good for.
    public var lifetime: Duration

    /// Makes a request.
    public init(tenant: String, subject: String, app: String? = nil, scope: String = "*", lifetime: Duration) {
        self.tenant = tenant
        self.subject = subject
        self.app = app
        self.scope = scope
        self.lifetime = lifetime
    }
}
