public import Domain

/// Where a sealed value lives within its tenant: what is sealed for one place doesn't open at another (Invariants 5
/// and 6).
public struct FieldAddress: Sendable, Hashable {
    /// The table's name.
    public let table: String
    /// What tells the row from others of its table and tenant.
    public let row: String
    /// The field's name or dotted path.
    public let field: String
    /// The secret's version.
    public let version: Int

    /// Makes the address of a field.
    public init(table: String, row: String, field: String, version: Int = 1) {
        self.table = table
        self.row = row
        self.field = field
        self.version = version
    }

    /// The additional data of the field's envelope. Part of the stored format: never changes.
    func authenticatedData(tenant: TenantID) -> [UInt8] {
        LengthPrefixed.bytes(
            ["tributary/v1/field", tenant.rawValue, table, row, field, String(version)].map { Array($0.utf8) })
    }
}

extension FieldAddress {
    /// One secret of a DataSource's config, by its dotted path.
    public static func config(_ path: String, of source: DataSourceID) -> FieldAddress {
        FieldAddress(table: "datasources", row: source.rawValue, field: path)
    }

    /// The sync state of one entity of a DataSource.
    public static func syncState(of entity: String, in source: DataSourceID) -> FieldAddress {
        FieldAddress(table: "stream_state", row: "\(source.rawValue)/\(entity)", field: "state")
    }

    /// The answer kept for an idempotency key.
    public static func keptAnswer(_ id: [UInt8]) -> FieldAddress {
        let digits = id.flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }
        return FieldAddress(table: "kept_answers", row: digits.joined(), field: "answer")
    }

    /// A private key of the built-in token issuer.
    public static func issuerKey(_ kid: String) -> FieldAddress {
        FieldAddress(table: "issuer_keys", row: kid, field: "private_key")
    }
}
