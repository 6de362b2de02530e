import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// A table's days, from its first sync to its emptying, by the real program.
@Suite(.ownThreads) struct PostgresDayTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil
    private static let rows = isLarge ? 1_000_000 : 50_000

    @Test("a PostgreSQL table is synced, updated, thinned and emptied: every count is exact")
    func day() async throws {
        let database = try await PostgresServer.shared().database()
        let (rows, changed, gone) = (Self.rows, Self.rows / 100, Self.rows / 1000)
        try database.execute(Self.table(rows))
        let server = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8", "TRIBUTARY_LOG_LEVEL": "info"])
        try server.start()
        let client = try server.client()
        let source = try await client.datasources.create(json: Self.source(database))
        func sync(_ body: SyncRequestBody = SyncRequestBody()) async throws -> (run: SyncRunBody, counts: [Int]) {
            var run = try await client.datasources.sync(source.id, body, wait: 60)
            while !run.hasEnded { run = try await client.datasources.run(source.id, run.id) }
            return (run, run.entities.first.map { [$0.inserted, $0.updated, $0.deleted, $0.unchanged] } ?? [])
        }
        #expect(try await sync().counts == [rows, 0, 0, 0])
        #expect(try await sync().counts == [0, 0, 0, rows])

        let selection = JSONValue.object(["name": "public.orders", "mode": "incremental", "cursor_field": "updated_at"])
        _ = try await client.datasources.update(source.id, ["entities": .array([selection])])
        let first = try await sync()
        #expect(first.counts == [0, 0, 0, rows])
        #expect(first.run.entities.first?.fullReason == "no_state")
        #expect(try await sync().run.entities.first?.fullReason == nil)
        try database.execute("UPDATE orders SET amount = amount + 1, updated_at = now() WHERE id % 100 = 7")
        let update = try await sync()
        #expect(update.counts.prefix(3) == [0, changed, 0])
        #expect(update.run.entities.first?.mode == "incremental")

        try database.execute("DELETE FROM orders WHERE id % 1000 = 3")
        #expect(try await sync(SyncRequestBody(mode: "full")).counts == [0, 0, gone, rows - gone])
        try database.execute("TRUNCATE orders")
        let emptied = try await sync(SyncRequestBody(mode: "full"))
        #expect(emptied.run.status == "needs_review")
        #expect(emptied.run.error?.recovery == "review_deletes")
        #expect(emptied.counts == [0, 0, 0, 0])
        #expect(try server.memoryPeak() < 200 << 20)
        await client.close()
    }

    @Test("another key is a new generation, and the run says so")
    func rekeyed() async throws {
        let database = try await PostgresServer.shared().database()
        try database.execute(
            "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL); INSERT INTO t SELECT g, -g FROM generate_series(1, 100) g"
        )
        let server = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"])
        try server.start()
        let client = try server.client()
        let source = try await client.datasources.create(json: Self.source(database))
        _ = try await client.datasources.sync(source.id, wait: 30)
        try database.execute("ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (b)")
        let run = try await client.datasources.sync(source.id, wait: 30)
        #expect(run.status == "succeeded")
        #expect(run.entities.first?.fullReason == "key_changed")
        #expect(run.entities.first.map { [$0.inserted, $0.deleted] } == [100, 100])
        let keys = try await client.datasources.records(source.id, "public.t").items.map(\.key.text)
        #expect(keys.allSatisfy { $0.hasPrefix("[-") })
        await client.close()
    }

    @Test("a failure of the database is the run's, with who must act, and holds no password")
    func failures() async throws {
        let server = try await PostgresServer.start()
        let database = try server.database()
        try database.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let tributary = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"])
        try tributary.start()
        let client = try tributary.client()
        let source = try await client.datasources.create(json: Self.source(database))
        func sync() async throws -> [String?] {
            let run = try await client.datasources.sync(source.id, wait: 30)
            return [run.status, run.error?.code, run.error?.recovery]
        }
        #expect(try await sync() == ["succeeded", nil, nil])
        _ = try await client.datasources.update(source.id, ["config": ["password": "wrong-password-4711"]])
        #expect(try await sync() == ["failed", "postgres.authentication_failed", "reauthorise"])
        _ = try await client.datasources.update(source.id, ["config": ["password": .string(database.password)]])
        #expect(try await sync() == ["succeeded", nil, nil])
        try server.stop(.immediate)
        #expect(try await sync() == ["failed", "postgres.unreachable", "retry"])
        #expect(try await client.datasources.check(source.id).error?.code == "postgres.unreachable")
        #expect(try await client.datasources.get(source.id).syncedEntities == ["public.t": 1])
        let log = try tributary.logText()
        #expect(!log.contains("wrong-password-4711") && !log.contains(database.password))
        await client.close()
    }

    @Test("an operator's own settings for libpq reach no tenant's server")
    func environment() async throws {
        let database = try await PostgresServer.shared().database()
        let tributary = try ServerProcess([
            "TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8", "PGPASSWORD": database.password, "PGSERVICE": "inside",
            "PGHOSTADDR": "10.0.0.1", "PGSSLMODE": "verify-full", "PGOPTIONS": "-c nonsense=1",
        ])
        try tributary.start()
        let client = try tributary.client()
        var config = try #require(Self.source(database)["config"]?.objectValue)
        #expect(try await client.connectors.check("postgres", config: config).error == nil)
        config["password"] = nil
        let refused = try await client.connectors.check("postgres", config: config).error
        #expect(refused?.code == "postgres.authentication_failed")
        await client.close()
    }

    private static func source(_ database: PostgresDatabase) -> JSONObject {
        let config: JSONObject = [
            "host": .string(database.host), "port": .int(database.port), "database": .string(database.name),
            "user": .string(database.user), "password": .string(database.password),
        ]
        return ["name": "Shop", "type": "postgres", "config": .object(config)]
    }

    /// 12 columns of mixed types, about 250 bytes a row, last touched long ago.
    private static func table(_ rows: Int) -> String {
        """
        CREATE TABLE orders AS
        SELECT g::int8 AS id, (g::int8 * 7919) % 100000 AS customer_id, 'ORD-' || lpad(g::text, 10, '0') AS code,
          (ARRAY['new', 'paid', 'shipped', 'done'])[1 + g % 4] AS status, round((random() * 10000)::numeric, 2) AS amount,
          random() AS weight, g % 3 = 0 AS gift, timestamptz '2024-01-01' + g * interval '37 seconds' AS created_at,
          timestamptz '2024-01-01' + (g % 900000) * interval '41 seconds' AS updated_at,
          date '2024-01-01' + g % 700 AS due, md5(g::text) || md5((g + 1)::text) AS note,
          jsonb_build_object('a', g, 'b', md5(g::text)) AS doc
        FROM generate_series(1, \(rows)) g;
        ALTER TABLE orders ADD PRIMARY KEY (id); CREATE INDEX ON orders (updated_at); ANALYZE orders
        """
    }
}
