import ConnectorAPI
import Domain
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("SQLite values", .ownThreads)
struct SQLiteValueTests {
    @Test(
        "writes each storage class exactly",
        arguments: [
            ("0", "0"), ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775807 - 1", "-9223372036854775808"), ("9007199254740993", "9007199254740993"),
            ("0.1", "0.1"), ("1.0", "1.0"), ("1e300 * 10", "1e+301"), ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"), ("9e999", #""Infinity""#),
            ("-9e999", #""-Infinity""#), ("9e999 - 9e999", "null"), ("NULL", "null"), ("''", #""""#),
            ("'a\"b\\c'", #""a\"b\\c""#), ("'日本 😀 é'", #""日本 😀 é""#), ("'a' || char(0) || 'b'", #""a\u0000b""#),
            ("char(1, 9, 10, 13, 31, 127)", "\"\\u0001\\t\\n\\r\\u001f\u{7F}\""), ("x''", #""""#),
            ("x'00'", #""AA==""#),
            ("x'FFFE'", #""//4=""#), ("x'000102'", #""AAEC""#), ("'123'", #""123""#), ("'1e3'", #""1e3""#),
            ("zeroblob(5)", #""AAAAAAA=""#), ("TRUE", "1"), ("3.0e15", "3000000000000000.0"),
        ])
    func storageClasses(sql: String, json: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("CREATE TABLE t (v BLOB); INSERT INTO t VALUES (\(sql))")
        let result = try await folder.read()
        #expect(result.error == nil)
        #expect(result.bodies == [#"{"v":\#(json)}"#])
        #expect(try JSONValue(parsing: Array(result.bodies[0].utf8)).objectValue != nil)
        #expect(result.ends["t"] == EntityEnd(isComplete: true, isSnapshot: true))
    }

    @Test("rejects a row whose text isn't UTF-8 and reads on")
    func notUTF8() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v);
            INSERT INTO t VALUES (1, 'a'), (2, CAST(x'61FF62' AS TEXT)), (3, CAST(x'EDA080' AS TEXT)),
                (4, CAST(x'C080' AS TEXT)), (5, 'b');
            """)
        let result = try await folder.read()
        #expect(result.bodies == [#"{"id":1,"v":"a"}"#, #"{"id":5,"v":"b"}"#])
        #expect(result.rejects.map(\.reason) == ["record.not_utf8", "record.not_utf8", "record.not_utf8"])
        #expect(result.rejects[0].excerpt.contains(#""id":2"#))
    }

    @Test("reads a database whose texts are UTF-16", arguments: ["UTF-16le", "UTF-16be"])
    func utf16(encoding: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            "PRAGMA encoding = '\(encoding)'; CREATE TABLE té (v TEXT); INSERT INTO té VALUES ('日本 😀')")
        #expect(try await folder.read().bodies == [#"{"v":"日本 😀"}"#])
    }

    @Test("keys are found in composite, WITHOUT ROWID and oddly named tables")
    func keys() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE a (x, y INT, z TEXT, PRIMARY KEY (z, x));
            CREATE TABLE b (x, y, PRIMARY KEY (y DESC, x)) WITHOUT ROWID;
            CREATE TABLE "select ""from"" [w]; -- `x`" ("a ""b"" 'c'" INTEGER PRIMARY KEY, "t.x", "é.日", "");
            CREATE TABLE none (x, y);
            CREATE TABLE pair (k TEXT PRIMARY KEY, v);
            INSERT INTO a VALUES (1, 2, 'three'); INSERT INTO b VALUES (1, 'k');
            INSERT INTO "select ""from"" [w]; -- `x`" VALUES (7, 'p', 'q', 'r');
            INSERT INTO none VALUES (1, 1), (1, 1);
            INSERT INTO pair VALUES (NULL, 1), ('k', 2);
            """)
        let found = try await folder.discover()
        #expect(found.map(\.name) == ["a", "b", "none", "pair", #"select "from" [w]; -- `x`"#])
        #expect(found.map(\.primaryKey) == [["z", "x"], ["y", "x"], [], ["k"], [#"a "b" 'c'"#]])
        let result = try await folder.read()
        #expect(result.error == nil)
        #expect(
            result.bodies == [
                #"{"x":1,"y":2,"z":"three"}"#, #"{"x":1,"y":"k"}"#, #"{"x":1,"y":1}"#, #"{"x":1,"y":1}"#,
                #"{"k":"k","v":2}"#, #"{"a \"b\" 'c'":7,"t.x":"p","é.日":"q","":"r"}"#,
            ])
        #expect(result.keys[0] == (try JSONKey.encodeOrdered([Array(#""three""#.utf8), Array("1".utf8)])))
        #expect(result.keys[2] == result.keys[3])
        #expect(result.rejects.map(\.reason) == ["record.key_null"])
    }

    @Test("reads generated columns and 2,000 columns")
    func columns() async throws {
        let folder = try SQLiteFolder()
        let wide = (0..<2_000).map { "c\($0)" }.joined(separator: ",")
        let values = (0..<2_000).map(String.init).joined(separator: ",")
        try folder.database().run(
            """
            CREATE TABLE g (a INT, b GENERATED ALWAYS AS (a * 2) VIRTUAL, c GENERATED ALWAYS AS (a || 'x') STORED);
            INSERT INTO g VALUES (4);
            CREATE TABLE wide (\(wide)); INSERT INTO wide VALUES (\(values));
            """)
        let result = try await folder.read()
        #expect(result.error == nil)
        #expect(result.bodies[0] == #"{"a":4,"b":8,"c":"4x"}"#)
        #expect(result.bodies[1] == "{" + (0..<2_000).map { #""c\#($0)":\#($0)"# }.joined(separator: ",") + "}")
    }

    @Test("huge values become records, rejects or an error, by their size")
    func hugeValues() async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v);
            INSERT INTO t VALUES (1, printf('%.*c', 8388590, 'x')), (2, printf('%.*c', 8388600, 'x')),
                (3, zeroblob(6000000)), (4, zeroblob(6400000)), (5, zeroblob(16000000)),
                (6, printf('%.*c', 2000000, char(1))), (7, 'end');
            """)
        let result = try await folder.read()
        #expect(result.error == nil)
        #expect(result.bodies.map(\.utf8.count) == [8_388_590 + 15, 8_000_015, 18])
        #expect(result.rejects.map(\.reason) == Array(repeating: "record.too_large", count: 4))
        #expect(result.rejects.allSatisfy { $0.excerpt.utf8.count <= Reject.maxExcerptBytes })
        try database.run("INSERT INTO t VALUES (8, zeroblob(17000000))")
        let failed = try await folder.read()
        #expect(failed.error?.code == "sqlite.too_big")
        #expect(failed.ends.isEmpty)
    }

    @Test("batches stay within their bounds")
    func batches() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
            INSERT INTO t SELECT i, 'x' FROM n;
            """)
        let reader = try await folder.reader([.init(name: "t", mode: .full, primaryKey: ["id"])])
        var sizes: [Int] = []
        while let batch = try await reader.next() { sizes.append(batch.items.count) }
        #expect(sizes == [10_000, 10_000, 5_000])
    }
}
