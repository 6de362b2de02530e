/// Who makes a request and what they may do: all that a verified token says.
public struct Caller: Sendable, Hashable {
    /// The tenant and, for an Application's token, the Application.
    public let scope: Scope
    /// The token's `sub`: 1 to 255 characters without controls; a Person or whatever the issuer names.
    public let subject: String
    /// What the caller may do.
    public let grants: GrantSet
    /// From this moment on the caller is nobody.
    public let expiresAt: Timestamp
    /// The API key that the token was minted for; such a token ends with its key.
    public let key: APIKeyID?
    /// Where the request came from; nil for a command of the server's own.
    public var origin: Origin?

    /// Makes a caller of what a token was verified to say.
    public init(
        scope: Scope, subject: String, grants: GrantSet, expiresAt: Timestamp, key: APIKeyID? = nil,
        origin: Origin? = nil
    ) {
        self.scope = scope
        self.subject = subject
        self.grants = grants
        self.expiresAt = expiresAt
        self.key = key
        self.origin = origin
    }

    /// The same caller with one request of theirs.
    public func from(_ origin: Origin) -> Caller {
        var caller = self
        caller.origin = origin
        return caller
    }

    /// The same caller with no grants but those that are also in `grants`.
    public func limited(to grants: GrantSet) -> Caller {
        Caller(
            scope: scope, subject: subject, grants: self.grants.intersection(grants), expiresAt: expiresAt, key: key,
            origin: origin)
    }

    /// Throws `auth.scope_missing` with the grant's name unless the caller has it.
    public func require(_ grant: Grant) throws(AppError) {
        guard !grants.contains(grant) else { return }
        throw AppError(
            .scopeMissing, "The token's scope doesn't hold \(grant.rawValue).", details: ["scope": grant.rawValue])
    }
}

/// Where a request came from, as far as the server can tell by itself.
public struct Origin: Sendable, Hashable {
    /// The request's `X-Request-Id`.
    public let requestID: String
    /// The IP address at the other end of the connection, the proxy's where one stands in between: what a header such as
    /// `X-Forwarded-For` says can be written by anyone. nil where there is no such address.
    public let address: String?

    /// Makes the origin of one request.
    public init(requestID: String, address: String? = nil) {
        self.requestID = requestID
        self.address = address
    }
}

/// One thing that a token may allow, as its `scope` claim writes it.
public enum Grant: String, Sendable, CaseIterable {
    case datasourcesRead = "datasources:read"
    case datasourcesWrite = "datasources:write"
    case datasourcesSync = "datasources:sync"
    case recordsRead = "records:read"
    case applicationsAdmin = "applications:admin"
    case webhooksAdmin = "webhooks:admin"
    case connectorsAdmin = "connectors:admin"
    case auditRead = "audit:read"

    /// What it allows, for people.
    public var note: String {
        switch self {
        case .datasourcesRead: "Read DataSources, their runs and the catalogue of connectors."
        case .datasourcesWrite: "Register, change, check, delete and erase DataSources, and push records."
        case .datasourcesSync: "Sync DataSources and cancel runs."
        case .recordsRead: "Read records and the change feed."
        case .applicationsAdmin: "Manage Applications and their keys."
        case .webhooksAdmin: "Manage webhooks."
        case .connectorsAdmin: "Manage a tenant's own connectors."
        case .auditRead: "Read the audit."
        }
    }
}

/// A set of grants, in the form of an OAuth 2 scope (RFC 6749 section 3.3): words with spaces between; `*` is all.
public struct GrantSet: Sendable, Hashable {
    /// Every grant that there is or will be.
    public static let all = GrantSet(grants: Set(Grant.allCases), isAll: true)

    private let grants: Set<Grant>
    private let isAll: Bool

    private init(grants: Set<Grant>, isAll: Bool) {
        self.grants = grants
        self.isAll = isAll
    }

    /// Makes a set of the grants named.
    public init(_ grants: some Sequence<Grant>) { self.init(grants: Set(grants), isAll: false) }

    /// Reads a scope; words that aren't grants of ours are passed over, so an empty text grants nothing.
    public init(scope: String) {
        let words = scope.split(separator: " ")
        self = words.contains("*") ? .all : GrantSet(words.compactMap { Grant(rawValue: String($0)) })
    }

    /// Whether the grant is in the set.
    public func contains(_ grant: Grant) -> Bool { isAll || grants.contains(grant) }

    /// Whether everything granted here is granted by `other` too; `*`, which holds what is yet to come, only by `*`.
    public func isSubset(of other: GrantSet) -> Bool {
        other.isAll || (!isAll && grants.isSubset(of: other.grants))
    }

    /// What both grant.
    public func intersection(_ other: GrantSet) -> GrantSet {
        if isAll { return other }
        return other.isAll ? self : GrantSet(grants.intersection(other.grants))
    }

    /// What this grants and `other` doesn't; `*` without `other` being `*` stays `*`.
    public func subtracting(_ other: GrantSet) -> GrantSet {
        if other.isAll { return GrantSet([]) }
        return isAll ? self : GrantSet(grants.subtracting(other.grants))
    }

    /// Reads a scope; nil unless every word of it is `*` or a grant and there is at least one.
    public init?(exactly scope: String) {
        let words = scope.split(separator: " ")
        guard !words.isEmpty, words.allSatisfy({ $0 == "*" || Grant(rawValue: String($0)) != nil }) else { return nil }
        self.init(scope: scope)
    }

    /// Whether nothing is granted.
    public var isEmpty: Bool { grants.isEmpty }

    /// The set as a scope, in the order in which ``Grant`` has its cases.
    public var scope: String {
        isAll ? "*" : Grant.allCases.filter(grants.contains).map(\.rawValue).joined(separator: " ")
    }
}

extension ErrorCode {
    /// The token is valid but doesn't allow this.
    public static let scopeMissing = ErrorCode(
        "auth.scope_missing", .denied, "The token's scope doesn't allow this; ask for one that does.")
}
