import Domain
import FaultKit
import StoreAPI
import StorePostgres
import Synchronization
import TestSupport

/// A store on a database of its own, migrated.
struct Opened {
    let database: PostgresDatabase
    let store: PostgresStore
    let scope = Scope(tenant: .named("acme"))

    init(lease: Duration = .seconds(30), port: Int? = nil, on database: PostgresDatabase? = nil) async throws {
        var database = try await { if let database { database } else { try await Cluster.database() } }()
        if let port { database.port = port }
        self.database = database
        store = try database.store(lease: lease)
        _ = try await store.migrate()
    }

    func source(_ number: Int, tenant: TenantID? = nil) -> DataSource {
        DataSource(
            id: DataSourceID(ULID(bits: UInt128(number))), tenant: tenant ?? scope.tenant, app: nil,
            createdAt: Timestamp(milliseconds: 1_893_456_000_000), createdBy: "ann", name: "source \(number)",
            type: "file")
    }

    func insert(_ number: Int) async throws {
        let source = source(number)
        try await store.write(scope) { try $0.sources.insert(source) }
    }

    func merge(
        _ records: [(String, String)], into number: Int, ahead: (any LookAhead)? = nil
    ) async throws {
        let id = source(number).id
        try await store.write(scope) { transaction in
            guard var state = try transaction.sync.lock(id) else { throw AppError(.storeBroken) }
            _ = try transaction.records.merge(
                .of("customers", records), run: nil, read: nil, ahead: ahead, sync: &state)
            try transaction.sync.save(state)
        }
    }

    /// Everything in the feeds of the first DataSources.
    func feeds(_ sources: Int) async throws -> [[StoredRecord]] {
        let ids = (1...sources).map { source($0).id }
        return try await store.read(scope) { transaction in
            try ids.map { try transaction.records.changes(of: $0, entity: nil, after: 0, limit: 100) }
        }
    }

    func count() async throws -> Int { try await store.read(scope) { try $0.sources.count(DataSourceQuery()) } }

    func fence(of number: Int) async throws -> Int64? {
        let id = source(number).id
        return try await store.read(scope) { try $0.sync.lock(id)?.fence }
    }

    /// Ends every session of the database but this one.
    func terminateSessions() throws {
        try database.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}

/// How often a closure ran.
final class Count: Sendable {
    private let count = Atomic(0)

    /// Counts one more; answers how many it are now.
    @discardableResult
    func add() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
