import JSON

extension Contract {
    /// The DataSource resource: registering, reading, changing, syncing.
    static let dataSources: [Operation] = [
        Operation(
            "datasources.list", .get, "/api/v1/datasources", "List DataSources", grant: .datasourcesRead,
            parameters: sourceFilters,
            answers: [Operation.Answer(200, .page(.dataSource), note: "One page in the order asked for.")],
            errors: ["cursor.invalid"]),
        Operation(
            "datasources.create", .post, "/api/v1/datasources", "Register a DataSource",
            note: "It isn't synced by that.", grant: .datasourcesWrite, body: Operation.Body(.dataSource, .create),
            answers: [
                Operation.Answer(201, .one(.dataSource), headers: ["ETag", "Location"], note: "It is registered.")
            ],
            errors: bodyErrors + ["datasource.invalid", "secrets.too_large"] + keyErrors),
        Operation(
            "datasources.get", .get, "/api/v1/datasources/{id}", "Get a DataSource", grant: .datasourcesRead,
            places: [.sourceID], parameters: [.includeDeleted], conditions: [.ifNoneMatch],
            answers: [
                Operation.Answer(200, .one(.dataSource), headers: ["ETag"], note: "The DataSource."),
                Operation.Answer(304, .none, headers: ["ETag"], note: "It is as `If-None-Match` says."),
            ],
            errors: ["datasource.not_found"]),
        Operation(
            "datasources.update", .patch, "/api/v1/datasources/{id}", "Change a DataSource",
            note: """
                A JSON Merge Patch (RFC 7396). A secret that is absent is kept, null removes it, a string replaces it; a \
                config that then connects elsewhere needs its secrets again. `is_deleted` deletes softly and restores. \
                `If-Match` compares the config version only, so a sync that ends doesn't fail a person's edit.
                """,
            grant: .datasourcesWrite, places: [.sourceID], parameters: [.includeDeleted], conditions: [.ifMatch],
            body: Operation.Body(
                .dataSource, .patch, mediaTypes: ["application/json", "application/merge-patch+json"]),
            answers: [Operation.Answer(200, .one(.dataSource), headers: ["ETag"], note: "As it is now.")],
            errors: bodyErrors + [
                "datasource.not_found", "datasource.changed", "datasource.invalid", "secrets.too_large",
            ]),
        Operation(
            "datasources.delete", .delete, "/api/v1/datasources/{id}", "Delete a DataSource softly",
            note: "Cancels its run. It can be restored by a patch; its secrets are erased after a while.",
            grant: .datasourcesWrite, places: [.sourceID], conditions: [.ifMatch],
            answers: [Operation.Answer(204, .none, note: "It is deleted.")],
            errors: ["datasource.not_found", "datasource.changed"]),
        sync, check, entities, erase,
    ]

    private static let sourceFilters: [Parameter] = [
        .text("type", note: "The connector's type."),
        Parameter(
            "status", .choice(DataSource.Status.allCases.map(\.rawValue)), note: "How it is doing."),
        .text("source", note: "The provenance tag."),
        Parameter(
            "source_type", .choice(DataSource.SourceType.allCases.map(\.rawValue)),
            note: "Which kind of program registered it."),
        Parameter("app_id", .text(1...128), note: "The Application."),
        .text("name", note: "The whole name."),
        .time("created_after", note: "Registered after this."),
        .time("created_before", note: "Registered before this."),
        .time("updated_after", note: "Changed after this."), .time("updated_before", note: "Changed before this."),
        .text("q", note: "A part of the name, in upper or lower case."),
        .includeDeleted,
        Parameter(
            "sort", .choice(DataSourceQuery.Sort.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }),
            standard: "-created_at", note: "The order; `-` in front for descending."),
        .limit(500, standard: 50), .cursor,
    ]

    private static let sync = Operation(
        "datasources.sync", .post, "/api/v1/datasources/{id}/sync", "Sync a DataSource now",
        note: """
            Queues a run. A queued run is widened to do what is asked as well; a running one that does it already is \
            answered with `coalesced: true`, one that doesn't is a conflict.
            """,
        grant: .datasourcesSync, places: [.sourceID],
        parameters: [.wait(60, note: "Seconds to wait for the end of the run.")],
        body: Operation.Body(.syncRequest, isRequired: false),
        answers: [
            Operation.Answer(202, .one(.syncRun), headers: ["Location"], note: "The run, queued or running."),
            Operation.Answer(200, .one(.syncRun), headers: ["Location"], note: "The run has ended within `wait`."),
        ],
        errors: bodyErrors + [
            "datasource.not_found", "request.invalid", "datasource.paused", "datasource.disconnected",
            "datasource.push_only", "run.active",
        ] + keyErrors)

    private static let check = Operation(
        "datasources.check", .post, "/api/v1/datasources/{id}/check", "Try a DataSource's connection",
        note: "A source that refuses is an answer, not an error.", grant: .datasourcesWrite, places: [.sourceID],
        answers: [Operation.Answer(200, .one(.check), note: "What was found.")],
        errors: ["datasource.not_found", "datasource.disconnected", "connector.busy"] + keyErrors)

    private static let entities = Operation(
        "datasources.entities", .get, "/api/v1/datasources/{id}/entities", "List the entities that a source offers",
        note: "Asks the source. Errors of the source itself carry its connector's codes.", grant: .datasourcesRead,
        places: [.sourceID],
        answers: [Operation.Answer(200, .page(.entity), note: "All of them.")],
        errors: ["datasource.not_found", "datasource.disconnected", "connector.busy", "connector.timeout"])

    private static let erase = Operation(
        "datasources.erase", .post, "/api/v1/datasources/{id}/erase", "Erase a DataSource's records",
        note:
            "Makes tombstones of them and drops their bodies. Its run ends, and cursors of its feed given before are void.",
        grant: .datasourcesWrite, places: [.sourceID], body: Operation.Body(.eraseRequest, isRequired: false),
        answers: [Operation.Answer(200, .one(.erasure), note: "They are erased.")],
        errors: bodyErrors + ["datasource.not_found", "request.invalid"] + keyErrors)

    /// Errors of every request that may have a body.
    public static let bodyErrors = [
        "body.malformed", "body.missing", "body.too_deep", "body.duplicate_member", "body.invalid_utf8",
        "body.too_large", "body.too_slow", "body.broken", "body.busy", "body.unsupported_type", "store.full",
    ]
    /// Errors of every request that may have an `Idempotency-Key`.
    static let keyErrors = ["idempotency.key_reused", "idempotency.in_progress", "idempotency.answer_too_large"]
}
