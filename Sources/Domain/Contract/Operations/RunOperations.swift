extension Contract {
    /// Runs of a DataSource.
    static let runs: [Operation] = [
        Operation(
            "runs.list", .get, "/api/v1/datasources/{id}/runs", "List a DataSource's runs", note: "Newest first.",
            grant: .datasourcesRead, places: [.sourceID],
            parameters: [.limit(500, standard: 50), .cursor, .includeDeleted],
            answers: [Operation.Answer(200, .page(.syncRun), note: "One page.")],
            errors: ["datasource.not_found", "cursor.invalid"]),
        Operation(
            "runs.get", .get, "/api/v1/datasources/{id}/runs/{run_id}", "Get a run", grant: .datasourcesRead,
            places: [.sourceID, .runID], parameters: [.includeDeleted],
            answers: [Operation.Answer(200, .one(.syncRun), note: "The run as it is now.")], errors: runErrors),
        Operation(
            "runs.cancel", .post, "/api/v1/datasources/{id}/runs/{run_id}/cancel", "Cancel a run",
            note: "What it stored stays.", grant: .datasourcesSync, places: [.sourceID, .runID],
            answers: [Operation.Answer(200, .one(.syncRun), note: "It is cancelled.")],
            errors: runErrors + ["run.ended"] + keyErrors),
        Operation(
            "runs.rejects", .get, "/api/v1/datasources/{id}/runs/{run_id}/rejects",
            "List what a run couldn't store", note: "The first \(1_000) items of a run are kept; its counts have all.",
            grant: .datasourcesRead, places: [.sourceID, .runID],
            parameters: [.limit(500, standard: 50), .cursor, .includeDeleted],
            answers: [Operation.Answer(200, .page(.reject), note: "One page, in the order of the source.")],
            errors: runErrors + ["cursor.invalid"]),
        Operation(
            "runs.events", .get, "/api/v1/datasources/{id}/runs/{run_id}/events", "Follow a run",
            note: """
                Server-sent events: `progress` with the run as it is, at once and then at most once a second when it \
                changed; `end` with the run when it has ended, and the stream closes.
                """,
            grant: .datasourcesRead, places: [.sourceID, .runID], parameters: [.includeDeleted],
            answers: [
                Operation.Answer(200, .events(.syncRun), note: "A stream that ends with the run."),
                Operation.Answer(204, .none, note: "`Last-Event-ID` is `end`: there is no more."),
            ],
            errors: runErrors + ["request.too_many_waiting"]),
    ]

    private static let runErrors = ["datasource.not_found", "run.not_found"]
}
