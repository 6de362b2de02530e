import JSON

extension Contract {
    /// Records and their feed.
    static let records: [Operation] = [
        Operation(
            "records.list", .get, "/api/v1/datasources/{id}/records/{entity}", "List an entity's records",
            note: "In the order of their keys.", grant: .recordsRead, places: [.sourceID, .entity],
            parameters: [
                .limit(500, standard: 50), .cursor, .includeDeleted,
                Parameter(
                    "key", .text(1...4_096), isRepeatable: true, example: "[1]",
                    note: "Only the records of these keys: a JSON array of values, or the value of a key of one field."),
                .time("updated_after", note: "Stored after this."),
            ],
            answers: [Operation.Answer(200, .page(.record), note: "One page.")],
            errors: ["datasource.not_found", "cursor.invalid", "key.invalid"]),
        Operation(
            "records.push", .post, "/api/v1/datasources/{id}/records/{entity}", "Push records",
            note: """
                For DataSources of type `push`. All that can be stored is, in one transaction; the answer tells of the \
                rest. An item with `"_deleted": true` deletes the record of its key.
                """,
            grant: .datasourcesWrite, places: [.sourceID, .entity],
            body: Operation.Body(
                .pushedItem, .items,
                mediaTypes: [
                    "application/json", "application/x-ndjson", "application/jsonl", "application/x-jsonlines",
                ],
                mostBytes: 16 << 20),
            answers: [Operation.Answer(200, .one(.pushResult), note: "What became of the items.")],
            errors: bodyErrors + [
                "datasource.not_found", "datasource.paused", "datasource.disconnected", "datasource.not_push",
                "push.entity_unknown", "push.key_changed", "push.too_many_items", "push.busy", "request.invalid",
            ] + keyErrors),
        Operation(
            "records.changes", .get, "/api/v1/datasources/{id}/changes", "Read the change feed",
            note: """
                The newest version of each record changed since the cursor, in `seq` order, deletions as tombstones. \
                `next_cursor` is never null: it is where to go on from; an empty page means "up to date".
                """,
            grant: .recordsRead, places: [.sourceID],
            parameters: [
                .cursor, .limit(5_000, standard: 500), .text("entity", note: "Only this entity's changes."),
                .wait(30, note: "Seconds to wait for a change before an empty page is given."), .includeDeleted,
            ],
            answers: [Operation.Answer(200, .page(.record), note: "One page.")],
            errors: [
                "datasource.not_found", "cursor.invalid", "changes.cursor_expired", "request.too_many_waiting",
            ]),
    ]
}
