import ConnectorAPI
import Domain
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("SQLite discovery", .ownThreads)
struct SQLiteCatalogTests {
    @Test("describes columns as truthfully as SQLite allows")
    func schemas() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, n INT NOT NULL, r DOUBLE, s VARCHAR(10), d DATETIME, b BLOB, x);
            CREATE TABLE s (id INTEGER PRIMARY KEY, n INT NOT NULL, r REAL, s TEXT, b BLOB, a ANY) STRICT;
            CREATE TABLE o (id INTEGER PRIMARY KEY DESC, v TEXT);
            CREATE VIEW v AS SELECT id, s || 'x' AS sx FROM t;
            """)
        let found = try await folder.discover()
        #expect(found.map(\.name) == ["o", "s", "t", "v"])
        let types = found.map { entity in
            (entity.jsonSchema["properties"]?.objectValue?.members ?? []).map { member in
                let type = member.value["type"]
                return member.name + ":"
                    + (type?.stringValue ?? (type?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ","))
            }
        }
        #expect(types[0] == ["id:integer,number,string,null", "v:string,null"])
        #expect(
            types[1] == [
                "id:integer", "n:integer", "r:number,string,null", "s:string,null", "b:string,null",
                "a:number,string,null",
            ])
        #expect(
            types[2] == [
                "id:integer", "n:integer,number,string", "r:number,string,null", "s:string,null",
                "d:number,string,null", "b:number,string,null", "x:number,string,null",
            ])
        #expect(types[3] == ["id:number,string,null", "sx:number,string,null"])
        #expect(found[2].jsonSchema["properties"]?["s"]?["x-declared-type"] == "VARCHAR(10)")
        #expect(found.map(\.defaultMode) == [.full, .full, .full, .full])
        #expect(found[2].cursorFields == ["id", "n", "r", "s", "d"])
        #expect(found[2].modes == [.full, .incremental])
        #expect(found[3].primaryKey == [])
    }

    @Test("what is read is valid against the schema that was discovered", arguments: ["", " STRICT"])
    func validity(strict: String) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, r REAL, s TEXT, b BLOB)\(strict)")
        for value in ["1", "1.5", "9e999", "'x'", "x'00'", "NULL", "'12'", "1e20"] {
            for column in ["n", "r", "s", "b"] {
                // STRICT refuses some.
                try? database.run("INSERT INTO t (\(column)) VALUES (\(value))")
            }
        }
        let schema = try JSONSchema(try #require(try await folder.discover().first).jsonSchema)
        let bodies = try await folder.read().bodies
        #expect(bodies.count > 12)
        for body in bodies { #expect(schema.validate(try JSONValue(parsing: Array(body.utf8))).isEmpty, "\(body)") }
    }

    @Test("leaves out what isn't a table of the user's, and views that can't be read")
    func leftOut() async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
            INSERT INTO t (v) VALUES (1);
            ANALYZE;
            CREATE VIRTUAL TABLE words USING fts5(body);
            INSERT INTO words VALUES ('hello');
            CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);
            INSERT INTO boxes VALUES (1, 2, 3);
            CREATE VIRTUAL TABLE pages USING dbstat(main);
            CREATE VIEW broken AS SELECT * FROM nowhere;
            CREATE VIEW unknown AS SELECT no_such(v) FROM t;
            CREATE VIEW loads AS SELECT load_extension('/tmp/x.so') FROM t;
            CREATE VIEW fine AS SELECT v, v FROM t;
            CREATE TEMP TABLE mine (x);
            PRAGMA writable_schema = ON;
            INSERT INTO sqlite_schema VALUES
                ('table', 'gone', 'gone', 0, 'CREATE VIRTUAL TABLE gone USING no_such_module(x)');
            """)
        #expect(try await folder.discover().map(\.name) == ["boxes", "fine", "t", "words"])
        let result = try await folder.read()
        #expect(result.error == nil)
        #expect(
            result.bodies == [
                #"{"id":1,"x0":2.0,"x1":3.0}"#, #"{"v":1,"v:1":1}"#, #"{"id":1,"v":1}"#, #"{"body":"hello"}"#,
            ])
        #expect(result.ends.values.allSatisfy { $0.isSnapshot && $0.isComplete })
        for name in ["broken", "unknown", "loads", "gone", "pages"] {
            let error = await #expect(throws: AppError.self) {
                _ = try await folder.discover(["path": "a.db", "tables": ["t", .string(name)]])
            }
            #expect(error?.code == "sqlite.unsupported", "\(name)")
            #expect(error?.recovery == .fixConfig)
            #expect(error?.message.contains(name) == true)
        }
    }

    @Test("offers the tables that the config names")
    func filter() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("CREATE TABLE orders (x); CREATE TABLE order_lines (x); CREATE TABLE \"a.b\" (x)")
        func names(_ tables: JSONValue) async throws -> [String] {
            try await folder.discover(["path": "a.db", "tables": tables]).map(\.name)
        }
        #expect(try await names(["order*"]) == ["order_lines", "orders"])
        #expect(try await names("orders") == ["orders"])
        #expect(try await names(["a.b", "nothing*"]) == ["a.b"])
        let error = await #expect(throws: AppError.self) { _ = try await names(["orders", "Orders", "gone"]) }
        #expect(error?.code == "sql.table_unknown")
        #expect(error?.message.contains("Orders, gone") == true)
        let read = try await folder.read(
            [.init(name: "orders", mode: .full, primaryKey: [])], ["path": "a.db", "tables": ["order_*"]])
        #expect(read.error?.code == "sql.entity_unknown")
    }

    @Test("an empty file is a database without tables")
    func empty() async throws {
        let folder = try SQLiteFolder()
        try folder.write("a.db", [])
        #expect(try await folder.discover().isEmpty)
        let error = await #expect(throws: AppError.self) { try await folder.connector().check(folder.context()) }
        #expect(error?.code == "sqlite.no_tables")
        #expect(
            try await folder.read([.init(name: "t", mode: .full, primaryKey: [])]).error?.code == "sql.entity_unknown")
        try folder.database("b.db").run("CREATE TABLE t (x)")
        try await folder.connector().check(folder.context(["path": "b.db"]))
    }

    @Test("the config's schema names every field that is read, and agrees with the reader on paths")
    func configSchema() throws {
        let schema = SQLiteConnector(root: nil, clock: try SQLiteFolder().clock).descriptor.configSchema
        #expect(Set(schema["properties"]?.objectValue?.names ?? []) == ["path", "tables"])
        #expect(schema["properties"]?["path"]?["x-identity"] == true)
        for (path, isAllowed) in [
            ("a.db", true), ("./d//a.db", true), ("..a/b", true), ("é/日本.db", true), ("/etc/passwd", false),
            ("..", false), ("../t2/a.db", false), ("a/../b", false), ("a/", false), ("", false),
        ] {
            #expect(try JSONSchema(schema).validate(["path": .string(path)]).isEmpty == isAllowed, "\(path)")
            let isRead = (try? SQLiteConfig(["path": .string(path)])) != nil
            #expect(isRead == isAllowed, "\(path)")
        }
        for config in [[:], ["path": 1], ["path": "a", "tables": []], ["path": "a", "tables": [1]]] as [JSONObject] {
            #expect(throws: AppError.self) { try SQLiteConfig(config) }
        }
        let many = (0...1_000).map { JSONValue.string("t\($0)") }
        #expect(throws: AppError.self) { try SQLiteConfig(["path": "a", "tables": .array(many)]) }
    }
}
