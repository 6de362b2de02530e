import JSON

extension Resource {
    /// One run.
    public static let syncRun = Resource(
        "SyncRun", note: "One attempt to bring a DataSource's records up to date.",
        fields: [
            ResourceField("id", .id(prefix: RunKind.prefix), isEssential: true, note: "Given by the server."),
            ResourceField("tenant_id", .text(1...128), isEssential: true, example: "acme", note: "The tenant."),
            ResourceField(
                "app_id", .text(1...128), isLeftOut: true, example: "app_01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "The DataSource's Application; absent where it has none."),
            ResourceField(
                "datasource_id", .id(prefix: DataSourceKind.prefix), isEssential: true, note: "The DataSource."),
            ResourceField(
                "trigger", .choice(SyncRun.Trigger.allCases.map(\.rawValue)), isEssential: true,
                note: "What caused it."),
            ResourceField(
                "mode", .choice(["full", "incremental", "mixed"]), isEssential: true,
                note: "What its entities' modes add up to."),
            ResourceField(
                "status", .choice(SyncRun.Status.allCases.map(\.rawValue)), isEssential: true, example: "succeeded",
                note: "`queued` and `running` are active, the others final."),
            ResourceField("attempt", .count, isEssential: true, example: 1, note: "How often a worker took it up."),
            ResourceField("created_at", .time, isEssential: true, note: "When it was queued."),
            ResourceField(
                "scheduled_for", .time, isNullable: true, example: .null, note: "The tick that caused it."),
            ResourceField("started_at", .time, isNullable: true, note: "When a worker first took it up."),
            ResourceField("finished_at", .time, isNullable: true, note: "When it ended."),
            ResourceField(
                "worker_id", .text(1...64), isNullable: true, example: "01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "The worker that has it, or had it last."),
            ResourceField(
                "fence", .count, isNullable: true, example: 2,
                note: "Rises with every claim; a worker with an older one can commit nothing."),
            ResourceField(
                "entities", .list(of: .nested(.entityCounts), 0...DataSourceFields.mostEntities), isEssential: true,
                note: "What it did so far, by entity."),
            ResourceField(
                "error", .nested(.runError), isNullable: true, example: .null, note: "Why it didn't succeed."),
            ResourceField(
                "coalesced", .flag, isLeftOut: true,
                note: "`true` in the answer to a sync that joined a run already there; else absent."),
        ])

    /// What a run did to one entity.
    public static let entityCounts = Resource(
        "EntityCounts", note: "What a run did to one entity, in items.",
        fields: [
            ResourceField(
                "name", .text(DataSourceFields.innerNameLength), isEssential: true, example: "customers",
                note: "The entity."),
            ResourceField(
                "mode", .choice(SyncMode.allCases.map(\.rawValue)), isEssential: true, note: "How it was read."),
            .count("read", 249, "Items that the source gave."),
            .count("inserted", 249, "Records that are new or came back after a deletion."),
            .count("updated", 0, "Records whose content changed."),
            .count("deleted", 0, "Tombstones made."),
            .count("unchanged", 0, "Records whose content is as it was."),
            .count("rejected", 0, "Items that can't be stored; kept in the run's rejects."),
            .count("duplicates", 0, "Items whose key came again within a batch; the last one won."),
            .count("bytes", 31_872, "Bytes of the records read."),
            ResourceField(
                "complete", .flag, isEssential: true, example: true, note: "Whether the read reached the end."),
            ResourceField(
                "full_reason", .choice(EntityCounts.FullReason.allCases.map(\.rawValue)), isLeftOut: true,
                note: "Why it was read in full although it is selected to be read incrementally."),
        ])

    /// A run's `error`.
    public static let runError = Resource(
        "RunError", note: "Why a run didn't succeed, and who must act.",
        fields: [
            .errorCode, .errorMessage, .recovery,
            ResourceField(
                "retry_at", .time, isNullable: true, note: "When the next attempt is due; null when a person must act."),
            ResourceField(
                "entity", .text(DataSourceFields.innerNameLength), isNullable: true, example: "customers",
                note: "The entity that it is about."),
        ])

    /// An item that a run couldn't store.
    public static let reject = Resource(
        "Reject", note: "One item that a source gave and that can't be stored.",
        fields: [
            ResourceField(
                "entity", .text(DataSourceFields.innerNameLength), isEssential: true, example: "customers",
                note: "The entity."),
            ResourceField(
                "reason", .text(1...128), isEssential: true, example: "record.key_missing", note: "A dotted code."),
            ResourceField(
                "excerpt", .text(0...Reject.maxExcerptBytes), isEssential: true, example: "{\"name\":\"Ada\"}",
                note: "The start of the item."),
        ])

    /// The body of "sync now".
    public static let syncRequest = Resource(
        "SyncRequest", note: "What a run is to do beyond the DataSource's own settings.",
        fields: [
            ResourceField(
                "mode", .choice(SyncMode.allCases.map(\.rawValue)), onCreate: .optional, isNullable: true,
                note: "Overrides the entities' own mode for this run."),
            ResourceField(
                "entities",
                .list(of: .text(DataSourceFields.innerNameLength), 1...DataSourceFields.mostEntities),
                onCreate: .optional, isNullable: true, example: ["customers"], note: "Only these; null = all."),
            ResourceField(
                "allow_deletes", .flag, onCreate: .optional, isNullable: true, standard: false,
                note: "Confirms the deletions that wait for a review, up to the reviewed count."),
        ])
}
