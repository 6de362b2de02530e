/// One record as the store holds it, at its newest version.
public struct StoredRecord: Sendable, Hashable {
    public var entity: String
    /// The key in its ordered form.
    public var key: [UInt8]
    /// Compact JSON object text; nil when it is deleted.
    public var body: [UInt8]?
    /// Orders the changes of this DataSource's records; unique within it.
    public var seq: Int64
    /// 1 when first stored, one more for every change.
    public var version: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var deletedAt: Timestamp?
    /// The run that stored this version; nil for an erasure and for what was pushed.
    public var run: RunID?

    public init(
        entity: String, key: [UInt8], body: [UInt8]?, seq: Int64, version: Int, createdAt: Timestamp,
        updatedAt: Timestamp, deletedAt: Timestamp?, run: RunID?
    ) {
        self.entity = entity
        self.key = key
        self.body = body
        self.seq = seq
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
        self.run = run
    }
}
