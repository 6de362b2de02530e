import Dispatch
import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

/// Nobody waits for who is frozen (Invariant 8).
@Suite("The lock of a DataSource in PostgreSQL", .ownThreads)
struct LockTests {
    @Test("is passed over by who only takes a free one, and waited for by who needs it")
    func skips() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let id = opened.source(1).id
        let session = try opened.database.session()
        try session.execute("BEGIN; SELECT * FROM tributary.source_sync FOR UPDATE")
        #expect(try await opened.store.write(opened.scope) { try $0.sync.lockIfFree(id) } == nil)
        let error = await #expect(throws: AppError.self) {
            _ = try await opened.store.write(opened.scope) { try $0.sync.lock(id) }
        }
        #expect(error?.code == ErrorCode.storeUnavailable.code)
        try session.execute("COMMIT")
        #expect(try await opened.store.write(opened.scope) { try $0.sync.lockIfFree(id) } != nil)
    }

    @Test("of a process that says nothing any more is free after half a lease, and its transaction is done again")
    func silent() async throws {
        let opened = try await Opened(lease: .seconds(1))
        try await opened.insert(1)
        let id = opened.source(1).id
        let runs = Count()
        let (locked, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let frozen: Void = opened.store.write(opened.scope) { transaction in
            var state = try #require(try transaction.sync.lock(id))
            if runs.add() == 1 {
                locked.signal()
                goesOn.wait()
            }
            state.fence += 10
            try transaction.sync.save(state)
        }
        locked.wait()
        let other = await Result {
            try await opened.store.write(opened.scope) { transaction in
                var state = try #require(try transaction.sync.lock(id))
                state.fence += 1
                try transaction.sync.save(state)
            }
        }
        goesOn.signal()
        try other.get()
        try await frozen
        #expect(runs.value == 2)
        #expect(try await opened.fence(of: 1) == 12)
    }

    @Test("of a process that is frozen while it sends a batch is free after half a lease")
    func frozenInABatch() async throws {
        let database = try await Cluster.database()
        let proxy = try TCPProxy(to: database.port)
        let frozen = try await Opened(lease: .seconds(1), port: proxy.port, on: database)
        try await frozen.insert(1)
        let id = frozen.source(1).id
        func merge(_ batch: RecordBatch, stalls: Bool) async throws {
            try await frozen.store.write(frozen.scope) { transaction in
                var state = try #require(try transaction.sync.lock(id))
                if stalls, state.fence == 1 { proxy.stall() }
                _ = try transaction.records.merge(batch, run: nil, read: nil, sync: &state)
                try transaction.sync.save(state)
            }
        }
        try await merge(RecordBatch.of("customers", [("a", "1")]), stalls: false)
        let body = String(repeating: "x", count: 4_000)
        let large = RecordBatch.of("customers", (0..<1_500).map { ("k\($0)", body) })
        async let sending: Void = merge(large, stalls: true)
        while try await !Self.isHeld(id, in: database) { await Task.yield() }
        // While the server waits for rows it heeds no limit of its own: who finds the lock taken ends that session.
        let other = try await Opened(lease: .seconds(1), on: database)
        let taken = await Result {
            try await other.store.write(other.scope) { transaction in
                var state = try #require(try transaction.sync.lock(id))
                state.fence += 1
                try transaction.sync.save(state)
            }
        }
        proxy.resume()
        try taken.get()
        try await sending
        #expect(try await other.fence(of: 1) == 2)
        let count = try await other.store.read(other.scope) {
            try $0.records.count(RecordQuery(entity: "customers"), of: id)
        }
        #expect(count == 1_501)
    }

    @Test(
        "of a process that is frozen where the server's own limit doesn't reach it is free after half a lease",
        arguments: PostgresSession.Standstill.allCases)
    func standsStill(place: PostgresSession.Standstill) async throws {
        let opened = try await Opened(lease: .seconds(1))
        try await opened.insert(1)
        let id = opened.source(1).id
        for skips in [true, false] {
            let frozen = try opened.frozen(place)
            let begin = ContinuousClock.now
            let isFree = try await eventually(within: .seconds(10)) {
                let state = try await opened.store.write(opened.scope) { transaction in
                    try skips ? transaction.sync.lockIfFree(id) : transaction.sync.lock(id)
                }
                return state != nil
            }
            #expect(isFree)
            #expect(begin.duration(to: .now) > .milliseconds(400))
            withExtendedLifetime(frozen) {}
        }
    }

    @Test("of a process that says nothing for less than half a lease stays its own")
    func standsStillBriefly() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let id = opened.source(1).id
        let frozen = try opened.frozen(.withinStatement)
        #expect(try await opened.store.write(opened.scope) { try $0.sync.lockIfFree(id) } == nil)
        await #expect(throws: AppError.self) { _ = try await opened.store.write(opened.scope) { try $0.sync.lock(id) } }
        withExtendedLifetime(frozen) {}
    }

    private static func isHeld(_ id: DataSourceID, in database: PostgresDatabase) async throws -> Bool {
        let rows = try database.rows(
            "SELECT 1 FROM tributary.source_sync WHERE ds_id = $1 FOR UPDATE SKIP LOCKED", [id.rawValue])
        return rows.isEmpty
    }
}

extension Opened {
    /// A process of the program's, frozen while it has every DataSource locked.
    fileprivate func frozen(_ place: PostgresSession.Standstill) throws -> PostgresSession {
        var own = database
        own.options["application_name"] = "tributary"
        let session = try own.session()
        try session.execute("BEGIN; SELECT * FROM tributary.source_sync FOR UPDATE")
        try session.standStill(place)
        return session
    }
}

extension Result where Failure == any Error {
    /// What came of work that isn't to end the test at once.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
