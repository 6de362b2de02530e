public import JSON

/// What became of the items of one push.
public struct PushBody: WireValue, Hashable {
    /// Items that the request had: the sum of the next six.
    public var received: Int
    /// Records that are new or came back after a deletion.
    public var inserted: Int
    /// Records whose content changed.
    public var updated: Int
    /// Records that were known as they are; deletions of what wasn't there too.
    public var unchanged: Int
    /// Tombstones made.
    public var deleted: Int
    /// Items overruled by a later one of the same key.
    public var duplicates: Int
    /// Items that can't be stored.
    public var rejected: Int
    /// The DataSource's newest change: a feed that was read up to here has all of the request.
    public var seq: Int
    /// The rejected in order, at most 1,000.
    public var rejects: [PushRejectBody]

    private enum Field: String {
        case received
        case inserted
        case updated
        case unchanged
        case deleted
        case duplicates
        case rejected
        case seq
        case rejects
    }

    /// Makes one.
    public init(
        received: Int, inserted: Int, updated: Int, unchanged: Int, deleted: Int, duplicates: Int, rejected: Int,
        seq: Int, rejects: [PushRejectBody]
    ) {
        self.received = received
        self.inserted = inserted
        self.updated = updated
        self.unchanged = unchanged
        self.deleted = deleted
        self.duplicates = duplicates
        self.rejected = rejected
        self.seq = seq
        self.rejects = rejects
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        received = try fields[.received]
        inserted = try fields[.inserted]
        updated = try fields[.updated]
        unchanged = try fields[.unchanged]
        deleted = try fields[.deleted]
        duplicates = try fields[.duplicates]
        rejected = try fields[.rejected]
        seq = try fields[.seq]
        rejects = try fields[.rejects]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.received, received)
        writer.member(Field.inserted, inserted)
        writer.member(Field.updated, updated)
        writer.member(Field.unchanged, unchanged)
        writer.member(Field.deleted, deleted)
        writer.member(Field.duplicates, duplicates)
        writer.member(Field.rejected, rejected)
        writer.member(Field.seq, seq)
        writer.member(Field.rejects, rejects)
        writer.endObject()
    }
}
