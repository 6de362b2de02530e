import ConnectorAPI
import Domain
import LibPQ
import Synchronization

/// A read of a PostgreSQL source under way, on one connection in one snapshot. Blocks the thread that calls it; calls
/// never overlap.
final class PostgresRecordReader: RecordReader {
    private let read: Mutex<PostgresRead?>
    private let interrupt: Interrupt
    /// Whether the next batch should come soon, as the first one should.
    private let isAwaited = Atomic(true)

    init(_ read: consuming sending PostgresRead, interrupt: Interrupt) {
        self.read = Mutex(read)
        self.interrupt = interrupt
    }

    func next() async throws -> RecordBatch? {
        defer { isAwaited.store(false, ordering: .relaxed) }
        return try await withTaskCancellationHandler {
            try read.withLock { read in
                try read?.nextBatch { isAwaited.load(ordering: .relaxed) }
            }
        } onCancel: {
            interrupt.fire()
        }
    }

    func hurry() { isAwaited.store(true, ordering: .relaxed) }

    func close() async {
        read.withLock { read in
            read?.stop()
            read = nil
        }
    }
}

/// The entities of a plan, one after another.
struct PostgresRead {
    private let session: PostgresSession
    private let snapshot: PostgresSnapshot
    /// The entities of the snapshot.
    let offered: [EntityDescription]
    private let tables: [String: PostgresTable]
    private let patience: PostgresPatience
    private let clock: MonotonicClock
    private var waiting: ArraySlice<ReadPlan.Entity> = []
    private var current: PostgresEntityReading?

    /// Begins the snapshot. Throws `sql.entity_unknown`, `postgres.permission_denied` and what connecting throws.
    init(in session: PostgresSession, patience: PostgresPatience, clock: MonotonicClock) throws {
        self.session = session
        self.patience = patience
        self.clock = clock
        snapshot = try session.beginSnapshot()
        let catalog = PostgresCatalog(connection: session.connection, config: session.config)
        do {
            let all = try catalog.tables()
            offered = all.map(\.description)
            tables = Dictionary(uniqueKeysWithValues: all.map { ($0.entity, $0) })
        } catch let error as PostgresError {
            throw error.failure()
        }
    }

    /// What to read, in this order.
    mutating func begin(_ plan: ReadPlan) { waiting = plan.entities[...] }

    /// The next batch, which is cut short where it is awaited.
    mutating func nextBatch(_ isAwaited: () -> Bool) throws -> RecordBatch? {
        if current == nil, let entity = waiting.popFirst() {
            current = try PostgresEntityReading(
                entity, of: try table(entity.name), in: session, at: snapshot, patience: patience, clock: clock)
        }
        guard let batch = try current?.nextBatch(isAwaited) else { return nil }
        if batch.end != nil { current = nil }
        return batch
    }

    private func table(_ entity: String) throws -> PostgresTable {
        guard let table = tables[entity] else {
            throw AppError.source(
                .postgresTableDropped, "\(entity): \(ErrorCode.postgresTableDropped.summary)", recovery: .retry)
        }
        if let refusal = table.description.refusal { throw refusal }
        return table
    }

    /// Ends a statement that still runs: the server would go on with it for nobody.
    func stop() { session.connection.cancelStatement() }
}
