import ConnectorAPI
import Domain
import Interpolation
import JSON
import Synchronization

/// A read of a declarative source under way.
final class DeclarativeReader: RecordReader {
    private let batches: BatchQueue
    private let task: Task<Void, Never>

    init(_ plan: ReadPlan, run: SourceRun, clock: MonotonicClock, on threads: ConnectorThreads) {
        let batches = BatchQueue(capacity: 2)
        self.batches = batches
        task = Task(executorPreference: threads) {
            do {
                let selections = try plan.entities.map { entity in
                    StreamSelection(name: entity.name, state: try Self.state(of: entity))
                }
                let sink = BatchSink(plan, into: batches, clock: clock)
                _ = try await run.read(selections, to: sink, toldOnFailure: false)
                batches.finish(throwing: sink.failure)
            } catch {
                batches.finish(throwing: error)
            }
            await run.close()
        }
    }

    func next() async throws -> RecordBatch? {
        try await withTaskCancellationHandler {
            try await batches.next()
        } onCancel: {
            task.cancel()
        }
    }

    func close() async {
        task.cancel()
        batches.stop()
        await task.value
    }

    /// What the entity's last read left; nil for a full read. Throws `declarative.state_invalid`.
    private static func state(of entity: ReadPlan.Entity) throws -> Mapping? {
        guard entity.mode == .incremental, let bytes = entity.state else { return nil }
        return try StateText.state(in: bytes)
    }
}

/// Makes batches of the events of streams.
final class BatchSink: StreamSink {
    /// After how long a state is handed on with what came before it, full batch or not.
    static let longestDelay = Duration.seconds(2)

    private struct Entity {
        var builder: RecordBuilder
        /// The newest state that isn't handed on.
        var state: [UInt8]?
        var flushed: Duration
        var scratch: [UInt8] = []
    }

    private final class Stream: Sendable {
        let entity: Mutex<Entity>
        /// Keeps the batches of one stream in order.
        let line = Slots(1)
        let keepsState: Bool

        init(_ entity: Entity, keepsState: Bool) {
            self.entity = Mutex(entity)
            self.keepsState = keepsState
        }
    }

    private let streams: [String: Stream]
    private let batches: BatchQueue
    private let clock: MonotonicClock
    private let firstFailure = Mutex<AppError?>(nil)

    init(_ plan: ReadPlan, into batches: BatchQueue, clock: MonotonicClock) {
        self.batches = batches
        self.clock = clock
        let now = clock.now()
        streams = Dictionary(
            plan.entities.map { entity in
                let builder = RecordBuilder(entity: entity.name, primaryKey: entity.primaryKey)
                return (
                    entity.name,
                    Stream(Entity(builder: builder, flushed: now), keepsState: entity.mode == .incremental)
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The first failure of a stream; it ends the run once the others are read.
    var failure: AppError? { firstFailure.withLock { $0 } }

    func take(_ event: StreamEvent, of name: String) async throws {
        guard let stream = streams[name] else { return }
        switch event {
        case .started, .running: break
        case .records(let records): try await stream.line.hold { try await add(records, to: stream) }
        case .state(let state, _):
            guard stream.keepsState, state["__ab_no_cursor_state_message"] == nil else { return }
            let bytes = StateText.bytes(of: state)
            try await stream.line.hold {
                let isLate = stream.entity.withLock { entity in
                    entity.state = bytes
                    return clock.now() - entity.flushed >= Self.longestDelay
                }
                if isLate { try await flush(stream) }
            }
        case .failed(let error):
            var error = error
            error.details["entity"] = name
            firstFailure.withLock { [error] in $0 = $0 ?? error }
        case .ended(let isComplete):
            let end = EntityEnd(isComplete: true, isSnapshot: false)
            try await stream.line.hold { try await flush(stream, end: isComplete ? end : nil) }
        }
    }

    /// Fills batches; a full one waits for its taker, and with it the source.
    private func add(_ records: [Record], to stream: Stream) async throws {
        var rest = records[...]
        while !rest.isEmpty {
            let isFull = stream.entity.withLock { entity in
                while let record = rest.popFirst() {
                    Self.append(record, to: &entity)
                    if entity.builder.isFull { return true }
                }
                return false
            }
            if isFull { try await flush(stream) }
        }
    }

    private static func append(_ record: Record, to entity: inout Entity) {
        if case .text(let text) = record.content {
            text.withUnsafeBytes { entity.builder.append(object: $0) }
        } else {
            entity.scratch.removeAll(keepingCapacity: true)
            record.appendJSON(to: &entity.scratch)
            entity.scratch.withUnsafeBytes { entity.builder.append(object: $0) }
        }
    }

    private func flush(_ stream: Stream, end: EntityEnd? = nil) async throws {
        let now = clock.now()
        let batch = stream.entity.withLock { entity in
            var batch = entity.builder.takeBatch()
            batch.state = entity.state
            batch.end = end
            entity.state = nil
            entity.flushed = now
            return batch
        }
        guard !batch.items.isEmpty || !batch.rejects.isEmpty || batch.state != nil || end != nil else { return }
        try await batches.put(batch)
    }
}
