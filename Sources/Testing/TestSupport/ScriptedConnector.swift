public import ConnectorAPI
public import Domain
import JSON
import Synchronization

/// A connector that reads what a test wrote down, fails where it says, and waits where it says.
public final class ScriptedConnector: Connector {
    /// One thing that a read does.
    public enum Step: Sendable {
        /// A batch of records `{"id": …, "v": …}` of an entity.
        case batch(String, [Row], state: String? = nil)
        /// The entity's end, in a batch of its own.
        case end(String, isComplete: Bool = true, isSnapshot: Bool = true)
        /// Items that couldn't be read.
        case rejects(String, [Reject])
        case fail(any Error)
        /// Waits until whoever reads says that it waits for the batch.
        case waitUntilHurried
        /// Waits until the test opens the gate or the read is cancelled.
        case wait(Gate)
    }

    /// A record by its key and its value.
    public struct Row: Sendable, Hashable {
        public var id: Int
        public var value: String
        public var isDeletion = false

        public init(_ id: Int, _ value: String = "a", isDeletion: Bool = false) {
            self.id = id
            self.value = value
            self.isDeletion = isDeletion
        }
    }

    private struct Script {
        var reads: [@Sendable (ReadPlan) -> [Step]] = []
        var plans: [ReadPlan] = []
    }

    private let script = Mutex(Script())
    private let offered: [EntityDescription]
    public let descriptor: ConnectorDescriptor

    public init(type: String = "scripted", entities: [EntityDescription]) {
        offered = entities
        descriptor = ConnectorDescriptor(
            type: type, title: "Scripted", description: "Reads what a test wrote down.", docsURL: "/docs",
            configSchema: [
                "type": "object",
                "properties": [
                    "host": ["type": "string", "x-identity": true],
                    "password": ["type": "string", "writeOnly": true, "x-secret": true],
                ],
                "additionalProperties": false,
            ],
            capabilities: [.check, .discover, .full, .incremental], version: "1")
    }

    /// An entity keyed by `id`, full by default, incremental where asked.
    public static func entity(_ name: String, keyed: Bool = true, defaultMode: SyncMode = .full) -> EntityDescription {
        EntityDescription(
            name: name, jsonSchema: ["type": "object"], primaryKey: keyed ? ["id"] : [],
            modes: [.full, .incremental], defaultMode: defaultMode)
    }

    /// Adds what the next read that has no script yet will do.
    public func willRead(_ steps: [Step]) { willRead(as: { _ in steps }) }

    /// Adds what the next read that has no script yet will do, decided when its plan is known.
    public func willRead(as steps: @escaping @Sendable (ReadPlan) -> [Step]) {
        script.withLock { $0.reads.append(steps) }
    }

    /// The plans of the reads so far.
    public var plans: [ReadPlan] { script.withLock { $0.plans } }

    public func check(_ context: ConnectorContext) async throws {}

    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] { offered }

    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        let steps = script.withLock { script in
            script.plans.append(plan)
            return script.reads.isEmpty ? { _ in [] } : script.reads.removeFirst()
        }
        let keys = Dictionary(uniqueKeysWithValues: plan.entities.map { ($0.name, $0.primaryKey) })
        return ScriptedReader(steps: steps(plan), keys: keys)
    }
}

private actor ScriptedReader: RecordReader {
    /// Opens once the next batch is waited for.
    private let hurried = Mutex(Gate())
    private var steps: [ScriptedConnector.Step]
    private let keys: [String: [String]]

    init(steps: [ScriptedConnector.Step], keys: [String: [String]]) {
        self.steps = steps
        self.keys = keys
    }

    nonisolated func hurry() { hurried.withLock { $0 }.open() }

    func next() async throws -> RecordBatch? {
        defer { hurried.withLock { $0 = Gate() } }
        while !steps.isEmpty {
            switch steps.removeFirst() {
            case .batch(let entity, let rows, let state): return batch(entity, rows, state)
            case .end(let entity, let isComplete, let isSnapshot):
                var batch = RecordBatch(entity: entity)
                batch.end = EntityEnd(isComplete: isComplete, isSnapshot: isSnapshot)
                return batch
            case .rejects(let entity, let rejects):
                var batch = RecordBatch(entity: entity)
                batch.rejects = rejects
                return batch
            case .fail(let error): throw error
            case .waitUntilHurried: try await hurried.withLock { $0 }.wait()
            case .wait(let gate): try await gate.wait()
            }
        }
        return nil
    }

    func close() async {}

    private func batch(_ entity: String, _ rows: [ScriptedConnector.Row], _ state: String?) -> RecordBatch {
        var builder = RecordBuilder(entity: entity, primaryKey: keys[entity] ?? [])
        var deletions: [[UInt8]] = []
        for row in rows {
            let object = JSONValue.object(["id": .int(row.id), "v": .string(row.value)]).serialized()
            if row.isDeletion {
                // A scripted key is an integer: it always encodes.
                if let key = try? JSONKey.encodeOrdered([Array(String(row.id).utf8)]) { deletions.append(key) }
            } else {
                object.withUnsafeBytes { builder.append(object: $0) }
            }
        }
        var batch = builder.takeBatch()
        for key in deletions { batch.appendDeletion(key: key) }
        batch.state = state.map { Array($0.utf8) }
        return batch
    }
}
