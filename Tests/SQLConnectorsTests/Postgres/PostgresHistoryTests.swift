import ConnectorAPI
import Domain
import FaultKit
import Foundation
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

/// Histories in which transactions begin, write and commit in any order while runs come and go: after a run the mirror is
/// the table, though no run ever looked at all of it again.
@Suite("Incremental reads of PostgreSQL", .ownThreads)
struct PostgresHistoryTests {
    private static let large = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    /// What a history's cursor column is.
    enum Cursor: String, CaseIterable {
        case timestamptz, timestamp, timestampNull = "timestamp null", clock
    }

    @Test(
        "any history of late commits, shared boundaries and rows that change while they are read",
        // One after another: all at once they keep the other suites waiting for minutes, with large figures.
        .serialized, arguments: Cursor.allCases)
    func histories(cursor: Cursor) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var chance = SeededRandom(seed: seed)
        let stage = try await PostgresStage.shared()
        for number in 0..<(Self.large ? 250 : 50) {
            let table = "h\(number)"
            try await History(table: table, cursor: cursor, stage: stage).play(
                steps: 24, &chance, "seed \(seed), \(cursor), history \(number)")
        }
    }

    @Test("a row that commits after its time has passed is read by the next run, and the rest isn't read again")
    func late() async throws {
        let stage = try await PostgresStage.shared()
        stage.config["lookback_seconds"] = 0
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
            INSERT INTO t SELECT g, now() - interval '1 day' FROM generate_series(1, 1000) g;
            """)
        let late = try stage.database.session()
        try late.execute("BEGIN; INSERT INTO t VALUES (2001)")
        try stage.database.execute("INSERT INTO t VALUES (2002)")
        #expect(try await stage.sync("public.t", .full, cursor: "at").read == 1001)
        try stage.database.execute("INSERT INTO t VALUES (2003)")
        // What was made since the open transaction began is read again as long as it is open, and nothing older.
        #expect(try await stage.sync("public.t", .incremental, cursor: "at").read < 10)
        #expect(stage.bodies("public.t").count == 1002)
        try late.execute("COMMIT")
        #expect(try await stage.sync("public.t", .incremental, cursor: "at").read < 10)
        #expect(stage.bodies("public.t").count == 1003)
    }

    @Test("where rows don't tell their transactions, the lookback finds late ones")
    func lookback() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL); CREATE VIEW v AS SELECT * FROM t;
            INSERT INTO t VALUES (1, '2026-01-01 12:00:00Z'), (2, '2026-01-01 12:10:00Z');
            """)
        func sync() async throws -> Int {
            try await stage.sync("public.v", stage.states.isEmpty ? .full : .incremental, cursor: "at", key: ["id"])
                .read
        }
        #expect(try await sync() == 2)
        #expect(try await sync() == 1, "the boundary is read again")
        try stage.database.execute(
            "INSERT INTO t VALUES (3, '2026-01-01 12:05:00Z'), (4, '2026-01-01 12:04:59.999999Z')")
        #expect(try await sync() == 2)
        #expect(stage.bodies("public.v").count == 3, "older than the lookback: for the next full read")
        stage.config["lookback_seconds"] = 3600
        #expect(try await sync() == 4)
    }

    @Test("rows without a time, with an infinite or a far one are never missed, and hide none")
    func oddTimes() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, at timestamptz);
            INSERT INTO t VALUES (1, now()), (2, NULL), (3, 'infinity'), (4, '-infinity'), (5, '2999-01-01');
            """)
        try await stage.sync("public.t", .full, cursor: "at")
        try stage.database.execute("INSERT INTO t VALUES (6, now()), (7, NULL), (8, 'infinity'), (9, now())")
        try stage.database.execute("UPDATE t SET at = NULL WHERE id = 9")
        try await stage.sync("public.t", .incremental, cursor: "at")
        #expect(stage.bodies("public.t").count == 9)
        #expect(stage.bodies("public.t").contains(#"{"id":9,"at":null}"#))
    }

    @Test("integers and dates can be followed; a state of another column, table or filling is left aside")
    func kinds() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id bigint PRIMARY KEY, day date, small int2);
            INSERT INTO t SELECT g, date '2026-01-01' + g, g FROM generate_series(1, 100) g;
            """)
        for cursor in ["id", "day", "small"] {
            #expect(try await stage.sync("public.t", .full, cursor: cursor).read == 100)
            // Transactions of other tests may be open: then the boundary, for dates with its lookback, is read again.
            #expect(try await stage.sync("public.t", .incremental, cursor: cursor).read <= 2)
        }
        #expect(try await stage.sync("public.t", .incremental, cursor: "id").read == 100, "the state was of small")
        try stage.database.execute("INSERT INTO t VALUES (101, NULL, NULL)")
        #expect(try await stage.sync("public.t", .incremental, cursor: "id").read <= 2)
        #expect(stage.bodies("public.t").count == 101)
        try stage.database.execute("TRUNCATE t; INSERT INTO t VALUES (1, '2020-01-01', 1)")
        #expect(try await stage.sync("public.t", .incremental, cursor: "id").read == 1, "another filling")
    }

    @Test("an incremental read says what it lacks: a cursor, one that can be followed, a key")
    func lacks() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE TABLE t (id int PRIMARY KEY, note text); CREATE TABLE k (at timestamptz)")
        let none = await stage.failure { try await stage.sync("public.t", .incremental) }
        #expect(none?.code == "sql.cursor_required")
        let text = await stage.failure { try await stage.sync("public.t", .incremental, cursor: "note") }
        #expect(text?.code == "sql.cursor_unknown")
        let keyless = await stage.failure { try await stage.sync("public.k", .incremental, cursor: "at") }
        #expect(keyless?.code == "sql.key_required")
        #expect([none, text, keyless].allSatisfy { $0?.recovery == .fixConfig })
    }

    @Test("a long incremental read leaves states on its way, each true of what was given before it")
    func checkpoints() async throws {
        let stage = try await PostgresStage.shared(patience: PostgresPatience(rowsWithoutState: 0))
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, at timestamptz);
            INSERT INTO t VALUES (0, '2025-01-01');
            """)
        try await stage.sync("public.t", .full, cursor: "at")
        try stage.database.execute(
            "INSERT INTO t SELECT g, timestamptz '2026-01-01' + (g / 7) * interval '1 second' FROM generate_series(1, 35000) g"
        )
        let plan = ReadPlan.Entity(
            name: "public.t", mode: .incremental, primaryKey: ["id"], cursorField: "at", state: stage.states["public.t"]
        )
        let reader = try await stage.connector.read(ReadPlan(entities: [plan]), stage.context)
        var given: Set<[UInt8]> = []
        var states: [(state: [UInt8], given: Set<[UInt8]>)] = []
        while let batch = try await reader.next() {
            for item in batch.items { given.insert(Array(batch.bytes[item.keyRange])) }
            if let state = batch.state { states.append((state, given)) }
        }
        await reader.close()
        #expect(states.count == 5)
        #expect((35_000...35_001).contains(given.count), "the boundary may be read again")
        for (state, before) in states {
            var rest = plan
            rest.state = state
            var all = before
            let again = try await stage.connector.read(ReadPlan(entities: [rest]), stage.context)
            while let batch = try await again.next() {
                for item in batch.items { all.insert(Array(batch.bytes[item.keyRange])) }
            }
            await again.close()
            #expect((35_000...35_001).contains(all.count))
        }
    }
}

/// One table, a few sessions that write it, and runs in between.
private struct History {
    let table: String
    let cursor: PostgresHistoryTests.Cursor
    let stage: PostgresStage

    private var entity: String { "public.\(table)" }
    private var type: String { cursor == .timestamp || cursor == .timestampNull ? "timestamp" : "timestamptz" }

    func play(steps: Int, _ chance: inout SeededRandom, _ note: String) async throws {
        try stage.database.execute(
            "CREATE TABLE \(table) (id int PRIMARY KEY, at \(type), v int); INSERT INTO \(table) SELECT g, now() - g * interval '1 hour', 0 FROM generate_series(1, 20) g"
        )
        let sessions = try (0..<3).map { _ in try stage.database.session() }
        for session in sessions { try session.execute("SET lock_timeout = '5ms'") }
        var open = [false, false, false]
        try await stage.sync(entity, .full, cursor: "at")
        for step in 0..<steps {
            let writer = Int.random(in: 0..<3, using: &chance)
            switch Int.random(in: 0..<10, using: &chance) {
            case 0...1 where !open[writer]:
                try sessions[writer].execute("BEGIN")
                open[writer] = true
            case 2...3 where open[writer]:
                try sessions[writer].execute(Bool.random(using: &chance) ? "COMMIT" : "COMMIT AND CHAIN; COMMIT")
                open[writer] = false
            case 4 where open[writer]:
                try sessions[writer].execute("ROLLBACK")
                open[writer] = false
            case 5: try await stage.sync(entity, .incremental, cursor: "at")
            default:
                do {
                    try sessions[writer].execute(change(step, &chance))
                } catch is PostgresFailure {
                    // Another session holds the row: this one's transaction is over.
                    if open[writer] { try sessions[writer].execute("ROLLBACK") }
                    open[writer] = false
                }
            }
        }
        for writer in 0..<3 where open[writer] { try sessions[writer].execute("COMMIT") }
        try await stage.sync(entity, .incremental, cursor: "at")
        let truth = try stage.database.rows("SELECT id, v FROM \(table)").map { "\($0[0] ?? ""):\($0[1] ?? "")" }
        let held = try stage.bodies(entity).map { body in
            let json = try JSONValue(parsing: body)
            return "\(json["id"]?.description ?? ""):\(json["v"]?.description ?? "")"
        }
        #expect(held.sorted() == truth.sorted(), "\(note)")
    }

    /// An insert or an update that sets the time as programs do: when the transaction began, when the statement ran, or to
    /// the second.
    private func change(_ step: Int, _ chance: inout SeededRandom) -> String {
        let time =
            switch cursor {
            case .clock: "clock_timestamp()"
            case .timestampNull: Int.random(in: 0..<4, using: &chance) == 0 ? "NULL" : "now()"
            default: Bool.random(using: &chance) ? "now()" : "date_trunc('second', now())"
            }
        if Bool.random(using: &chance) {
            return "INSERT INTO \(table) VALUES (\(100 + step), \(time), \(step)) ON CONFLICT DO NOTHING"
        }
        let id = Int.random(in: 1...20, using: &chance)
        return "UPDATE \(table) SET v = \(1000 + step), at = \(time) WHERE id IN (\(id), \(id + 1), \(100 + step / 2))"
    }
}
