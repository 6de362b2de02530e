/// The id of a tenant: 1 to 128 of `[A-Za-z0-9_.:-]`, given by whoever issues the tokens.
public struct TenantID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init?(_ text: String) {
        guard isScopeName(text) else { return nil }
        rawValue = text
    }

    private init(unchecked text: String) { rawValue = text }

    /// The owner of what belongs to the installation itself, such as the token issuer's key. Its text is empty, so no
    /// token can name it.
    public static let installation = TenantID(unchecked: "")

    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The id of an Application as a token carries it: 1 to 128 of `[A-Za-z0-9_.:-]`. A configured issuer's needs no
/// registered Application, so it isn't always an `app_` id.
public struct AppID: Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init?(_ text: String) {
        guard isScopeName(text) else { return nil }
        rawValue = text
    }

    /// A registered Application's id as tokens carry it.
    public init(_ application: ApplicationID) { rawValue = application.rawValue }

    public var description: String { rawValue }
}

/// What part of the store a caller may see: one tenant and, for an Application's token, only that Application's rows.
public struct Scope: Sendable, Hashable {
    public var tenant: TenantID
    /// nil sees the rows of every Application and of none.
    public var app: AppID?

    public init(tenant: TenantID, app: AppID? = nil) {
        self.tenant = tenant
        self.app = app
    }
}

private func isScopeName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
}
