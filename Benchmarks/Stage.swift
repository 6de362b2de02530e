import Domain
import FoundationEssentials
import HTTPAPI
import StoreAPI
import StorePostgres
import StoreSQLite

/// A migrated store with one DataSource, on a clock that stands still.
struct Stage: Sendable {
    /// The databases that there is a store for.
    enum Database: String, Sendable {
        case sqlite, postgres
    }

    let store: any Store
    let source: DataSource

    static var tenant: TenantID {
        get throws {
            guard let tenant = TenantID("bench") else { throw BenchmarkFailure("the tenant has no proper name") }
            return tenant
        }
    }

    static let wallClock = WallClock { Timestamp(milliseconds: 1_893_456_000_000) }

    static let clock: MonotonicClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return MonotonicClock(
            now: { start.duration(to: clock.now) }, sleep: { try await Task.sleep(for: $0, clock: clock) })
    }()

    /// Opens the store of the benchmark `name`: a SQLite file of its own, or the PostgreSQL database, where each benchmark
    /// has a source of its own.
    init(_ database: Database, _ name: String, in place: Place) async throws {
        switch database {
        case .sqlite:
            store = try SQLiteStore(
                path: "\(place.folder)/\(name)/bench.db", clock: Self.wallClock, sourceText: .answers)
        case .postgres:
            guard let url = place.database else { throw BenchmarkFailure("BENCH_DATABASE isn't set") }
            let location = try PostgresLocation(url: Secret(url)) { _ in nil }
            store = PostgresStore(
                location, clock: Self.clock, wallClock: Self.wallClock, readers: 1, writers: 1, listens: false,
                sourceText: .answers)
        }
        _ = try await store.migrate()
        let ids = ULIDGenerator(clock: Self.wallClock) { UInt64(name.utf8.reduce(0) { $0 &* 31 &+ UInt32($1) }) }
        let source = DataSource(
            id: ids.next(DataSourceKind.self), tenant: try Self.tenant, app: nil, createdAt: Self.wallClock.now(),
            createdBy: "bench", name: name, type: "push")
        self.source = source
        try await store.write(Scope(tenant: try Self.tenant)) { try $0.sources.insert(source) }
    }

    /// Stores a batch as a run does, with its source's sync row.
    func commit(_ batch: RecordBatch) async throws -> MergeCounts {
        let id = source.id
        let run = RunID(ULID(bits: 77))
        return try await store.write(Scope(tenant: source.tenant)) { tx in
            guard var sync = try tx.sync.lock(id) else { throw BenchmarkFailure("the source is gone") }
            let read = ReadToken(source: id, fence: sync.fence)
            let counts = try tx.records.merge(batch, run: run, read: read, sync: &sync)
            try tx.sync.save(sync)
            return counts
        }
    }
}
