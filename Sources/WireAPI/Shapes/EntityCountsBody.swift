public import JSON

/// What a run did to one entity: `read` is the sum of `inserted`, `updated`, `unchanged`, `rejected` and `duplicates`.
public struct EntityCountsBody: WireValue, Hashable {
    /// The entity.
    public var name: String
    /// `full` or `incremental`.
    public var mode: String
    /// Items that the source gave.
    public var read: Int
    /// Records that are new or came back.
    public var inserted: Int
    /// Records whose content changed.
    public var updated: Int
    /// Tombstones made.
    public var deleted: Int
    /// Records that were known as they are.
    public var unchanged: Int
    /// Items that can't be stored; listed under the run's rejects.
    public var rejected: Int
    /// Items whose key came again within a batch; the last one won.
    public var duplicates: Int
    /// Bytes of record bodies read.
    public var bytes: Int
    /// Whether the read reached the entity's end.
    public var isComplete: Bool
    /// Why it was read in full although incremental reads are selected, or under another key than before:
    /// `first requested due key_changed identity_changed deletes_confirmed no_state`; nil = no news.
    public var fullReason: String?

    private enum Field: String {
        case name
        case mode
        case read
        case inserted
        case updated
        case deleted
        case unchanged
        case rejected
        case duplicates
        case bytes
        case isComplete = "complete"
        case fullReason = "full_reason"
    }

    /// Makes one.
    public init(
        name: String, mode: String, read: Int, inserted: Int, updated: Int, deleted: Int, unchanged: Int,
        rejected: Int, duplicates: Int, bytes: Int, isComplete: Bool,
        fullReason: String? = nil
    ) {
        self.name = name
        self.mode = mode
        self.read = read
        self.inserted = inserted
        self.updated = updated
        self.deleted = deleted
        self.unchanged = unchanged
        self.rejected = rejected
        self.duplicates = duplicates
        self.bytes = bytes
        self.isComplete = isComplete
        self.fullReason = fullReason
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        mode = try fields[.mode]
        read = try fields[.read]
        inserted = try fields[.inserted]
        updated = try fields[.updated]
        deleted = try fields[.deleted]
        unchanged = try fields[.unchanged]
        rejected = try fields[.rejected]
        duplicates = try fields[.duplicates]
        bytes = try fields[.bytes]
        isComplete = try fields[.isComplete]
        fullReason = try fields[.fullReason]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.name, name)
        writer.member(Field.mode, mode)
        writer.member(Field.read, read)
        writer.member(Field.inserted, inserted)
        writer.member(Field.updated, updated)
        writer.member(Field.deleted, deleted)
        writer.member(Field.unchanged, unchanged)
        writer.member(Field.rejected, rejected)
        writer.member(Field.duplicates, duplicates)
        writer.member(Field.bytes, bytes)
        writer.member(Field.isComplete, isComplete)
        writer.memberIfPresent(Field.fullReason, fullReason)
        writer.endObject()
    }
}
