import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

/// How PostgreSQL carries out what is asked (Invariant 8).
@Suite("A plan of PostgreSQL's", .ownThreads)
struct PlanTests {
    @Test("finds each key of a batch by one look-up, of a table that was never analyzed too")
    func looksUp() async throws {
        let opened = try await Opened()
        try opened.database.execute("ALTER TABLE tributary.records SET (autovacuum_enabled = off)")
        try await opened.insert(1)
        let id = opened.source(1).id
        // Long keys make the primary key the larger index.
        let key = String(repeating: "k", count: 100)
        let batch = RecordBatch.of("customers", (0..<2_000).map { ("\(key)\($0)", key) })
        for _ in 0..<2 {
            try await opened.store.write(opened.scope) { transaction in
                var state = try #require(try transaction.sync.lock(id))
                _ = try transaction.records.merge(batch, run: nil, read: nil, sync: &state)
                try transaction.sync.save(state)
            }
        }
        // Sessions tell what they read when they end.
        try await opened.store.close()
        let isTold = try await eventually(within: .seconds(20)) { try opened.entriesRead("records_pkey") >= 2_000 }
        #expect(isTold)
        #expect(try opened.entriesRead("records_feed") <= 2_000)
    }
}

extension Opened {
    /// Entries of an index that were read so far.
    fileprivate func entriesRead(_ index: String) throws -> Int {
        let rows = try database.rows(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = $1", [index])
        return Int((rows.first?.first ?? nil) ?? "") ?? 0
    }
}
