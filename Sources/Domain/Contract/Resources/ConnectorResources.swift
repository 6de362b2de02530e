import JSON

extension Resource {
    /// A type of source.
    public static let connector = Resource(
        "Connector", note: "One type of source: what its config looks like and what it can do.",
        fields: [
            ResourceField(
                "type", .text(1...64), isEssential: true, example: "file", note: "What a DataSource's `type` names."),
            ResourceField("title", .text(1...200), isEssential: true, example: "Files", note: "For people."),
            ResourceField(
                "description", .text(1...2_000), isEssential: true,
                example: "CSV, TSV, JSON and JSONL files below the tenant's folder.", note: "One or two sentences."),
            ResourceField(
                "docs_url", .text(1...2_000), isNullable: true, example: "/docs/connectors/file",
                note: "Path of its documentation."),
            ResourceField(
                "config_schema", .object, isEssential: true, example: ["type": "object"],
                note: "JSON Schema (draft 2020-12) of its config; secrets are `writeOnly` with `x-secret`."),
            ResourceField(
                "capabilities",
                .list(of: .choice(ConnectorDescriptor.Capability.allCases.map(\.rawValue).sorted()), 0...20),
                isEssential: true, example: ["check", "discover", "full"], note: "What it can do."),
            ResourceField("version", .text(1...64), isEssential: true, example: "1.0.0", note: "The connector's own."),
        ])

    /// The body that stores a tenant's own connector.
    public static let manifest = Resource(
        "ConnectorManifest", note: "A connector of a tenant's own: a low-code manifest.",
        fields: [
            ResourceField(
                "type", .text(1...64), onCreate: .required, isEssential: true, example: "acme-crm",
                note: "What a DataSource's `type` will name: a lower-case letter, then `a-z 0-9 _ -`."),
            ResourceField(
                "manifest", .any, onCreate: .required, isEssential: true,
                example: exampleManifest,
                note: "Its text, YAML or JSON, at most 4 MiB; or the object itself."),
        ])

    private static let exampleManifest: JSONValue = [
        "type": "DeclarativeSource", "version": "6.0.0",
        "check": ["type": "CheckStream", "stream_names": ["people"]],
        "streams": [
            [
                "type": "DeclarativeStream", "name": "people", "primary_key": "id",
                "retriever": [
                    "type": "SimpleRetriever",
                    "requester": ["type": "HttpRequester", "url": "{{ config.url }}/people"],
                    "record_selector": [
                        "type": "RecordSelector", "extractor": ["type": "DpathExtractor", "field_path": []],
                    ],
                ],
                "schema_loader": ["type": "InlineSchemaLoader", "schema": ["type": "object"]],
            ]
        ],
        "spec": [
            "type": "Spec",
            "connection_specification": [
                "type": "object", "required": ["url"], "properties": ["url": ["type": "string"]],
            ],
        ],
    ]

    /// An entity that a source offers.
    public static let entity = Resource(
        "Entity", note: "A kind of record that a source offers: a table, a file, a stream.",
        fields: [
            ResourceField(
                "name", .text(DataSourceFields.innerNameLength), isEssential: true, example: "customers",
                note: "`schema.table` for databases, the file's base name for files."),
            ResourceField(
                "json_schema", .any, isEssential: true, example: ["type": "object"],
                note: "JSON Schema of its records."),
            ResourceField(
                "primary_key", .list(of: .text(DataSourceFields.innerNameLength), 0...32), isEssential: true,
                example: ["id"], note: "The fields of its key; none = the whole record is."),
            ResourceField(
                "modes", .list(of: .choice(SyncMode.allCases.map(\.rawValue)), 0...2), isEssential: true,
                note: "How it can be read; empty where it is pushed."),
            ResourceField(
                "cursor_fields", .list(of: .text(DataSourceFields.innerNameLength), 0...10_000), isEssential: true,
                example: ["updated_at"], note: "Fields that an incremental read can follow."),
            ResourceField(
                "selected", .flag, isEssential: true, example: true, note: "Whether the DataSource syncs it."),
        ])

    /// What trying a connection found.
    public static let check = Resource(
        "Check", note: "What trying a connection found.",
        fields: [
            ResourceField("ok", .flag, isEssential: true, example: true, note: "Whether it works."),
            ResourceField("latency_ms", .count, isEssential: true, example: 12, note: "How long it took."),
            ResourceField(
                "error", .nested(.checkError), isNullable: true, example: .null, note: "Why it doesn't work."),
        ])

    /// Why a connection doesn't work.
    public static let checkError = Resource(
        "CheckError", note: "Why a connection doesn't work, and who must act.",
        fields: [.errorCode, .errorMessage, .recovery])

    /// The body of a check before anything is registered.
    public static let checkRequest = Resource(
        "CheckRequest", note: "A config to try.",
        fields: [
            ResourceField(
                "config", .object, onCreate: .required, isEssential: true, example: ["path": "customers.csv"],
                note: "With its secrets; nothing is kept.")
        ])

    /// The body of a schedule's preview.
    public static let scheduleRequest = Resource(
        "ScheduleRequest", note: "A schedule to look at.",
        fields: [
            ResourceField(
                "schedule", .schedule, onCreate: .required, isEssential: true, example: "0 6 * * 1-5",
                note: "Cron, a macro or an interval."),
            ResourceField(
                "from", .time, onCreate: .optional, isNullable: true, note: "Where to begin; now by default."),
            ResourceField(
                "count", .integer(1...Schedule.mostUpcoming), onCreate: .optional, isNullable: true, standard: 5,
                example: 5, note: "How many times."),
        ])

    /// When a schedule fires.
    public static let schedulePreview = Resource(
        "SchedulePreview", note: "When a schedule fires, without the delay that each DataSource has of its own.",
        fields: [
            ResourceField("schedule", .schedule, isEssential: true, example: "0 6 * * 1-5", note: "As it was read."),
            ResourceField(
                "times", .list(of: .time, 0...Schedule.mostUpcoming), isEssential: true, note: "Ascending, in UTC."),
        ])
}
