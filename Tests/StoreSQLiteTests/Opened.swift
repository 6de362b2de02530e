import Domain
import Foundation
import StoreAPI
import StoreRows
import TestSupport

@testable import StoreSQLite

/// A store in a folder of its own, opened and migrated.
struct Opened {
    let folder: TemporaryFolder
    let clock = TestClock()
    let store: SQLiteStore
    let scope = Scope(tenant: .named("acme"))

    init(onFatal: @escaping @Sendable (String) -> Void = { _ in }) async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/data/test.db", clock: clock.wall, onFatal: onFatal)
        _ = try await store.migrate()
    }

    var path: String { folder.path + "/data/test.db" }

    /// Bytes of the database file, or of the one beside it with this ending.
    func size(_ ending: String = "") throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path + ending)[.size] as? Int ?? 0
    }

    func source(_ number: Int) -> DataSource {
        DataSource(
            id: DataSourceID(ULID(bits: UInt128(number))), tenant: scope.tenant, app: nil, createdAt: clock.now,
            createdBy: "ann", name: "source \(number)", type: "file")
    }

    func insert(_ number: Int) async throws {
        let source = source(number)
        try await store.write(scope) { try $0.sources.insert(source) }
    }

    func names() async throws -> [String] {
        var query = DataSourceQuery()
        query.sort = .name
        query.isDescending = false
        query.limit = 500
        let asked = query
        return try await store.read(scope) { try $0.sources.list(asked).map(\.name) }
    }

    /// Merges records into `customers`.
    func merge(_ records: [(key: String, body: String?)], into number: Int) async throws {
        let batch = RecordBatch.of("customers", records)
        let source = source(number).id
        try await store.write(scope) { transaction in
            guard var sync = try transaction.sync.lock(source) else { return }
            _ = try transaction.records.merge(batch, run: RunID(ULID(bits: 1)), read: nil, sync: &sync)
            try transaction.sync.save(sync)
        }
    }

    /// 4 MB of new records, made once: to make them takes longer than to store them.
    static let bulk = RecordBatch.of("e", (0..<10).map { ("\($0)", String(repeating: "x", count: 400_000)) })

    /// Inserts a DataSource, the 100th for 0, with ``bulk`` as its records.
    func insertBulk(_ number: Int) async throws {
        let source = source(100 + number)
        try await store.write(scope) { transaction in
            try transaction.sources.insert(source)
            guard var sync = try transaction.sync.lock(source.id) else { return }
            _ = try transaction.records.merge(Self.bulk, run: nil, read: nil, sync: &sync)
            try transaction.sync.save(sync)
        }
    }

    /// What the writing connection answers to a pragma.
    func writerAnswers(_ pragma: String) async throws -> Int {
        guard let writer = store.writer else { return -1 }
        return try await writer.exclusively { connection in
            try connection.oneTimeStatement("PRAGMA \(pragma)").first([]) { $0.int() } ?? -1
        }
    }
}
