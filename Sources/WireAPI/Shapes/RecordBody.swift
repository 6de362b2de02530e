public import JSON

/// One record at its newest version; in the change feed also a deletion.
///
/// Times are RFC 3339 in UTC with milliseconds.
public struct RecordBody: WireValue, Hashable {
    /// `rec_` and 26 characters derived from source, entity and key: the same for ever.
    public var id: String
    /// The DataSource.
    public var datasourceID: String
    /// The entity.
    public var entity: String
    /// Array of the primary key's values.
    public var key: RawJSON
    /// The object as the source gave it; nil when the record is deleted.
    public var data: RawJSON?
    /// Orders the changes of this DataSource's records.
    public var seq: Int
    /// 1 when first stored, one more for every change.
    public var version: Int
    /// When it was first stored.
    public var createdAt: String
    /// When this version was stored.
    public var updatedAt: String
    /// Whether it is a tombstone.
    public var isDeleted: Bool
    /// When it was deleted.
    public var deletedAt: String?
    /// The run that stored this version; nil after an erasure.
    public var runID: String?
    /// The DataSource's provenance tag.
    public var source: String

    private enum Field: String {
        case id
        case datasourceID = "datasource_id"
        case entity
        case key
        case data
        case seq
        case version
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case isDeleted = "is_deleted"
        case deletedAt = "deleted_at"
        case runID = "run_id"
        case source
    }

    /// Makes one.
    public init(
        id: String, datasourceID: String, entity: String, key: RawJSON, data: RawJSON? = nil, seq: Int, version: Int,
        createdAt: String, updatedAt: String, isDeleted: Bool, deletedAt: String? = nil, runID: String? = nil,
        source: String
    ) {
        self.id = id
        self.datasourceID = datasourceID
        self.entity = entity
        self.key = key
        self.data = data
        self.seq = seq
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.isDeleted = isDeleted
        self.deletedAt = deletedAt
        self.runID = runID
        self.source = source
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        datasourceID = try fields[.datasourceID]
        entity = try fields[.entity]
        key = try fields[.key]
        data = try fields[.data]
        seq = try fields[.seq]
        version = try fields[.version]
        createdAt = try fields[.createdAt]
        updatedAt = try fields[.updatedAt]
        isDeleted = try fields[.isDeleted]
        deletedAt = try fields[.deletedAt]
        runID = try fields[.runID]
        source = try fields[.source]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.datasourceID, datasourceID)
        writer.member(Field.entity, entity)
        writer.member(Field.key, key)
        writer.member(Field.data, data)
        writer.member(Field.seq, seq)
        writer.member(Field.version, version)
        writer.member(Field.createdAt, createdAt)
        writer.member(Field.updatedAt, updatedAt)
        writer.member(Field.isDeleted, isDeleted)
        writer.member(Field.deletedAt, deletedAt)
        writer.member(Field.runID, runID)
        writer.member(Field.source, source)
        writer.endObject()
    }
}
