import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// Who gets a worker when, over several processes on one PostgreSQL database.
@Suite(.serialized, .ownThreads) struct QueueTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    private static func source(_ number: Int, schedule: String? = nil) -> JSONObject {
        var source: JSONObject = [
            "name": .string("Small \(number)"), "type": "file",
            "config": ["path": "small.csv", "primary_key": ["id"]],
        ]
        if let schedule { source["sync_schedule"] = .string(schedule) }
        return source
    }

    @Test("a tenant's one run starts within 2 s, however many another tenant has queued", .timeLimit(.minutes(20)))
    func fairness() async throws {
        let database = try await PostgresServer.shared().database()
        let fleet = try await Fleet(.file, rows: 10, workers: 1, on: database)
        let server = fleet.stage.server
        for tenant in ["many", "few"] { try server.write("small.csv", "id,name\n1,Ann\n2,Bert\n", tenant: tenant) }
        let (many, few) = (try server.client(tenant: "many"), try server.client(tenant: "few"))
        let one = try await few.datasources.create(json: Self.source(0)).id
        for number in 1...(Self.isLarge ? 10_000 : 300) {
            let id = try await many.datasources.create(json: Self.source(number)).id
            _ = try await many.datasources.sync(id)
        }
        // Those that were carried out meanwhile wait again, all at once.
        try database.execute(
            "UPDATE tributary.runs SET status = 'queued', finished_at = NULL WHERE status = 'succeeded'")
        let run = try await few.datasources.finished(try await few.datasources.sync(one))
        #expect(run.hasSucceeded, "\(run)")
        let left = try database.rows("SELECT count(*) FROM tributary.runs WHERE status = 'queued'")
        #expect(left != [["0"]], "the other tenant had none left")
        let waited = try database.rows(
            "SELECT started_at - created_at FROM tributary.runs WHERE run_id = $1", [run.id])
        let milliseconds = try #require(Int((waited.first?.first ?? nil) ?? ""))
        #expect(milliseconds < 2_000, "started after \(milliseconds) ms")
        await many.close()
        await few.close()
    }

    @Test("the schedulers of two processes queue one run for each tick", .timeLimit(.minutes(5)))
    func ticks() async throws {
        let database = try await PostgresServer.shared().database()
        let fleet = try await Fleet(.file, rows: 10, workers: 2, on: database)
        let server = fleet.stage.server
        try server.write("small.csv", "id,name\n1,Ann\n2,Bert\n")
        let client = try server.client()
        for number in 1...40 { _ = try await client.datasources.create(json: Self.source(number, schedule: "PT1H")) }
        for round in 1...(Self.isLarge ? 50 : 5) {
            try database.execute(
                "UPDATE tributary.datasources SET next_sync_at = tributary.database_time() WHERE schedule IS NOT NULL")
            let isDone = try await eventually(within: .seconds(30)) {
                let ended = try database.rows(
                    """
                    SELECT count(*) FROM tributary.runs
                    WHERE scheduled_for IS NOT NULL AND status NOT IN ('queued', 'running')
                    """)
                return ended == [["\(round * 40)"]]
            }
            #expect(isDone, "round \(round)")
            let counts = try database.rows(
                """
                SELECT DISTINCT count(*), count(DISTINCT scheduled_for) FROM tributary.runs
                WHERE scheduled_for IS NOT NULL GROUP BY ds_id
                """)
            #expect(counts == [["\(round)", "\(round)"]], "round \(round)")
        }
        await client.close()
    }
}
