import ConnectorAPI
import Domain
import FaultKit
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Reading PostgreSQL", .ownThreads)
struct PostgresReadTests {
    @Test("tables, views, partitioned and inherited tables are offered with their keys, columns and cursors")
    func discover() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE plain (id int PRIMARY KEY, name text NOT NULL, at timestamptz, doc jsonb);
            CREATE TABLE pair (b int, a text, v int, PRIMARY KEY (b, a) INCLUDE (v));
            CREATE TABLE loose (x text);
            CREATE TABLE uniq (id int NOT NULL, code text NOT NULL UNIQUE, maybe int UNIQUE);
            CREATE TABLE odd (tags int[] PRIMARY KEY);
            CREATE TABLE part (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE TABLE child () INHERITS (plain);
            CREATE VIEW seen AS SELECT id, name FROM plain;
            CREATE MATERIALIZED VIEW kept AS SELECT * FROM plain;
            CREATE SCHEMA "Sales.EU";
            CREATE TABLE "Sales.EU"."Or""der" (id bigint PRIMARY KEY);
            """)
        let offered = Dictionary(
            uniqueKeysWithValues: try await stage.connector.discover(stage.context).map { ($0.name, $0) })
        #expect(
            offered.keys.sorted() == [
                #"Sales.EU.Or"der"#, "public.child", "public.kept", "public.loose", "public.odd", "public.pair",
                "public.part", "public.plain", "public.seen", "public.uniq",
            ])
        #expect(offered["public.plain"]?.primaryKey == ["id"])
        #expect(offered["public.plain"]?.cursorFields == ["id", "at"])
        #expect(offered["public.plain"]?.modes == [.full, .incremental])
        #expect(offered["public.plain"]?.defaultMode == .full)
        #expect(offered["public.pair"]?.primaryKey == ["b", "a"])
        #expect(offered["public.loose"]?.primaryKey == [])
        #expect(offered["public.loose"]?.modes == [.full])
        #expect(offered["public.uniq"]?.primaryKey == ["code"])
        #expect(offered["public.odd"]?.primaryKey == [], "an array identifies no record")
        #expect(offered["public.part"]?.primaryKey == ["id", "day"])
        #expect(offered["public.seen"]?.primaryKey == [])
        let schema = offered["public.plain"]?.jsonSchema["properties"]
        #expect(schema?["id"]?["type"]?.stringValue == "integer")
        #expect(schema?["at"]?["type"]?.arrayValue?.compactMap(\.stringValue) == ["string", "null"])
    }

    @Test("schemas and tables choose what is offered, and names given in vain are told")
    func choice() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.one (x int); CREATE TABLE a.two (x int); CREATE TABLE b.one (x int);"
        )
        func names() async throws -> [String] { try await stage.connector.discover(stage.context).map(\.name) }
        stage.config["schemas"] = ["a"]
        #expect(try await names() == ["a.one", "a.two"])
        stage.config["schemas"] = nil
        stage.config["tables"] = ["*.one"]
        #expect(try await names() == ["a.one", "b.one"])
        stage.config["tables"] = ["a.three"]
        #expect(await stage.failure { _ = try await names() }?.code == "sql.table_unknown")
        stage.config["tables"] = nil
        stage.config["schemas"] = ["a", "nowhere"]
        #expect(await stage.failure { _ = try await names() }?.code == "postgres.schema_unknown")
        #expect(
            await stage.failure { try await stage.connector.check(stage.context) }?.code == "postgres.schema_unknown")
    }

    @Test("rows come as JSON by their columns, a table's own rows only, a partitioned table's all")
    func rows() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, "odd ""name" text, price numeric(12,4), at timestamptz, tags text[]);
            INSERT INTO t VALUES (1, E'a"\\n', 1.5, '2026-03-01 12:00+02', '{x,NULL}'), (2, NULL, NULL, NULL, NULL);
            CREATE TABLE heir () INHERITS (t);
            INSERT INTO heir VALUES (3, 'h', 0, now(), '{}');
            CREATE TABLE p (id int PRIMARY KEY) PARTITION BY HASH (id);
            CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO p SELECT generate_series(1, 20);
            """)
        #expect(try await stage.sync("public.t").ends == 1)
        #expect(
            stage.bodies("public.t") == [
                #"{"id":1,"odd \"name":"a\"\n","price":1.5000,"at":"2026-03-01T10:00:00.000000Z","tags":["x",null]}"#,
                #"{"id":2,"odd \"name":null,"price":null,"at":null,"tags":null}"#,
            ])
        #expect(try await stage.sync("public.p").read == 20)
    }

    @Test("all entities of a run are read from one snapshot, whatever is committed meanwhile")
    func snapshot() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1);")
        let plan = ReadPlan(entities: [
            .init(name: "public.a", mode: .full, primaryKey: ["id"]),
            .init(name: "public.b", mode: .full, primaryKey: ["id"]),
        ])
        let reader = try await stage.connector.read(plan, stage.context)
        try stage.database.execute("INSERT INTO a VALUES (2); INSERT INTO b VALUES (1)")
        var read: [String: Int] = [:]
        while let batch = try await reader.next() { read[batch.entity, default: 0] += batch.items.count }
        await reader.close()
        #expect(read == ["public.a": 1, "public.b": 0])
    }

    @Test("a table that is emptied or rewritten after the snapshot fails the read rather than look empty")
    func rewritten() async throws {
        for change in [
            "TRUNCATE b", "ALTER TABLE b ALTER COLUMN v TYPE text", "ALTER TABLE b DROP COLUMN v", "DROP TABLE b",
        ] {
            let stage = try await PostgresStage.shared()
            try stage.database.execute(
                "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, v int); INSERT INTO b VALUES (1, 1);"
            )
            let plan = ReadPlan(entities: [
                .init(name: "public.a", mode: .full, primaryKey: ["id"]),
                .init(name: "public.b", mode: .full, primaryKey: ["id"]),
            ])
            let reader = try await stage.connector.read(plan, stage.context)
            _ = try await reader.next()
            try stage.database.execute(change)
            let failure = await stage.failure { while try await reader.next() != nil {} }
            await reader.close()
            #expect(["postgres.table_changed", "postgres.table_dropped"].contains(failure?.code), "\(change)")
            #expect(failure?.recovery == .retry, "\(change)")
            #expect(failure?.message.contains("public.b") == true, "\(change)")
        }
    }

    @Test("what a view or a partitioned table reads from is looked at, too")
    func rewrittenBelow() async throws {
        let changes = [
            ("joined", "BEGIN; TRUNCATE part1; INSERT INTO part1 VALUES (1), (2); COMMIT"),
            ("parts", "ALTER TABLE parts DETACH PARTITION p1; ALTER TABLE parts ATTACH PARTITION p1 FOR VALUES IN (1)"),
            ("parts", "TRUNCATE p1"), ("parts", "ALTER TABLE parts DETACH PARTITION p1"),
            ("plain", "ALTER TABLE plain RENAME TO old; CREATE TABLE plain (id int PRIMARY KEY, v int)"),
            ("plain", "ALTER TABLE plain DROP COLUMN v; ALTER TABLE plain ADD COLUMN v real"),
            ("joined", "CREATE OR REPLACE VIEW joined AS SELECT id FROM part1"),
        ]
        for (table, change) in changes {
            let stage = try await PostgresStage.shared()
            try stage.database.execute(
                """
                CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE plain (id int PRIMARY KEY, v int);
                CREATE TABLE part1 (id int); CREATE TABLE part2 (id int);
                INSERT INTO part1 VALUES (1), (2); INSERT INTO part2 VALUES (3); INSERT INTO plain VALUES (1, 1);
                CREATE VIEW joined AS SELECT id FROM part1 UNION ALL SELECT id FROM part2;
                CREATE TABLE parts (id int) PARTITION BY LIST (id);
                CREATE TABLE p1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF parts FOR VALUES IN (2);
                INSERT INTO parts VALUES (1), (2);
                """)
            let plan = ReadPlan(
                entities: ["public.a", "public.\(table)"].map {
                    .init(name: $0, mode: .full, primaryKey: [])
                })
            let reader = try await stage.connector.read(plan, stage.context)
            _ = try await reader.next()
            try stage.database.execute(change)
            var rows = 0
            let failure = await stage.failure {
                while let batch = try await reader.next() { rows += batch.items.count }
            }
            await reader.close()
            if change.contains("ATTACH") || change.contains("REPLACE") {
                // Back as it was, or still read in whole: either the rows or an error, never fewer rows.
                #expect(failure?.code == "postgres.table_changed" || rows >= 2, "\(change)")
            } else {
                #expect(failure?.code == "postgres.table_changed", "\(change)")
            }
        }
    }

    @Test("a new column, a new partition and a prepared transaction make the next incremental read whole")
    func reshaped() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, at timestamptz); INSERT INTO t SELECT g, now() FROM generate_series(1, 9) g;
            CREATE TABLE p (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE p2 (LIKE p1); INSERT INTO p VALUES (1, '2020-06-01'); INSERT INTO p2 VALUES (2, '2019-06-01');
            """)
        try await stage.sync("public.t", .full, cursor: "at")
        try await stage.sync("public.p", .full, cursor: "at")
        try stage.database.execute(
            """
            ALTER TABLE t ADD COLUMN more int DEFAULT 7;
            ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM ('2019-01-01') TO ('2020-01-01');
            """)
        try await stage.sync("public.t", .incremental, cursor: "at")
        try await stage.sync("public.p", .incremental, cursor: "at")
        #expect(stage.bodies("public.t").allSatisfy { $0.hasSuffix(#","more":7}"#) })
        #expect(stage.bodies("public.p").count == 2)
    }

    @Test("rows whose key isn't unique to the server are still told apart or rejected")
    func oddKeys() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            "CREATE TABLE loose (x text, y int); INSERT INTO loose VALUES ('a', 1), ('a', 1), ('b', NULL)")
        #expect(try await stage.sync("public.loose").read == 3)
        #expect(stage.bodies("public.loose").count == 2)
        _ = try await stage.sync("public.loose", key: ["y"])
        #expect(stage.rejects.map(\.reason) == ["record.key_null"])
        let unknown = await stage.failure { _ = try await stage.sync("public.loose", key: ["nope"]) }
        #expect(unknown?.code == "sql.key_unknown")
    }

    @Test("a table without columns, an empty table and one without any row at all end well")
    func empty() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; CREATE TABLE bare (id int)")
        #expect(try await stage.sync("public.none") == .init(read: 1, changed: 1, deleted: 0, ends: 1))
        #expect(try await stage.sync("public.bare") == .init(read: 0, changed: 0, deleted: 0, ends: 1))
    }

    @Test("cancelling a read stops its statement on the server")
    func cancel() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE VIEW slow AS SELECT pg_sleep(3600)::text AS x")
        let reader = try await stage.connector.read(
            ReadPlan(entities: [.init(name: "public.slow", mode: .full, primaryKey: [])]), stage.context)
        let watch = try stage.database.session()
        func running() throws -> Int {
            try watch.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'"
            )
            .first?.first.flatMap { $0.flatMap { Int($0) } } ?? -1
        }
        let reading = Task(executorPreference: PostgresStage.threads) { try await reader.next() }
        while try running() == 0 { await Task.yield() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await reader.close()
        while try running() != 0 { await Task.yield() }
    }
}
