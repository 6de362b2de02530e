import ConnectorAPI
import Domain
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("SQLite incremental reads", .ownThreads)
struct SQLiteIncrementalTests {
    private static func plan(
        _ mode: SyncMode, _ cursor: String? = "c", key: [String] = ["id"], state: [UInt8]? = nil
    ) -> [ReadPlan.Entity] {
        [.init(name: "t", mode: mode, primaryKey: key, cursorField: cursor, state: state)]
    }

    @Test(
        "asks for what an incremental read needs",
        arguments: [
            (nil, ["id"], "sql.cursor_required"), ("nope", ["id"], "sql.cursor_unknown"),
            ("b", ["id"], "sql.cursor_unknown"), ("c", [], "sql.key_required"), ("c", ["no"], "sql.key_unknown"),
            ("C", ["id"], "sql.cursor_unknown"),
        ] as [(String?, [String], String)])
    func needs(cursor: String?, key: [String], code: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, b BLOB)")
        let error = try await folder.read(Self.plan(.incremental, cursor, key: key)).error
        #expect(error?.code == code)
        #expect(error?.recovery == .fixConfig)
    }

    @Test(
        "reads on from the boundary, with the rows that have none", arguments: ["INTEGER", "TEXT", "REAL", "DATETIME"])
    func boundary(type: String) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c \(type));
            INSERT INTO t VALUES (1, 10), (2, 20), (3, 20), (4, NULL);
            """)
        let first = try await folder.read(Self.plan(.full))
        #expect(first.bodies.count == 4 && first.ends["t"]?.isSnapshot == true)
        let state = try #require(first.states["t"])
        try database.run("INSERT INTO t VALUES (5, 20), (6, 15), (7, 30)")
        let next = try await folder.read(Self.plan(.incremental, state: state))
        #expect(next.keys.count == 5)
        #expect(
            Set(next.bodies.compactMap { try? JSONValue(parsing: Array($0.utf8))["id"]?.int64Value }) == [
                2, 3, 4, 5, 7,
            ])
        let third = try await folder.read(Self.plan(.incremental, state: next.states["t"]))
        #expect(third.bodies.count == 2)
    }

    @Test("a state is true after each batch")
    func states() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 35000)
            INSERT INTO t SELECT i, 40000 - i FROM n;
            """)
        let reader = try await folder.reader(Self.plan(.incremental))
        var seen: Set<[UInt8]> = []
        var last: [UInt8]?
        while let batch = try await reader.next() {
            for item in batch.items { seen.insert(Array(batch.bytes[item.keyRange])) }
            let state = try #require(batch.state)
            let rest = try await folder.read(Self.plan(.incremental, state: state))
            #expect(seen.union(rest.keys).count == 35_000)
            #expect(rest.bodies.count == 35_001 - seen.count)
            last = state
        }
        #expect(last.flatMap { SQLiteState($0) } == SQLiteState(column: "c", value: .integer(39_999)))
    }

    @Test("a full read has no state before its end")
    func fullStates() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 15000)
            INSERT INTO t SELECT i, 40000 - i FROM n;
            """)
        let reader = try await folder.reader(Self.plan(.full))
        #expect(try await reader.next()?.state == nil)
        #expect(try await reader.next()?.state != nil)
        #expect(try await reader.next() == nil)
    }

    @Test(
        "values of several kinds never hide rows",
        arguments: [
            ("5, 'zebra', x'00', 9e999", CursorValue.integer(5)), ("'a', 'b'", .text("b")),
            ("2.5, 2, 'x'", .real(2.5)), ("9223372036854775807", .integer(.max)), ("NULL", nil), ("x'FF'", nil),
            ("CAST(x'FF' AS TEXT)", nil), ("-9e999", nil),
            ("'" + String(repeating: "é", count: 2_000) + "'", .text(String(repeating: "é", count: 511))),
        ] as [(String, CursorValue?)])
    func kinds(values: String, expected: CursorValue?) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, c DATETIME)")
        try database.run(values.split(separator: ", ").map { "INSERT INTO t (c) VALUES (\($0));" }.joined())
        let full = try await folder.read(Self.plan(.full))
        let sorted = try await folder.read(Self.plan(.incremental))
        #expect(full.states["t"].flatMap { SQLiteState($0) }?.column == "c")
        #expect(full.states["t"].flatMap { SQLiteState($0) }?.value == expected)
        #expect(sorted.states["t"].flatMap { SQLiteState($0) }?.value == expected)
        for row in ["1", "char(65533)", "NULL", "6.5", "x'01'"] {
            try database.run("INSERT INTO t (c) VALUES (\(row))")
        }
        let before = Set(full.bodies)
        let next = try await folder.read(Self.plan(.incremental, state: full.states["t"]))
        let all = try await folder.read(Self.plan(.full))
        for body in all.bodies
        where !before.contains(body) && !(body.hasSuffix(#":1}"#) && expected.map { !$0.isText } ?? false)
            && !(body.hasSuffix(":6.5}") && expected == .integer(.max))
        {
            #expect(next.bodies.contains(body), "\(body)")
        }
    }

    @Test(
        "a state of another column, or none, means the beginning",
        arguments: [
            #"{"version":1,"column":"id","type":"integer","value":"9"}"#, "{}", "", "[1",
            #"{"version":2,"column":"c"}"#,
            #"{"version":1,"column":"c","type":"none"}"#, #"{"version":1,"column":"c","type":"integer","value":"x"}"#,
            #"{"version":1,"column":"c","type":"real","value":"inf"}"#,
        ])
    func unusableStates(state: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, c INT); INSERT INTO t VALUES (1, 1), (2, NULL)")
        #expect(try await folder.read(Self.plan(.incremental, state: Array(state.utf8))).bodies.count == 2)
    }

    @Test("a number's state means nothing to a column that was made a text")
    func changedType() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT); INSERT INTO t VALUES (1, '100')")
        let state = SQLiteState(column: "c", value: .integer(12)).serialized()
        #expect(try await folder.read(Self.plan(.incremental, state: state)).bodies.count == 1)
    }

    @Test(
        "states round-trip",
        arguments: [
            nil, .integer(.min), .integer(0), .real(0.1), .real(-2.5e-300), .text(""), .text("a\u{0}\"é"),
        ] as [CursorValue?])
    func roundTrip(value: CursorValue?) throws {
        let state = SQLiteState(column: "é\"", value: value)
        #expect(SQLiteState(state.serialized()) == state)
    }

    @Test("an index on the cursor is used, so that nothing is sorted")
    func usesIndex() throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("CREATE TABLE t (id TEXT PRIMARY KEY, c INTEGER); CREATE INDEX i ON t (c)")
        let table = SQLiteTable(
            name: "t", kind: .table, isStrict: false,
            columns: [
                .init(name: "id", declaredType: "TEXT", isRequired: false, keyPlace: 1),
                .init(name: "c", declaredType: "INTEGER", isRequired: false, keyPlace: 0),
            ])
        let state = SQLiteState(column: "c", value: .text("x")).serialized()
        let query = try EntityQuery(Self.plan(.incremental, key: ["id"], state: state)[0], of: table)
        #expect(query.steps.count == 3)
        for step in query.steps {
            let plan = try database.rows("EXPLAIN QUERY PLAN " + step.sql).joined(separator: "\n")
            #expect(plan.contains("USING INDEX i") && !plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }

    @Test("views are followed where the selection names a key")
    func views() async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE s (id INTEGER PRIMARY KEY, c INT); CREATE VIEW t AS SELECT id, c FROM s;
            INSERT INTO s VALUES (1, 1), (2, 2);
            """)
        let first = try await folder.read(Self.plan(.full))
        try database.run("INSERT INTO s VALUES (3, 3)")
        let next = try await folder.read(Self.plan(.incremental, state: first.states["t"]))
        #expect(next.bodies == [#"{"id":2,"c":2}"#, #"{"id":3,"c":3}"#])
    }

    @Test("100 random histories: what is stored is the table after each run", arguments: 1...10)
    func histories(seed: Int) async throws {
        for history in 0..<10 {
            let seed = UInt64(seed * 100 + history)
            try await Self.history(seed: seed)
        }
    }

    private static func history(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let folder = try SQLiteFolder()
        let database = try folder.database()
        let type = ["INTEGER", "TEXT", "REAL", "DATETIME", "TEXT COLLATE NOCASE"].randomElement(using: &random) ?? ""
        let isText = type.hasPrefix("TEXT")
        try database.run(
            """
            PRAGMA journal_mode = \(Bool.random(using: &random) ? "WAL" : "DELETE");
            CREATE TABLE t (id, k TEXT, c \(type), v, PRIMARY KEY (id, k))
                \(Bool.random(using: &random) ? " WITHOUT ROWID" : "");
            \(Bool.random(using: &random) ? "CREATE INDEX i ON t (c);" : "")
            """)
        var stored: [[UInt8]: String] = [:]
        var state: [UInt8]?
        var now = 0
        for run in 0..<8 {
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                now += Int.random(in: 0...2, using: &random)
                var cursor = isText || type == "DATETIME" && now % 2 == 0 ? "'2030-01-\(1000 + now)'" : "\(now)"
                if Int.random(in: 0..<10, using: &random) == 0 { cursor = "NULL" }
                if type == "DATETIME", cursor != "NULL", state != nil { cursor = "'2030-01-\(1000 + now)'" }
                let id = Int.random(in: 0..<20, using: &random)
                try database.run(
                    "INSERT OR REPLACE INTO t VALUES (\(id), 'k\(id % 3)', \(cursor), \(random.next() % 1000))")
            }
            let mode: SyncMode = state == nil ? .full : .incremental
            let result = try await folder.read(
                [.init(name: "t", mode: mode, primaryKey: ["id", "k"], cursorField: "c", state: state)])
            #expect(result.error == nil, "SEED \(seed)")
            for (key, body) in zip(result.keys, result.bodies) { stored[key] = body }
            state = result.states["t"]
            #expect(state != nil)
            let all = try await folder.read([.init(name: "t", mode: .full, primaryKey: ["id", "k"])])
            #expect(stored == Dictionary(uniqueKeysWithValues: zip(all.keys, all.bodies)), "SEED \(seed), run \(run)")
        }
    }
}
