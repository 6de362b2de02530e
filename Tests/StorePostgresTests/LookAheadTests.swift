import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

/// What was seen of records ahead of their merge.
@Suite("A look ahead in PostgreSQL", .ownThreads)
struct LookAheadTests {
    private let batch = [("a", "3"), ("b", "3")]

    @Test("spares the merge its own look-up")
    func spares() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try await opened.merge((0..<500).map { ("key \($0)", "1") }, into: 1)
        let changed = (0..<500).map { ("key \($0)", "2") }
        let ahead = try #require(try await opened.lookAhead(at: changed))
        try await opened.merge(changed, into: 1, ahead: ahead)
        // Sessions tell what they read when they end.
        try await opened.store.close()
        let isTold = try await eventually(within: .seconds(20)) {
            try opened.recordsChanged() == 500 && opened.entriesRead("records_pkey") >= 500
        }
        #expect(isTold)
        #expect(try opened.entriesRead("records_pkey") == 500, "those of the look ahead")
    }

    @Test("is stale where another version took the place of the one that was seen")
    func placeTaken() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try await opened.merge([("a", "1"), ("b", "1")], into: 1)
        let before = try opened.places()
        let ahead = try #require(try await opened.lookAhead(at: batch))
        try await opened.merge([("a", "2")], into: 1)
        // What is dead leaves its place to what comes next.
        try opened.database.execute("VACUUM tributary.records")
        try await opened.merge([("a", "1")], into: 1)
        #expect(try opened.places() == before)
        let feed = try await opened.feeds(1)
        await #expect(throws: StaleLookAhead.self) { try await opened.merge(batch, into: 1, ahead: ahead) }
        #expect(try await opened.feeds(1) == feed)
        try await opened.merge(batch, into: 1)
        #expect(try await opened.feeds(1)[0].map(\.version) == [4, 2])
        try await opened.store.close()
    }
}

extension Opened {
    fileprivate func lookAhead(at records: [(String, String)]) async throws -> (any LookAhead)? {
        let id = source(1).id
        return try await store.read(scope) { try $0.records.lookAhead(at: .of("customers", records), of: id) }
    }

    /// Where the records stand, by key.
    fileprivate func places() throws -> [[String?]] {
        try database.rows("SELECT key::text, ctid::text FROM tributary.records ORDER BY key", [])
    }

    fileprivate func recordsChanged() throws -> Int {
        try counter("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = $1", "records")
    }
}
