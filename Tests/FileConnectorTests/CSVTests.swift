import ConnectorAPI
import Domain
import JSON
import Testing

@testable import FileConnector

@Suite("CSV")
struct CSVTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var rows: [String]
        var config: JSONObject = [:]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "line feeds", text: "a,b\n1,2\n3,4\n", rows: [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#]),
        Case(name: "CRLF", text: "a,b\r\n1,2\r\n", rows: [#"{"a":"1","b":"2"}"#]),
        Case(
            name: "carriage returns alone", text: "a,b\r1,2\r3,4", rows: [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#]),
        Case(name: "no break at the end", text: "a,b\n1,2", rows: [#"{"a":"1","b":"2"}"#]),
        Case(name: "blank lines", text: "\na\n\n1\r\n\r\n2\n\n\n", rows: [#"{"a":"1"}"#, #"{"a":"2"}"#]),
        Case(name: "a quoted empty field is a row", text: "a\n\"\"\n", rows: [#"{"a":""}"#]),
        Case(
            name: "empty fields", text: "a,b,c\n,,\n1,,\n,,",
            rows: [
                #"{"a":"","b":"","c":""}"#, #"{"a":"1","b":"","c":""}"#, #"{"a":"","b":"","c":""}"#,
            ]),
        Case(name: "quoted delimiters", text: "a,b\n\"1,2\",\"3\"\n", rows: [#"{"a":"1,2","b":"3"}"#]),
        Case(
            name: "doubled quotes", text: "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", rows: [#"{"a":"say \"hi\"","b":"\""}"#]),
        Case(
            name: "quoted line breaks", text: "a,b\n\"1\n2\",\"3\r\n4\r5\"\n6,7",
            rows: [
                #"{"a":"1\n2","b":"3\r\n4\r5"}"#, #"{"a":"6","b":"7"}"#,
            ]),
        Case(name: "a quoted last field without a break", text: "a,b\n1,\"2\"", rows: [#"{"a":"1","b":"2"}"#]),
        Case(name: "quotes inside plain fields", text: "a,b\n1\"2\",3\"\n", rows: [#"{"a":"1\"2\"","b":"3\""}"#]),
        Case(
            name: "backslashes and controls", text: "a,b\n\\n\\,\u{1}\t\u{1F}\u{7F}\u{0}\n",
            rows: [
                "{\"a\":\"\\\\n\\\\\",\"b\":\"\\u0001\\t\\u001f\u{7F}\\u0000\"}"
            ]),
        Case(name: "spaces are kept", text: "a, b\n 1 ,\t2\n", rows: [#"{"a":" 1 "," b":"\t2"}"#]),
        Case(
            name: "letters of many bytes", text: "ключ,b\n漢字かな,\"naïve, 😀\"\n",
            rows: [
                #"{"ключ":"漢字かな","b":"naïve, 😀"}"#
            ]),
        Case(
            name: "a byte order mark", text: "\u{FEFF}a,b\n1,\u{FEFF}2\n", rows: ["{\"a\":\"1\",\"b\":\"\u{FEFF}2\"}"]),
        Case(
            name: "a quoted header after a byte order mark", text: "\u{FEFF}\"a\",\"b\"\"c\"\n1,2\n",
            rows: [
                #"{"a":"1","b\"c":"2"}"#
            ]),
        Case(name: "columns without a name", text: "a,,\n1,2,3\n", rows: [#"{"a":"1","column_2":"2","column_3":"3"}"#]),
        Case(
            name: "no header", text: "1,2\n3,4\n",
            rows: [
                #"{"column_1":"1","column_2":"2"}"#, #"{"column_1":"3","column_2":"4"}"#,
            ], config: ["header": false]),
        Case(
            name: "semicolons", text: "a;b\n1,5;\"2;3\"\n", rows: [#"{"a":"1,5","b":"2;3"}"#],
            config: ["delimiter": ";"]),
        Case(name: "tabs", text: "a\tb\n\"1\t2\"\t3\n", rows: [#"{"a":"1\t2","b":"3"}"#], config: ["format": "tsv"]),
        Case(
            name: "tabs by delimiter", text: "a\tb\n1\t2\n", rows: [#"{"a":"1","b":"2"}"#], config: ["delimiter": "\\t"]
        ),
        Case(
            name: "null values stand unquoted", text: "a,b,c\nNULL,\"NULL\",\\N\n,NULLS,\n",
            rows: [
                #"{"a":null,"b":"NULL","c":null}"#, #"{"a":"","b":"NULLS","c":""}"#,
            ], config: ["null_values": ["NULL", "\\N"]]),
        Case(
            name: "an empty field as null", text: "a,b\n,\"\"\n", rows: [#"{"a":null,"b":""}"#],
            config: ["null_values": [""]]),
        Case(name: "numbers stay text", text: "a,b\n00123,1.50\n", rows: [#"{"a":"00123","b":"1.50"}"#]),
        Case(name: "an empty file", text: "", rows: []),
        Case(name: "a byte order mark alone", text: "\u{FEFF}", rows: []),
        Case(name: "a header alone", text: "a,b", rows: []),
    ]

    @Test("reads rows, wherever the input is cut", arguments: cases, [1, 2, 3, 7, 1 << 19])
    func rows(_ one: Case, chunk: Int) async throws {
        let files = try FilesFolder()
        try files.write("t.csv", one.text)
        var config = one.config
        config["path"] = "t.csv"
        let result = try await files.read(config, chunk: chunk)
        #expect(result.bodies == one.rows)
        #expect(result.rejects.isEmpty)
        #expect(result.error == nil)
        #expect(result.ends == [EntityEnd(isComplete: true, isSnapshot: true)])
    }

    @Test("rejects rows that don't fit, with their line, and goes on", arguments: [1, 2, 3, 7, 1 << 19])
    func rejects(chunk: Int) async throws {
        let files = try FilesFolder()
        try files.write(
            "t.csv",
            Array("a,b\n\"1\n\r\n1\",2\n3\n4,5,6\r\n\"7\"x,8\n\"7\",\"8\"\"9\" \n9,".utf8) + [0xC3, 0x28]
                + Array("\n10,11".utf8))
        let result = try await files.read(["path": "t.csv"], chunk: chunk)
        #expect(result.bodies == [#"{"a":"1\n\r\n1","b":"2"}"#, #"{"a":"10","b":"11"}"#])
        #expect(
            result.reasons == [
                "csv.field_count@5", "csv.field_count@6", "csv.bad_quote@7", "csv.bad_quote@8", "csv.invalid_utf8@9",
            ])
        #expect(result.rejects[1].excerpt == "line 6: 4,5,6\r\n")
        #expect(result.ends.count == 1)
    }

    @Test(
        "fails on a file cut inside quotes and gives what came before", arguments: [1, 2, 3, 7, 1 << 19],
        ["\"3", "\"3\"\"", "\"", "3,\"a\n"])
    func unterminated(chunk: Int, tail: String) async throws {
        let files = try FilesFolder()
        try files.write("t.csv", "a,b\n1,2\n" + tail)
        let result = try await files.read(["path": "t.csv"], chunk: chunk)
        #expect(result.bodies == [#"{"a":"1","b":"2"}"#])
        #expect(result.error?.code == "csv.unterminated_quote")
        #expect(result.error?.recovery == .waitForSource)
        #expect(result.ends.isEmpty)
    }

    @Test("rejects a row whose key is left empty; an empty text in quotes is a key")
    func emptyKey() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "id,v\n1,a\n,b\n\"\",c\n")
        let read = try await files.read(["path": "a.csv", "primary_key": ["id"]])
        #expect(read.reasons == ["record.key_missing@3"])
        #expect(read.keys.count == 2)
    }

    @Test("goes on failing after a failure")
    func failsAgain() async throws {
        let files = try FilesFolder()
        try files.write("t.csv", "a\n1\n\"2")
        let reader = try await FileConnector(root: files.root).read(
            .init(entities: [.init(name: "t", mode: .full, primaryKey: [])]), files.context(["path": "t.csv"]))
        #expect(try await reader.next()?.items.count == 1)
        for _ in 0..<2 {
            await #expect(throws: AppError.self) { try await reader.next() }
        }
        await reader.close()
        #expect(try await reader.next() == nil)
    }

    @Test(
        "refuses headers that don't name each column once",
        arguments: [
            ("a,b,a\n1,2,3\n", "csv.header_duplicate"), (",column_1\n1,2\n", "csv.header_duplicate"),
            ("a,\"b\"c\n1,2\n", "csv.header_invalid"), (String(repeating: ",", count: 4096), "csv.header_invalid"),
            ("a,\"b", "csv.unterminated_quote"),
        ])
    func headers(text: String, code: String) async throws {
        let files = try FilesFolder()
        try files.write("t.csv", text)
        #expect(try await files.read(["path": "t.csv"], entities: ["t"]).error?.code == code)
    }

    @Test("transcodes Latin-1 and refuses UTF-16")
    func encodings() async throws {
        let files = try FilesFolder()
        try files.write("latin.csv", Array("n".utf8) + [0xE4] + Array("me\nM\"".utf8) + [0xFC, 0xDF, 0x80, 0xFF, 0x0A])
        let latin = try await files.read(["path": "latin.csv", "encoding": "latin-1"], chunk: 3)
        #expect(latin.bodies == ["{\"näme\":\"M\\\"üß\u{80}ÿ\"}"])
        try files.write("wide.csv", [0xFF, 0xFE, 0x61, 0x00])
        #expect(try await files.read(["path": "wide.csv"], entities: ["wide"]).error?.code == "file.encoding")
        try files.write("bad.csv", [0xE4, 0x0A])
        #expect(try await files.read(["path": "bad.csv"], entities: ["bad"]).error?.code == "csv.header_invalid")
    }

    @Test("rejects a row over 8 MiB and fails on a record over 16 MiB")
    func large() async throws {
        let files = try FilesFolder()
        let long = String(repeating: "x", count: 9 << 20)
        try files.write("t.csv", "a,b\n\(long),1\n2,3\n4,\"\(long)\"\n")
        let result = try await files.read(["path": "t.csv"])
        #expect(result.bodies == [#"{"a":"2","b":"3"}"#])
        #expect(result.reasons == ["record.too_large@2", "record.too_large@4"])
        #expect(result.rejects.allSatisfy { $0.excerpt.utf8.count == Reject.maxExcerptBytes })
        try files.write("u.csv", "a,b\n1,2\n3,\"\(long)\n\(long)\n")
        let endless = try await files.read(["path": "u.csv"])
        #expect(endless.bodies == [#"{"a":"1","b":"2"}"#])
        #expect(endless.error?.code == "csv.record_too_large")
        #expect(endless.ends.isEmpty)
    }

    @Test("cuts batches at 10,000 records and gives all")
    func batches() async throws {
        let files = try FilesFolder()
        try files.write("t.csv", "a\n" + (0..<20_000).map { "\($0)\n" }.joined())
        let reader = try await FileConnector(root: files.root).read(
            .init(entities: [.init(name: "t", mode: .full, primaryKey: ["a"])]), files.context(["path": "t.csv"]))
        #expect(try await reader.next()?.items.count == 10_000)
        let second = try await reader.next()
        #expect(second?.items.count == 10_000)
        #expect(second?.end == nil)
        let last = try await reader.next()
        #expect(last?.items.isEmpty == true)
        #expect(last?.end == EntityEnd(isComplete: true, isSnapshot: true))
        #expect(try await reader.next() == nil)
        await reader.close()
    }
}
