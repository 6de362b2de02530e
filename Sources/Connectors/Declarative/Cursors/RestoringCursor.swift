import Interpolation

/// A cursor whose state was written in another form, or doesn't count any more.
final class RestoringCursor: StreamCursor {
    private let cursor: any StreamCursor
    private let change: @Sendable (Mapping) throws -> Mapping

    /// - Parameter change: The state as `cursor` takes it.
    init(_ cursor: any StreamCursor, changing change: @escaping @Sendable (Mapping) throws -> Mapping) {
        self.cursor = cursor
        self.change = change
    }

    var cursorField: String? { cursor.cursorField }

    func restore(_ state: Mapping) throws { try cursor.restore(change(state)) }

    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws { try await cursor.forEachSlice(body) }

    func observe(_ records: [Record], in slice: StreamSlice) { cursor.observe(records, in: slice) }

    func close(_ slice: StreamSlice) throws -> Mapping? { try cursor.close(slice) }

    func finalState() throws -> Mapping { try cursor.finalState() }

    func isNew(_ record: Record) -> Bool { cursor.isNew(record) }

    func rest(of slice: StreamSlice) throws -> StreamSlice? { try cursor.rest(of: slice) }

    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) throws -> [StreamSlice]? {
        try cursor.split(slice, noSmallerThan: smallest)
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws { try cursor.add(to: &options, for: page) }
}

/// The older form of a state by partitions: `{"partition's value": {"cursor field": "value"}}`.
struct LegacyPartitionState: Sendable {
    /// What the partition's value is called.
    let partitionField: String
    let cursorField: String

    /// The state by partitions; the same state where it isn't of the older form.
    func migrated(_ state: Mapping) -> Mapping {
        guard !state.isEmpty, state["states"] == nil, state.allSatisfy({ isLegacy($0.value) }) else { return state }
        return [
            "states": .list(
                state.map { entry in
                    ["partition": [.string(partitionField): entry.key], "cursor": entry.value]
                })
        ]
    }

    private func isLegacy(_ value: Value) -> Bool {
        guard let entry = value.mapping else { return false }
        return entry.count == 1 && entry[cursorField] != nil
    }
}

extension ComponentBuilder {
    /// The stream's cursor with the stream's `state_migrations` before it.
    func migrating(_ cursor: any StreamCursor, of stream: ComponentNode) throws -> any StreamCursor {
        var forms: [LegacyPartitionState] = []
        for node in try stream.children("state_migrations") {
            guard node.type == "LegacyToPerPartitionStateMigration" else { throw node.unknownType() }
            guard let sync = try stream.child("incremental_sync"),
                let router = try stream.child("retriever")?.children("partition_router").first
            else { throw node.invalid("needs a cursor and a partition router") }
            let parents = try router.children("parent_stream_configs")
            let named = router.type == "UnionPartitionRouter" ? [router] : parents
            guard named.count == 1, let field = try named[0].template("partition_field") else { continue }
            forms.append(
                LegacyPartitionState(
                    partitionField: try field.string(in: context(node)).text,
                    cursorField: try Template(sync.requiredText("cursor_field")).string(in: context(node)).text))
        }
        guard !forms.isEmpty else { return cursor }
        return RestoringCursor(cursor) { [forms] state in forms.reduce(state) { $1.migrated($0) } }
    }
}
