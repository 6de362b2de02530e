import Domain
import Interpolation
import Synchronization

/// A partition for each record of other streams.
final class SubstreamRouter: PartitionRouter {
    /// One of the other streams, and what is taken of its records.
    struct Parent: Sendable {
        /// A field that goes into the slice besides the key.
        struct Extra: Sendable {
            let name: String
            let path: FieldPath
        }

        let stream: any ParentStream
        /// Where the key is in a record; records without one are passed over.
        let key: FieldPath
        /// What the key is called in the partition.
        let field: String
        let extras: [Extra]
        let option: RequestOption?
        /// Whether the parent is read from where an earlier run left it.
        let isIncremental: Bool
        /// The parent's cursor field, for states that have nothing but a value.
        let cursorField: String?
        /// Where in a record the first page of the child is (`child_response`); nil = it is requested.
        let firstPage: FieldPath?
    }

    private let parents: [Parent]
    private let restored = Mutex<[String: Mapping]>([:])
    /// Whether an earlier run left a state; then first pages are requested.
    private let isLaterRun = Mutex(false)

    init(_ parents: [Parent]) { self.parents = parents }

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        for parent in parents {
            let state = parent.isIncremental ? restored.withLock { $0[parent.stream.name] ?? [:] } : nil
            try await parent.stream.forEachRecord(from: state) { record in
                if let partition = try partition(of: record, parent) { try await body(partition) }
            }
        }
    }

    func restore(childState: Mapping) throws {
        isLaterRun.withLock { $0 = !childState.isEmpty }
        let state = Mapping(childState.filter { $0.key != "__ab_no_cursor_state_message" }.map { ($0.key, $0.value) })
        guard !state.isEmpty else { return }
        for parent in parents where parent.isIncremental {
            guard let own = Self.state(of: parent, in: state) else { continue }
            restored.withLock { $0[parent.stream.name] = own }
        }
    }

    func parentState() -> Mapping? {
        var states = Mapping()
        for parent in parents where parent.isIncremental {
            let state = parent.stream.state() ?? restored.withLock { $0[parent.stream.name] }
            states[parent.stream.name] = .mapping(state ?? [:])
        }
        return states
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        for parent in parents {
            guard let value = page.slice.merged[parent.field], value.isTrue else { continue }
            try parent.option?.put(value, into: &options)
        }
    }

    /// What a child's state says of a parent: its own state, else the child's value for all partitions, else the one
    /// value that the state of an older form is.
    private static func state(of parent: Parent, in state: Mapping) -> Mapping? {
        if let own = state["parent_state"]?[parent.stream.name]?.mapping { return own }
        if let global = state["state"]?.mapping { return global }
        guard state.count == 1, let value = state.values.first, let field = parent.cursorField else { return nil }
        switch value {
        case .string, .int, .float: return [.string(field): value]
        default: return nil
        }
    }

    private func partition(of record: Record, _ parent: Parent) throws -> StreamSlice? {
        let fields = try record.content.value()
        guard let key = try Self.value(at: parent.key, in: fields), !key.isNone else { return nil }
        var extras = Mapping()
        if let path = parent.firstPage, !isLaterRun.withLock({ $0 }) {
            extras["child_response"] = try Self.value(at: path, in: fields) ?? []
        }
        for extra in parent.extras { extras[extra.name] = try Self.value(at: extra.path, in: fields) ?? Value.none }
        return StreamSlice(
            partition: [.string(parent.field): key, "parent_slice": .mapping(record.slice.partition)],
            extraFields: extras)
    }

    private static func value(at path: FieldPath, in fields: Value) throws -> Value? {
        do { return try path.value(in: fields) } catch { throw AppError(.fieldAmbiguous, recovery: .fixConfig) }
    }
}
