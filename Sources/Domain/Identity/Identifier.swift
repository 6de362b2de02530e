/// The id of one thing of ours: a prefix that names the kind, then a ULID (26 characters of Crockford base32).
///
/// `ds_01HZX…` is a DataSource; a `DataSourceID` can't be passed where a `RunID` is wanted.
public struct Identifier<Kind: IdentifierKind>: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    /// Reads an id that came from outside; nil unless it has this kind's prefix and a well-formed ULID.
    public init?(_ text: String) {
        guard text.utf8.count == Kind.prefix.utf8.count + ULID.textLength, text.hasPrefix(Kind.prefix),
            ULID.isWellFormed(text.utf8.dropFirst(Kind.prefix.utf8.count))
        else { return nil }
        rawValue = text
    }

    public init(_ ulid: ULID) { rawValue = Kind.prefix + ulid.text }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What tells one kind of id from another.
public protocol IdentifierKind: Sendable {
    /// With its underscore: `ds_`.
    static var prefix: String { get }
}

public enum DataSourceKind: IdentifierKind { public static let prefix = "ds_" }
public enum RunKind: IdentifierKind { public static let prefix = "run_" }
public enum RecordKind: IdentifierKind { public static let prefix = "rec_" }
public enum ApplicationKind: IdentifierKind { public static let prefix = "app_" }
public enum APIKeyKind: IdentifierKind { public static let prefix = "key_" }
public enum EventKind: IdentifierKind { public static let prefix = "evt_" }

public typealias DataSourceID = Identifier<DataSourceKind>
public typealias RunID = Identifier<RunKind>
/// Names one row of the audit.
public typealias EventID = Identifier<EventKind>
/// Derived from source, entity and key, so it stays the same for ever.
public typealias RecordID = Identifier<RecordKind>
/// The id of a registered Application; tokens carry it as their `app_id`.
public typealias ApplicationID = Identifier<ApplicationKind>
public typealias APIKeyID = Identifier<APIKeyKind>
