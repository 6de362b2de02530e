import JSON

extension Resource {
    /// One record; in the feed a change.
    public static let record = Resource(
        "Record", note: "One record at its newest version; in the change feed also a deletion.",
        fields: [
            ResourceField(
                "id", .id(prefix: RecordKind.prefix), isEssential: true,
                note: "Derived from source, entity and key: the same for ever."),
            ResourceField(
                "datasource_id", .id(prefix: DataSourceKind.prefix), isEssential: true, note: "The DataSource."),
            ResourceField(
                "entity", .text(DataSourceFields.innerNameLength), isEssential: true, example: "customers",
                note: "The entity."),
            ResourceField(
                "key", .list(of: .any, DataSourceFields.keyFields), isEssential: true, example: [1],
                note: "The primary key's values."),
            ResourceField(
                "data", .object, isNullable: true, example: ["id": 1, "name": "Ada"],
                note: "The record as the source gave it; null when it is deleted."),
            ResourceField(
                "seq", .count, isEssential: true, example: 17, note: "Orders the changes of this DataSource's records."),
            ResourceField(
                "version", .count, isEssential: true, example: 1,
                note: "1 when first stored, one more for every change."),
            ResourceField("created_at", .time, isEssential: true, note: "When it was first stored."),
            ResourceField("updated_at", .time, isEssential: true, note: "When this version was stored."),
            ResourceField("is_deleted", .flag, isEssential: true, note: "Whether it is a tombstone."),
            ResourceField("deleted_at", .time, isNullable: true, example: .null, note: "When it was deleted."),
            ResourceField(
                "run_id", .id(prefix: RunKind.prefix), isNullable: true,
                note: "The run that stored this version; null after a push or an erasure."),
            ResourceField("source", .tag, isEssential: true, note: "The DataSource's provenance tag."),
        ])

    /// What a push sends: objects of any members.
    public static let pushedItem = Resource(
        "PushedItem",
        note: "A record of any members, among them the entity's key fields; with `\"_deleted\": true` its deletion.",
        fields: [])

    /// What became of a push.
    public static let pushResult = Resource(
        "PushResult", note: "What became of the items of one push: all that could be stored was, in one transaction.",
        fields: [
            .count("received", 2, "Items in the body."),
            .count("inserted", 1, "Records that are new or came back after a deletion."),
            .count("updated", 0, "Records whose content changed."),
            .count("unchanged", 0, "Records whose content is as it was, and deletions of what wasn't there."),
            .count("deleted", 0, "Tombstones made."),
            .count("duplicates", 0, "Items whose key came again later in the body; the last one won."),
            .count("rejected", 1, "Items that can't be stored."),
            .count("seq", 17, "The newest change's number."),
            ResourceField(
                "rejects", .list(of: .nested(.pushReject), 0...maxPushRejects), isEssential: true,
                note: "The first \(maxPushRejects) of the rejected items."),
        ])

    /// How many rejected items an answer to a push tells of.
    public static let maxPushRejects = 1_000

    /// An item that a push couldn't store.
    public static let pushReject = Resource(
        "PushReject", note: "One item of a push that can't be stored.",
        fields: [
            .count("index", 1, "Its place in the body, from 0."),
            ResourceField(
                "code", .text(1...128), isEssential: true, example: "record.key_missing", note: "A dotted code."),
            ResourceField(
                "detail", .text(1...4_096), isEssential: true, example: "The item has no value for its key field id.",
                note: "One sentence."),
        ])

    /// The body of an erasure.
    public static let eraseRequest = Resource(
        "EraseRequest", note: "What is to be erased.",
        fields: [
            ResourceField(
                "entity", .text(DataSourceFields.innerNameLength), onCreate: .optional, isNullable: true,
                example: "customers", note: "Only this entity's records; null = all.")
        ])

    /// What an erasure did.
    public static let erasure = Resource(
        "Erasure", note: "What an erasure did.",
        fields: [ResourceField("erased", .count, isEssential: true, example: 249, note: "Tombstones made.")])
}
