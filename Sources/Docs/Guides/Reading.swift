extension Guides {
    /// Pages of lists.
    static let paging = Guide(
        id: "paging", title: "Pages and cursors",
        summary: "Lists come in pages; a cursor says where the next one begins.",
        blocks: [
            .text(
                """
                A list is answered as `{\"items\": […], \"next_cursor\": …, \"total\": n}`. `limit` says how many items a \
                page has at most. While `next_cursor` isn't null there is more: send it as `cursor`, with the same \
                filters and the same order.
                """),
            .sample("datasources.list"),
            .list([
                "A cursor is opaque: it holds a place, not a page number.",
                """
                It stays good while items come and go: what was there all along is seen exactly once.
                """,
                """
                It belongs to its filters, order, tenant and Application. Anything else is \
                [`cursor.invalid`](/docs/errors/cursor.invalid).
                """,
                "A query parameter that an operation doesn't have is an error, so that a misspelt filter can't go unnoticed.",
            ]),
        ])

    /// Keeping a copy up to date.
    static let changeFeed = Guide(
        id: "change-feed", title: "The change feed",
        summary: "A reader that keeps its cursor misses nothing, and can rebuild the whole store.",
        blocks: [
            .text(
                """
                `GET /api/v1/datasources/{id}/changes` gives the newest version of each record that changed since a \
                cursor, in the order of `seq`; what was deleted comes as a tombstone, with `is_deleted` and without \
                `data`. Without a cursor it begins with the first record there is.
                """),
            .sample("records.changes"),
            .heading("The loop of a reader"),
            .list([
                "Read a page from the cursor that you stored last; without one, from the start.",
                "Apply its items to your copy by `entity` and `key`: store `data`, or delete.",
                "Store `next_cursor` **in the same transaction**. It is never null here.",
                "An empty page means that you are up to date: ask again later, or with `wait` (up to 30 s), which answers at the first change.",
            ]),
            .text(
                """
                A record that changed three times since is seen once, as it is now. A page may come twice after a crash \
                of yours; applying it twice does no harm.
                """),
            .heading("When a cursor is too old"),
            .text(
                """
                Tombstones are kept for 90 days (`TRIBUTARY_TOMBSTONE_RETENTION`), and erasing a source ends its feed. A \
                cursor from before then is 410, [`changes.cursor_expired`](/docs/errors/changes.cursor_expired): empty \
                your copy and read from the start.
                """),
        ])

    /// Sending records instead of having them read.
    static let push = Guide(
        id: "push", title: "Pushing records",
        summary: "Where nothing can be pulled, send the records: they land in the same store and the same feed.",
        blocks: [
            .text("Register a DataSource of type `push` that names its entities and their keys:"),
            .example(
                "POST /api/v1/datasources",
                """
                {
                  "name": "Events",
                  "type": "push",
                  "config": {"entities": {"customers": {"primary_key": ["id"]}}}
                }
                """),
            .text(
                """
                Then send items, as a JSON array or as lines of JSON (`application/x-ndjson`), up to 16 MiB at a time. One \
                with `\"_deleted\": true` deletes the record of its key.
                """),
            .sample("records.push"),
            .list([
                "A request is one transaction: its records are all there, or none is.",
                "Items that can't be stored don't stop the others: the answer counts them and tells of each in `rejects`.",
                "An item that is as it was makes no change in the feed.",
                "With an `Idempotency-Key` a request can be sent again; even without one, sending the same items again changes nothing.",
            ]),
        ])
}
