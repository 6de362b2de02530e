import JSON

/// Bounds of the DataSource resource.
public enum DataSourceFields {
    /// How many entities one DataSource may select.
    public static let mostEntities = 1_000
    /// The characters that a name may have.
    public static let nameLength = 1...200
    /// The characters of the names of entities and of their fields.
    public static let innerNameLength = 1...256
    /// How many fields a key may have.
    public static let keyFields = 1...32
}

extension Resource {
    /// The DataSource.
    public static let dataSource = Resource(
        "DataSource",
        note: "One registered external system of one tenant: what it is, how it is synced and how it is doing.",
        fields: [
            ResourceField("id", .id(prefix: DataSourceKind.prefix), isEssential: true, note: "Given by the server."),
            ResourceField(
                "tenant_id", .text(1...128), isEssential: true, example: "acme",
                note: "The tenant of the creating token."),
            ResourceField(
                "app_id", .text(1...128), isLeftOut: true, example: "app_01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "The Application of the creating token; absent where it had none."),
            ResourceField("created_at", .time, isEssential: true, note: "When it was registered."),
            ResourceField("updated_at", .time, isEssential: true, note: "Moves on every patch and never goes back."),
            ResourceField("created_by", .id(prefix: ""), note: "`sub` of the creator's token."),
            ResourceField("updated_by", .id(prefix: ""), note: "`sub` of the last writer's token."),
            ResourceField(
                "source", .tag, onCreate: .optional, onPatch: .optional, standard: "edm",
                note: "Provenance tag; `edm` by default."),
            ResourceField(
                "source_type", .choice(DataSource.SourceType.allCases.map(\.rawValue)), onCreate: .optional,
                onPatch: .optional, standard: "api", example: "api",
                note: "Which kind of program registered it; `api` by default."),
            ResourceField("is_deleted", .flag, onPatch: .optional, note: "`true` deletes softly, `false` restores."),
            ResourceField("deleted_at", .time, isNullable: true, example: .null, note: "When it was deleted softly."),
            ResourceField(
                "deleted_by", .id(prefix: ""), isNullable: true, example: .null, note: "Who deleted it softly."),
            ResourceField("schema_version", .count, example: 1, note: "Version of the stored document."),
            ResourceField(
                "name", .label(DataSourceFields.nameLength), onCreate: .required, onPatch: .optional,
                isEssential: true, example: "Customers", note: "For people."),
            ResourceField(
                "type", .text(1...64), onCreate: .required, onPatch: .fixed, isEssential: true, example: "file",
                note: "A connector's type from the catalogue; never changes."),
            ResourceField(
                "connector_version", .text(1...64), onCreate: .optional, onPatch: .optional, isLeftOut: true,
                example: "9f86d081884c7d65",
                note: """
                    Which version of its manifest a declarative connector runs; absent where the program brings the \
                    connector. The one that is offered by default; another one needs the secrets again.
                    """),
            ResourceField(
                "status", .choice(DataSource.Status.allCases.map(\.rawValue)), onPatch: .optional,
                example: "connected", note: "A client may set `paused`, `disconnected` and `connected`."),
            ResourceField("last_sync_at", .time, isNullable: true, note: "End of the newest successful run."),
            ResourceField("next_sync_at", .time, isNullable: true, note: "Next scheduled run."),
            ResourceField(
                "synced_entities", .map(.count), example: ["customers": 249],
                note: "Live records by entity at the newest successful run's end."),
            ResourceField(
                "config", .object, onCreate: .optional, onPatch: .optional,
                example: ["path": "customers.csv", "primary_key": ["id"]],
                note: "Valid against the type's config schema; secrets are never returned."),
            ResourceField(
                "secret_fields", .list(of: .text(DataSourceFields.innerNameLength), 0...100), example: [],
                note: "Dotted paths of the secrets that are set."),
            ResourceField(
                "sync_schedule", .schedule, onCreate: .optional, onPatch: .optional, isNullable: true,
                note: "Cron or interval; null = on demand only."),
            ResourceField(
                "entities", .list(of: .nested(.entitySelection), 0...DataSourceFields.mostEntities),
                onCreate: .optional, onPatch: .optional, isNullable: true, example: .null,
                note: "Which entities to sync and how; null = all, in the mode that is safe."),
            ResourceField(
                "last_error", .nested(.lastError), isNullable: true, example: .null,
                note: "Error of the newest failed run."),
            ResourceField("consecutive_failures", .count, note: "Failed runs since the newest successful one."),
            ResourceField(
                "active_run_id", .id(prefix: RunKind.prefix), isNullable: true, example: .null,
                note: "The run that is queued or running."),
        ])

    /// An element of a DataSource's `entities`.
    public static let entitySelection = Resource(
        "EntitySelection", note: "One entity that a DataSource syncs, and how.",
        fields: [
            ResourceField(
                "name", .text(DataSourceFields.innerNameLength), onCreate: .required, onPatch: .required,
                isEssential: true, example: "customers", note: "The entity."),
            ResourceField(
                "mode", .choice(SyncMode.allCases.map(\.rawValue)), onCreate: .required, onPatch: .required,
                isEssential: true, note: "How it is read."),
            ResourceField(
                "cursor_field", .text(DataSourceFields.innerNameLength), onCreate: .optional, onPatch: .optional,
                isNullable: true, example: "updated_at", note: "The field that an incremental read follows."),
            ResourceField(
                "primary_key", .list(of: .text(DataSourceFields.innerNameLength), DataSourceFields.keyFields),
                onCreate: .optional, onPatch: .optional, isNullable: true, example: ["id"],
                note: "The fields that tell its records apart."),
            ResourceField(
                "full_every", .duration, onCreate: .optional, onPatch: .optional, isNullable: true,
                note: "ISO 8601 duration after which an incremental entity is read in full; `P7D` by default."),
        ])

    /// A DataSource's `last_error`.
    public static let lastError = Resource(
        "LastError", note: "Why the newest run failed, and who must act.",
        fields: [
            .errorCode, .errorMessage, .recovery,
            ResourceField("at", .time, isEssential: true, note: "When the run failed."),
            ResourceField("run_id", .id(prefix: RunKind.prefix), isEssential: true, note: "The run."),
        ])
}

// Fields of every error that tells of a source.
extension ResourceField {
    static let errorCode = ResourceField(
        "code", .text(1...128), isEssential: true, example: "file.no_match", note: "Stable and dotted.")
    static let errorMessage = ResourceField(
        "message", .text(1...4_096), isEssential: true, example: "No file matches the path.", note: "One sentence.")
    static let recovery = ResourceField(
        "recovery", .choice(Recovery.allCases.map(\.rawValue)), isEssential: true, example: "fix_config",
        note: "What to do about it, and so who must act.")
}

extension ResourceField {
    /// A number that is always there.
    static func count(_ name: String, _ example: Int, _ note: String) -> ResourceField {
        ResourceField(name, .count, isEssential: true, example: .int(example), note: note)
    }
}
