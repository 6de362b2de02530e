import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

@Suite("A lost connection to PostgreSQL", .ownThreads)
struct ReconnectTests {
    @Test("is replaced before a transaction begins, unseen by its caller")
    func idle() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        #expect(try await opened.count() == 1)
        try opened.terminateSessions()
        try await opened.insert(2)
        #expect(try await opened.count() == 2)
    }

    @Test("lets the transaction run once more, whole, when it is lost before the commit")
    func within() async throws {
        let opened = try await Opened()
        let (first, second) = (opened.source(1), opened.source(2))
        let runs = Count()
        try await opened.store.write(opened.scope) { transaction in
            try transaction.sources.insert(first)
            if runs.add() == 1 { try opened.terminateSessions() }
            try transaction.sources.insert(second)
        }
        #expect(runs.value == 2)
        #expect(try await opened.count() == 2)
    }

    @Test("is said when it is lost again, with a time to wait")
    func twice() async throws {
        let opened = try await Opened()
        let source = opened.source(1)
        let runs = Count()
        let error = await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                runs.add()
                try opened.terminateSessions()
                try transaction.sources.insert(source)
            }
        }
        #expect(error?.code == ErrorCode.storeUnavailable.code)
        #expect(error?.retryAfter == .seconds(1))
        #expect(runs.value == 2)
        #expect(try await opened.count() == 0)
    }

    @Test("while a change is being committed is told as such, and nothing is done twice")
    func atCommit() async throws {
        let database = try await Cluster.database()
        let proxy = try TCPProxy(to: database.port)
        let opened = try await Opened(port: proxy.port, on: database)
        try await opened.insert(1)
        let id = opened.source(1).id
        let runs = Count()
        let error = await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                runs.add()
                var state = try #require(try transaction.sync.lock(id))
                state.fence += 1
                try transaction.sync.save(state)
                // The next byte that the server sends is of the answer to COMMIT.
                proxy.cutAfter(bytes: 1, .toClient)
            }
        }
        #expect(error?.code == ErrorCode.storeUnavailable.code)
        #expect(error?.message.contains("may be made or not") == true)
        #expect(runs.value == 1)
        #expect(try await opened.fence(of: 1) == 2)
    }

    @Test("leaves what a read met remembered when the batch may be committed")
    func metAtCommit() async throws {
        let database = try await Cluster.database()
        let proxy = try TCPProxy(to: database.port)
        let opened = try await Opened(port: proxy.port, on: database)
        try await opened.insert(1)
        let id = opened.source(1).id
        let read = ReadToken(source: id, fence: 1)
        let batch = RecordBatch.of("customers", [("a", "1"), ("b", "1")])
        await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                var state = try #require(try transaction.sync.lock(id))
                _ = try transaction.records.merge(batch, run: nil, read: read, sync: &state)
                try transaction.sync.save(state)
                proxy.cutAfter(bytes: 1, .toClient)
            }
        }
        let unseen = try await opened.store.read(opened.scope) { transaction in
            #expect(try transaction.records.count(RecordQuery(entity: "customers"), of: id) == 2)
            return try transaction.records.countUnseen(read, of: "customers", in: id)
        }
        #expect(unseen == 0)
    }

    @Test("isn't replaced by one to a standby, before that takes writes")
    func standby() async throws {
        let primary = try await PostgresServer.start()
        let database = try primary.database()
        let standby = try await primary.startStandby()
        let proxy = try TCPProxy(to: primary.port)
        let opened = try await Opened(port: proxy.port, on: database)
        try await opened.insert(1)
        try primary.kill()
        proxy.retarget(to: standby.port)
        for _ in 0..<2 {
            let error = await #expect(throws: AppError.self) { try await opened.insert(2) }
            #expect(error?.code == ErrorCode.storeUnavailable.code)
            let reading = await #expect(throws: AppError.self) { _ = try await opened.count() }
            #expect(reading?.code == ErrorCode.storeUnavailable.code)
        }
        try standby.promote()
        try await opened.insert(2)
        #expect(try await opened.count() == 2)
    }

    @Test(
        "or a statement that fails is told by what must be done about it, and nothing of it is kept",
        arguments: [
            ("53100", ErrorCode.storeFull, 1), ("57014", .storeUnavailable, 1), ("25006", .storeUnavailable, 2),
            ("57P01", .storeUnavailable, 2), ("40001", .storeUnavailable, 4), ("53200", .storeUnavailable, 1),
        ])
    func states(state: String, code: ErrorCode, times: Int) async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try opened.database.execute(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION USING ERRCODE = '\(state)'; END $$;
            CREATE TRIGGER fail BEFORE UPDATE ON tributary.source_sync FOR EACH ROW EXECUTE FUNCTION fail()
            """)
        let (first, second) = (opened.source(1).id, opened.source(2))
        let runs = Count()
        let error = await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                runs.add()
                try transaction.sources.insert(second)
                let sync = try #require(try transaction.sync.lock(first))
                try transaction.sync.save(sync)
            }
        }
        #expect(error?.code == code.code)
        #expect(runs.value == times)
        try opened.database.execute("DROP TRIGGER fail ON tributary.source_sync")
        #expect(try await opened.count() == 1)
    }

    @Test("to a server that crashed and came back is replaced")
    func restart() async throws {
        let server = try await PostgresServer.start(settings: ["fsync": "on"])
        let opened = try await Opened(on: try server.database())
        try await opened.insert(1)
        try server.stop(.immediate)
        let error = await #expect(throws: AppError.self) { try await opened.insert(2) }
        #expect(error?.code == ErrorCode.storeUnavailable.code)
        try server.start()
        try await opened.insert(3)
        #expect(try await opened.count() == 2)
        try await opened.store.close()
    }
}
