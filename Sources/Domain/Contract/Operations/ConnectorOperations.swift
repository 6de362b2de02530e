extension Contract {
    /// The catalogue, and schedules.
    static let connectors: [Operation] = [
        Operation(
            "connectors.list", .get, "/api/v1/connectors", "List the types of source", grant: .datasourcesRead,
            answers: [Operation.Answer(200, .page(.connector), note: "All of them, by type.")]),
        Operation(
            "connectors.create", .post, "/api/v1/connectors", "Store a connector of your own",
            note: """
                Takes a low-code manifest. DataSources registered from then on get this version; those that are there keep \
                theirs until their `connector_version` is changed. The same text again is the same version.
                """,
            grant: .connectorsAdmin, body: Operation.Body(.manifest, mostBytes: 8 << 20),
            answers: [Operation.Answer(201, .one(.connector), headers: ["Location"], note: "It is in the catalogue.")],
            errors: bodyErrors + [
                "request.invalid", "connector.manifest_invalid", "connector.type_taken", "connector.too_many",
                "connector.tenant_only",
            ] + keyErrors),
        Operation(
            "connectors.get", .get, "/api/v1/connectors/{type}", "Get a type of source", grant: .datasourcesRead,
            places: [.connectorType],
            answers: [Operation.Answer(200, .one(.connector), note: "The connector.")], errors: ["connector.unknown"]),
        Operation(
            "connectors.check", .post, "/api/v1/connectors/{type}/check", "Try a config before it is saved",
            note: "A source that refuses is an answer, not an error.", grant: .datasourcesWrite,
            places: [.connectorType], body: Operation.Body(.checkRequest),
            answers: [Operation.Answer(200, .one(.check), note: "What was found.")],
            errors: bodyErrors + ["connector.unknown", "request.invalid", "config.invalid", "connector.busy"]
                + keyErrors),
        Operation(
            "connectors.preview_schedule", .post, "/api/v1/schedules/preview", "See when a schedule fires",
            grant: .datasourcesRead, body: Operation.Body(.scheduleRequest),
            answers: [Operation.Answer(200, .one(.schedulePreview), note: "The next times.")],
            errors: bodyErrors + ["request.invalid"] + keyErrors),
    ]
}
