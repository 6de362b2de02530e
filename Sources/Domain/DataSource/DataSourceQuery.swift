/// Filters, order and position of a list of DataSources; every filter that is set must match.
public struct DataSourceQuery: Sendable, Hashable {
    public var type: String?
    public var status: DataSource.Status?
    public var provenance: String?
    public var sourceType: DataSource.SourceType?
    public var app: AppID?
    /// Exact.
    public var name: String?
    /// Case-insensitive substring of the name.
    public var nameContains: String?
    /// Exclusive bounds.
    public var createdAfter: Timestamp?
    public var createdBefore: Timestamp?
    public var updatedAfter: Timestamp?
    public var updatedBefore: Timestamp?
    public var includesDeleted = false
    public var sort = Sort.createdAt
    public var isDescending = true
    /// 1 to 501: one more than an API's page, to see whether there is a next.
    public var limit = 50
    /// Start behind this row.
    public var after: Position?

    public init() {}

    /// Whether anything but deletion chooses rows.
    public var isFiltered: Bool {
        var plain = DataSourceQuery()
        plain.includesDeleted = includesDeleted
        plain.sort = sort
        plain.isDescending = isDescending
        plain.limit = limit
        plain.after = after
        return self != plain
    }

    public enum Sort: String, Sendable, CaseIterable {
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case name
        case lastSyncAt = "last_sync_at"
        case nextSyncAt = "next_sync_at"
    }

    /// The sorted value and id of the last row seen. Rows without the value come last in either direction.
    public struct Position: Sendable, Hashable {
        public var value: Value
        public var id: DataSourceID

        public init(value: Value, id: DataSourceID) {
            self.value = value
            self.id = id
        }

        public enum Value: Sendable, Hashable {
            case time(Timestamp)
            case text(String)
            case none
        }
    }

    /// Where `source` stands in this query's order.
    public func position(of source: DataSource) -> Position {
        let time: Timestamp? =
            switch sort {
            case .name: nil
            case .createdAt: source.createdAt
            case .updatedAt: source.updatedAt
            case .lastSyncAt: source.lastSyncAt
            case .nextSyncAt: source.nextSyncAt
            }
        let value: Position.Value = sort == .name ? .text(source.name) : time.map { .time($0) } ?? .none
        return Position(value: value, id: source.id)
    }
}
