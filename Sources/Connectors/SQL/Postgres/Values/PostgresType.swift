/// What the catalogue says of a column's type.
struct PostgresType: Sendable, Hashable {
    /// `pg_attribute.atttypid`.
    var oid: UInt32
    /// `format_type(oid, NULL)`, for messages and the JSON schema.
    var name: String
    /// `pg_type.typtype`: one of `b c d e p r m` in ASCII.
    var kind: UInt8
    /// `typelem` of a true array type, else 0.
    var elementOID: UInt32
    /// `typtype` of the element, 0 without one.
    var elementKind: UInt8
}

/// What an incremental read can follow; its values as `Int64` sort as the column's do.
enum CursorKind: String, Sendable, Hashable {
    /// The number itself.
    case integer
    /// Days since 2000-01-01.
    case date
    /// Microseconds since 2000-01-01 without a zone.
    case timestamp
    /// Microseconds since 2000-01-01 UTC.
    case timestamptz
}
