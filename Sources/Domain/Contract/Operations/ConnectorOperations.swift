extension Contract {
    /// The catalogue, and schedules.
    static let connectors: [Operation] = [
        Operation(
            "connectors.list", .get, "/api/v1/connectors", "List the types of source", grant: .datasourcesRead,
            answers: [Operation.Answer(200, .page(.connector), note: "All of them, by type.")]),
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
