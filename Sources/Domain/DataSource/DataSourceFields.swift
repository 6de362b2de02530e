/// The fields of the DataSource resource: the one declaration that bodies are checked against.
public enum DataSourceFields {
    /// How many entities one DataSource may select.
    public static let mostEntities = 1_000
    /// The characters that a name may have.
    public static let nameLength = 1...200

    /// In the order in which answers have them.
    public static let all: [ResourceField] = [
        ResourceField("id", .id(prefix: "ds_"), note: "Given by the server."),
        ResourceField("tenant_id", .text(1...128), note: "The tenant of the creating token."),
        ResourceField(
            "app_id", .text(1...128), note: "The Application of the creating token; absent where it had none."),
        ResourceField("created_at", .time, note: "When it was registered."),
        ResourceField("updated_at", .time, note: "Moves on every patch and never goes back."),
        ResourceField("created_by", .id(prefix: ""), note: "`sub` of the creator's token."),
        ResourceField("updated_by", .id(prefix: ""), note: "`sub` of the last writer's token."),
        ResourceField(
            "source", .tag, onCreate: .optional, onPatch: .optional, note: "Provenance tag; `edm` by default."),
        ResourceField(
            "source_type", .choice(DataSource.SourceType.allCases.map(\.rawValue)), onCreate: .optional,
            onPatch: .optional, note: "Which kind of program registered it; `api` by default."),
        ResourceField("is_deleted", .flag, onPatch: .optional, note: "`true` deletes softly, `false` restores."),
        ResourceField("deleted_at", .time, isNullable: true, note: "When it was deleted softly."),
        ResourceField("deleted_by", .id(prefix: ""), isNullable: true, note: "Who deleted it softly."),
        ResourceField("schema_version", .count, note: "Version of the stored document."),
        ResourceField("name", .text(nameLength), onCreate: .required, onPatch: .optional, note: "For people."),
        ResourceField(
            "type", .text(1...64), onCreate: .required, onPatch: .fixed,
            note: "A connector's type from the catalogue; never changes."),
        ResourceField(
            "status", .choice(DataSource.Status.allCases.map(\.rawValue)), onPatch: .optional,
            note: "A client may set `paused`, `disconnected` and `connected`."),
        ResourceField("last_sync_at", .time, isNullable: true, note: "End of the newest successful run."),
        ResourceField("next_sync_at", .time, isNullable: true, note: "Next scheduled run."),
        ResourceField("synced_entities", .object, note: "Live records by entity at the newest successful run's end."),
        ResourceField(
            "config", .object, onCreate: .optional, onPatch: .optional,
            note: "Valid against the type's config schema; secrets are never returned."),
        ResourceField("secret_fields", .list(atMost: 100), note: "Dotted paths of the secrets that are set."),
        ResourceField(
            "sync_schedule", .schedule, onCreate: .optional, onPatch: .optional, isNullable: true,
            note: "Cron or interval; null = on demand only."),
        ResourceField(
            "entities", .list(atMost: mostEntities), onCreate: .optional, onPatch: .optional, isNullable: true,
            note: "Which entities to sync and how; null = all, in the mode that is safe."),
        ResourceField("last_error", .object, isNullable: true, note: "Error of the newest failed run."),
        ResourceField("consecutive_failures", .count, note: "Failed runs since the newest successful one."),
        ResourceField(
            "active_run_id", .id(prefix: "run_"), isNullable: true, note: "The run that is queued or running."),
    ]
}

/// The members of an element of a DataSource's `entities`.
public enum EntitySelectionFields {
    public static let all: [ResourceField] = [
        ResourceField("name", .text(1...256), onCreate: .required, onPatch: .required, note: "The entity."),
        ResourceField(
            "mode", .choice(SyncMode.allCases.map(\.rawValue)), onCreate: .required, onPatch: .required,
            note: "How it is read."),
        ResourceField(
            "cursor_field", .text(1...256), onCreate: .optional, onPatch: .optional, isNullable: true,
            note: "The field that an incremental read follows."),
        ResourceField(
            "primary_key", .list(atMost: 32), onCreate: .optional, onPatch: .optional, isNullable: true,
            note: "The fields that tell its records apart."),
        ResourceField(
            "full_every", .text(1...32), onCreate: .optional, onPatch: .optional, isNullable: true,
            note: "ISO 8601 duration after which an incremental entity is read in full; `P7D` by default."),
    ]
}
