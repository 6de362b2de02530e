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
        let opened = try await mergedTwice(isChanged: false)
        #expect(try opened.entriesRead("records_feed") <= 2_000)
    }

    @Test("changes each record where its look-up saw it, in a table that was never analyzed too")
    func changes() async throws {
        let opened = try await mergedTwice(isChanged: true)
        let read = try ["records_feed", "records_pkey"].map { try opened.entriesRead($0) }
        #expect(read == [0, 2_000], "those of the look-up alone")
    }

    /// A store, closed again, into which a batch of 2,000 records was merged twice.
    private func mergedTwice(isChanged: Bool) async throws -> Opened {
        let opened = try await Opened()
        try opened.database.execute("ALTER TABLE tributary.records SET (autovacuum_enabled = off)")
        try await opened.insert(1)
        // Long keys make the primary key the larger index.
        let key = String(repeating: "k", count: 100)
        for body in [key, isChanged ? "another" : key] {
            try await opened.merge((0..<2_000).map { ("\(key)\($0)", body) }, into: 1)
        }
        // Sessions tell what they read when they end.
        try await opened.store.close()
        let isTold = try await eventually(within: .seconds(20)) { try opened.entriesRead("records_pkey") >= 2_000 }
        #expect(isTold)
        return opened
    }
}

extension Opened {
    /// Entries of an index that were read so far.
    func entriesRead(_ index: String) throws -> Int {
        try counter("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = $1", index)
    }

    /// What PostgreSQL counts of an index or a table; 0 before any session told.
    func counter(_ sql: String, _ name: String) throws -> Int {
        let rows = try database.rows(sql, [name])
        return Int((rows.first?.first ?? nil) ?? "") ?? 0
    }
}
