import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program with its data in PostgreSQL.
@Suite(.ownThreads) struct PostgresStoreTests {
    @Test("an API process and a worker share one database: what one is asked for the other does")
    func twoProcesses() async throws {
        let database = try await PostgresServer.shared().database()
        let api = try ServerProcess(Self.settings(database))
        try api.start(arguments: ["--role", "api"])
        let worker = try ServerProcess(Self.settings(database))
        try worker.write("rows.csv", "id,name\n1,a\n2,b\n3,c\n")
        try worker.start(arguments: ["--role", "worker"])
        let client = try api.client()
        let source = try await client.datasources.create(json: [
            "name": "Rows", "type": "file", "config": ["path": "rows.csv", "primary_key": ["id"]],
        ])
        var run = try await client.datasources.sync(source.id, SyncRequestBody(), wait: 60)
        while !run.hasEnded { run = try await client.datasources.run(source.id, run.id) }
        #expect(run.status == "succeeded", "\(run)")
        #expect(run.entities.first?.inserted == 3)
        let health = try await client.health()
        #expect(health.database == "ok" && health.role == "api")

        // A database that crashed is found again by both, without a restart of theirs.
        try database.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        try worker.write("rows.csv", "id,name\n1,a\n2,b\n")
        run = try await client.datasources.sync(source.id, SyncRequestBody(), wait: 60)
        while !run.hasEnded { run = try await client.datasources.run(source.id, run.id) }
        #expect(run.status == "succeeded", "\(run)")
        #expect(run.entities.first?.deleted == 1)
        await client.close()
        #expect(api.stop() == 0)
        #expect(worker.stop() == 0)
    }

    @Test("a migration is told before it is made, and a token is minted beside the server")
    func commands() async throws {
        let database = try await PostgresServer.shared().database()
        let server = try ServerProcess(Self.settings(database))
        let plan = try server.run(["migrate", "--plan"])
        #expect(plan.status == 0 && plan.output.contains("to apply: 0001-first"), "\(plan)")
        #expect(try server.run(["migrate", "--plan"]).output == plan.output)
        #expect(try server.run(["migrate"]).output == plan.output.replacing("to apply", with: "migrated"))
        #expect(try server.run(["migrate"]).output == "The database is up to date.\n")
        let token = try server.token()
        #expect(token.split(separator: ".").count == 3)
        try server.start()
        let client = try server.client()
        #expect(try await client.datasources.list().items.isEmpty)
        await client.close()
    }

    private static func settings(_ database: PostgresDatabase) -> [String: String] {
        [
            "TRIBUTARY_DATABASE_URL": database.url,
            "TRIBUTARY_MASTER_KEYS": "k1:" + String(repeating: "A", count: 43) + "=",
            "TRIBUTARY_LOG_LEVEL": "info",
        ]
    }
}
