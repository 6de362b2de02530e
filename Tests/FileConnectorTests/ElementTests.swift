import ConnectorAPI
import Domain
import JSON
import Testing

@testable import FileConnector

@Suite("JSON and gzip files")
struct ElementTests {
    @Test(
        "reads arrays, the only array of an object, a path, and lines", arguments: [1, 3, 1 << 19],
        [
            ("a.json", " [ {\"a\" : 1} , {\"a\":2} ] ", nil),
            ("a.json", "{\"meta\": {\"x\": [0]}, \"rows\": [{\"a\":1},{\"a\":2}]}", nil),
            ("a.json", "{\"x\":[9],\"data\":{\"items\":[{\"a\":1},{\"a\":2}]}}", "data.items"),
            ("a.jsonl", "{\"a\":1}\n\n {\"a\": 2}", nil), ("a.ndjson", "\u{FEFF}{\"a\":1}\r\n{\"a\":2}\r\n", nil),
            ("a.json", "\u{FEFF}[{\"a\":1},{\"a\":2}]", nil),
        ] as [(String, String, String?)])
    func elements(chunk: Int, file: (path: String, text: String, elements: String?)) async throws {
        let files = try FilesFolder()
        try files.write(file.path, file.text)
        var config: JSONObject = ["path": .string(file.path)]
        if let elements = file.elements { config["json_path"] = .string(elements) }
        let result = try await files.read(config, chunk: chunk)
        #expect(result.bodies == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(result.error == nil && result.rejects.isEmpty)
        #expect(result.ends == [EntityEnd(isComplete: true, isSnapshot: true)])
    }

    @Test("rejects what isn't an object and lines that aren't JSON")
    func rejects() async throws {
        let files = try FilesFolder()
        try files.write("a.json", #"[1,{"a":1},[],"x",null]"#)
        let array = try await files.read(["path": "a.json"])
        #expect(array.bodies == [#"{"a":1}"#])
        #expect(array.reasons == Array(repeating: "record.not_object", count: 4))
        try files.write("b.jsonl", "{\"a\":1}\n{\"a\":\n3\n{\"a\":2}\n")
        let lines = try await files.read(["path": "b.jsonl"])
        #expect(lines.bodies == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(Set(lines.reasons) == ["record.not_object", "json.invalid_line@2"])
    }

    @Test(
        "fails on a file that is cut or isn't what was expected, after what came before",
        arguments: [
            ("a.json", #"[{"a":1},{"a":"#, "json.truncated", 1), ("a.json", #"[{"a":1}"#, "json.truncated", 1),
            ("a.jsonl", "{\"a\":1}\n{\"a\":", "json.truncated", 1), ("a.json", "", "json.truncated", 0),
            ("a.json", #"[{"a":1},{"a":x}]"#, "json.malformed", 1), ("a.json", #"{"a":1}"#, "json.no_records", 0),
            ("a.json", #"{"a":[{"a":1}],"b":[]}"#, "json.no_records", 1),
            ("a.json", String(repeating: "[", count: 10_000), "json.malformed", 0),
        ])
    func faults(path: String, text: String, code: String, count: Int) async throws {
        let files = try FilesFolder()
        try files.write(path, text)
        let result = try await files.read(["path": .string(path)], entities: ["a"])
        #expect(result.error?.code == code)
        #expect(result.bodies.count == count)
        #expect(result.ends.isEmpty)
    }

    @Test("inflates gzip of one or more members, whatever the name", arguments: [1, 7, 1 << 19])
    func gzip(chunk: Int) async throws {
        let files = try FilesFolder()
        let text = "a,b\n" + (0..<500).map { "\($0),x\n" }.joined()
        let bytes = Array(text.utf8)
        let twoMembers = try gzipped(Array(bytes[..<100])) + gzipped(Array(bytes[100...])) + [0, 0, 0]
        let expected = (0..<500).map { "{\"a\":\"\($0)\",\"b\":\"x\"}" }
        try files.write("t.csv.gz", try gzipped(bytes))
        #expect(try await files.read(["path": "t.csv.gz"], chunk: chunk).bodies == expected)
        try files.write("u.csv", twoMembers)
        #expect(try await files.read(["path": "u.csv"], chunk: chunk).bodies == expected)
        #expect(try await files.read(["path": "u.csv", "compression": "gzip"], chunk: chunk).bodies == expected)
        try files.write("v.json.gz", try gzipped(Array(#"[{"a":1}]"#.utf8)))
        #expect(try await files.read(["path": "v.json.gz"], chunk: chunk).bodies == [#"{"a":1}"#])
    }

    @Test("fails on gzip that is cut, damaged or absurd, after what came before")
    func brokenGzip() async throws {
        let files = try FilesFolder()
        let text = "a\n" + (0..<30_000).map { "\($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
        let whole = try gzipped(Array(text.utf8))
        try files.write("cut.csv.gz", Array(whole.dropLast(9)))
        let cut = try await files.read(["path": "cut.csv.gz"])
        #expect(cut.error?.code == "file.gzip_truncated")
        #expect(cut.error?.recovery == .waitForSource)
        #expect(cut.bodies.count > 20_000 && cut.ends.isEmpty)
        var damaged = whole
        damaged[whole.count - 6] ^= 1
        try files.write("damaged.csv.gz", damaged)
        let bad = try await files.read(["path": "damaged.csv.gz"])
        #expect(bad.error?.code == "file.gzip_corrupt")
        #expect(bad.ends.isEmpty)
        try files.write("empty.csv.gz", "")
        #expect(
            try await files.read(["path": "empty.csv.gz"], entities: ["empty"]).error?.code == "file.gzip_truncated")
        try files.write("plain.csv.gz", "a\n1\n")
        #expect(try await files.read(["path": "plain.csv.gz"], entities: ["plain"]).error?.code == "file.gzip_corrupt")
        try files.write("tail.csv.gz", whole + Array("more".utf8))
        #expect(try await files.read(["path": "tail.csv.gz"]).error?.code == "file.gzip_corrupt")
        let bomb = try gzipped(Array("a\n".utf8) + [UInt8](repeating: 0x0A, count: 12 << 20))
        try files.write("bomb.csv.gz", bomb)
        #expect(try await files.read(["path": "bomb.csv.gz"], entities: ["bomb"]).error?.code == "file.inflation_limit")
    }

    @Test("gives a record the same key whether it comes from CSV or JSON")
    func keys() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "k,id,v\n\"x\"\"\\,\tü\",7,1\n,-2,2\n\(String(repeating: "k", count: 600)),1.0,3\n")
        try files.write(
            "b.jsonl",
            """
            {"v":9,"id":7,"k":"x\\"\\\\,\\t\\u00fc"}
            {"id":-2.0,"k":""}
            {"id":1,"k":"\(String(repeating: "k", count: 600))"}
            """)
        let typed: JSONObject = ["path": "a.csv", "primary_key": ["id", "k"], "infer_types": true]
        let csv = try await files.read(typed)
        let json = try await files.read(["path": "b.jsonl", "primary_key": ["id", "k"]])
        #expect(csv.reasons == ["record.key_null@3"])
        #expect(csv.keys == [json.keys[0], json.keys[2]])
        #expect(csv.keys[1].count < 100)
        let whole = try await files.read(["path": "b.jsonl"])
        #expect(Set(whole.keys).count == 3)
        #expect(Set(whole.keys).isDisjoint(with: json.keys))
    }
}
