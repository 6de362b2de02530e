import ConnectorAPI
import Domain
import Glibc
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Damaged SQLite databases", .ownThreads)
struct SQLiteDamageTests {
    private static let rows = 1_000

    /// Tables with and without rowid, an index, long values, a full-text index and a view.
    private static func sample(_ folder: SQLiteFolder, mode: String = "DELETE") throws {
        try folder.database().run(
            """
            PRAGMA page_size = 1024; PRAGMA journal_mode = \(mode);
            CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT, r REAL, b BLOB);
            CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
            CREATE INDEX i ON t (k, id);
            CREATE VIEW v AS SELECT id, k FROM t;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO t SELECT i, 'key ' || i, i * 0.5, CASE WHEN i % 100 = 0 THEN zeroblob(3000) ELSE x'0102' END
                FROM n;
            INSERT INTO w SELECT 'w' || k, id FROM t;
            CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f SELECT k FROM t WHERE id <= 200;
            """)
    }

    private static let plan: [ReadPlan.Entity] = [
        .init(name: "t", mode: .full, primaryKey: ["id"]), .init(name: "w", mode: .full, primaryKey: ["k"]),
        .init(name: "v", mode: .full, primaryKey: ["id"]),
    ]

    /// No entity may end as complete and whole with fewer rows than it has.
    private static func judge(_ result: SQLiteResult, _ note: String) {
        for (entity, end) in result.ends where end.isComplete && end.isSnapshot && entity != "f" {
            let count = zip(result.entities, result.keys).filter { $0.0 == entity }.count
            let rejects = result.rejects.count { $0.entity == entity }
            #expect(count + rejects >= rows, "\(note): \(entity) ended with \(count) rows")
        }
        if let error = result.error {
            #expect(error.category == .source && error.code.hasPrefix("sql"), "\(note): \(error)")
        }
    }

    @Test("a database that is cut at any place is an error", arguments: ["DELETE", "WAL"])
    func truncations(mode: String) async throws {
        let folder = try SQLiteFolder()
        try Self.sample(folder, mode: mode)
        let whole = try folder.bytes()
        let complete = try await folder.read(Self.plan)
        #expect(complete.error == nil && complete.bodies.count == 3 * Self.rows)
        for length in [
            1, 15, 16, 99, 100, 511, 1_023, 1_024, 1_025, 4_096, whole.count / 2, whole.count - 1_024, whole.count - 1,
        ] {
            try folder.write("a.db", Array(whole.prefix(length)))
            let result = try await folder.read(Self.plan)
            #expect(result.error != nil, "cut at \(length)")
            #expect(result.ends.isEmpty, "cut at \(length)")
        }
    }

    @Test("random flips never crash, hang or end with fewer rows in silence", arguments: 1...8)
    func flips(seed: Int) async throws {
        let seed = UInt64(seed)
        var random = SeededRandom(seed: seed)
        let folder = try SQLiteFolder()
        try Self.sample(folder, mode: seed % 2 == 0 ? "WAL" : "DELETE")
        let whole = try folder.bytes()
        var failures = 0
        for round in 0..<50 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Headers of pages hold what makes rows vanish; half of the flips go there.
                var place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    place = place / 1_024 * 1_024 + Int.random(in: 0..<12, using: &random)
                }
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try folder.write("a.db", bytes)
            for plan in [Self.plan, Self.plan + [.init(name: "f", mode: .full, primaryKey: [])]] {
                let result = try await folder.read(plan)
                Self.judge(result, "SEED \(seed), round \(round)")
                failures += result.error == nil ? 0 : 1
            }
            _ = try? await folder.discover()
        }
        // The flips do harm, so the test tests something.
        #expect(failures > 20)
    }

    @Test("a page that lost rows without breaking the read is found", arguments: ["t", "w", "v"])
    func lostRows(entity: String) async throws {
        let folder = try SQLiteFolder()
        try Self.sample(folder)
        var bytes = try folder.bytes()
        let table = entity == "v" ? "t" : entity
        // Leaf pages of the table: the number of cells is at offset 3; one cell fewer still reads well.
        let kind: UInt8 = table == "t" ? 0x0D : 0x0A
        let marker = Array((table == "t" ? "key 500" : "wkey 150").utf8)
        let page = try #require(
            stride(from: 0, to: bytes.count, by: 1_024).first { start in
                bytes[start] == kind && bytes[start..<start + 1_024].contains(marker)
            })
        bytes[page + 4] -= 1
        try folder.write("a.db", bytes)
        let result = try await folder.read(Self.plan.filter { $0.name == entity })
        #expect(result.error?.code == "sqlite.damaged")
        #expect(result.error?.recovery == .fixConfig)
        // The view's rows come from the index.
        #expect(result.bodies.count == (entity == "v" ? Self.rows : Self.rows - 1))
        #expect(result.ends.isEmpty)
    }

    @Test("an index that lost rows doesn't hide those of its table", arguments: ["t", "a \"b\""])
    func staleIndex(name: String) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        let table = SQLiteTable.quoted(name)
        // A covering index, which SQLite prefers to the table.
        try database.run(
            """
            CREATE TABLE \(table) (a, b, PRIMARY KEY (a DESC, b)) WITHOUT ROWID; CREATE INDEX i ON \(table) (b);
            INSERT INTO \(table) VALUES (1, '2'), (3, '4');
            PRAGMA writable_schema = ON;
            CREATE TABLE empty (a, b, PRIMARY KEY (a)) WITHOUT ROWID; CREATE INDEX other ON empty (b);
            UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'other')
                WHERE name = 'i';
            """)
        let result = try await folder.read([.init(name: name, mode: .full, primaryKey: [])])
        #expect(result.bodies.count == 2)
    }

    @Test("rows that break a constraint are rows")
    func brokenConstraints() async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, NULL), (-1, 2); PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a INT CHECK (a > 0), b INT NOT NULL)';
            """)
        let result = try await folder.read([.init(name: "t", mode: .full, primaryKey: [])])
        #expect(result.error == nil)
        #expect(result.ends["t"]?.isSnapshot == true && result.bodies.count == 2)
    }

    @Test("a table whose order can't be compared here is complete, but no proof of what is gone")
    func unknownCollation() async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1); CREATE INDEX i ON t (a); PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a COLLATE no_such)' WHERE name = 'i';
            """)
        let result = try await folder.read([.init(name: "t", mode: .full, primaryKey: [])])
        #expect(result.error == nil && result.bodies.count == 1)
        #expect(result.ends["t"] == EntityEnd(isComplete: true, isSnapshot: false))
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ run: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: run) }
    }
}
