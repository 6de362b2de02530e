import ConnectorAPI
import Domain
import Glibc
import JSON
import Testing

@testable import FileConnector

@Suite("The file connector")
struct ConnectorTests {
    @Test("makes an entity of each file, or one of all in the order of their paths")
    func entities() async throws {
        let files = try FilesFolder()
        try files.write("b.csv", "x\n2\n")
        try files.write("a.v2.csv.gz", try gzipped(Array("x\n1\n".utf8)))
        try files.write("c.json", #"[{"x":"3"}]"#)
        let each = try await files.read(["path": "*"])
        #expect(each.entities == ["a.v2", "b", "c"])
        #expect(each.ends.count == 3)
        let one = try await files.read(["path": "*", "entity": "all"])
        #expect(one.entities == ["all", "all", "all"])
        #expect(one.bodies == [#"{"x":"1"}"#, #"{"x":"2"}"#, #"{"x":"3"}"#])
        #expect(one.ends == [EntityEnd(isComplete: true, isSnapshot: true)])
    }

    @Test("reads both of two files whose names only Unicode equivalence makes equal")
    func equivalentNames() async throws {
        let files = try FilesFolder()
        try files.write("\u{E9}.csv", "x\n1\n")
        try files.write("e\u{301}.csv", "x\n2\n")
        let result = try await files.read(["path": "*.csv", "entity": "e", "infer_types": true])
        #expect(result.bodies == [#"{"x":2}"#, #"{"x":1}"#])
        #expect(result.ends == [EntityEnd(isComplete: true, isSnapshot: true)])
        #expect(try await files.read(["path": "*.csv"]).error?.code == "file.entity_name_clash")
    }

    @Test("refuses two files of one name and entities that aren't there")
    func names() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "x\n")
        try files.write("d/a.json", "[]")
        let clash = try await files.read(["path": "**/a.*"]).error
        #expect(clash?.code == "file.entity_name_clash")
        #expect(clash?.message.contains("a.csv") == true && clash?.message.contains("d/a.json") == true)
        #expect(try await files.read(["path": "a.csv"], entities: ["b"]).error?.code == "file.entity_unknown")
        #expect(
            try await files.read(["path": "**/a.*", "entity": "e"], entities: ["a"]).error?.code
                == "file.entity_unknown")
    }

    @Test("reads a plan's entities in its order")
    func planOrder() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "x\n1\n")
        try files.write("b.csv", "x\n2\n")
        #expect(try await files.read(["path": "*.csv"], entities: ["b", "a"]).entities == ["b", "a"])
    }

    @Test("describes columns and members")
    func discover() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "id,n\n1,2.5\n2,\n")
        try files.write("b.json", #"[{"id":1,"tags":[]},{"id":null,"name":"x"}]"#)
        let connector = FileConnector(root: files.root)
        let plain = try await connector.discover(files.context(["path": "*", "primary_key": "id"]))
        #expect(plain.map(\.name) == ["a", "b"])
        #expect(plain[0].primaryKey == ["id"])
        #expect(plain[0].modes == [.full])
        #expect(
            plain[0].jsonSchema
                == ["type": "object", "properties": ["id": ["type": "string"], "n": ["type": "string"]]])
        #expect(
            plain[1].jsonSchema
                == [
                    "type": "object",
                    "properties": [
                        "id": ["type": ["number", "null"]], "tags": ["type": "array"], "name": ["type": "string"],
                    ],
                ])
        let typed = try await connector.discover(files.context(["path": "a.csv", "infer_types": true]))
        #expect(
            typed[0].jsonSchema["properties"]
                == ["id": ["type": ["integer", "null"]], "n": ["type": ["number", "null"]]])
    }

    @Test("misses a key column at check and at read")
    func keyColumn() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "id,n\n1,2\n")
        let config: JSONObject = ["path": "a.csv", "primary_key": ["ID"]]
        await #expect(throws: AppError.self) { try await FileConnector(root: files.root).check(files.context(config)) }
        #expect(try await files.read(config, entities: ["a"]).error?.code == "csv.key_column_missing")
    }

    @Test(
        "refuses configs that it can't use",
        arguments: [
            [:], ["path": ""], ["path": 1], ["path": "a", "format": "xml"], ["path": "a", "delimiter": "ab"],
            ["path": "a", "delimiter": "\""], ["path": "a", "delimiter": "é"], ["path": "a", "encoding": "utf-16"],
            ["path": "a", "header": "yes"], ["path": "a", "primary_key": [""]],
            ["path": "a", "primary_key": ["a", "a"]],
            ["path": "a", "primary_key": ["a", 1]], ["path": "a", "json_path": "a..b"],
            ["path": "a", "compression": "zip"],
        ] as [JSONObject])
    func badConfigs(config: JSONObject) {
        let error = #expect(throws: AppError.self) { try FileConfig(config) }
        #expect(error?.code == "file.config_invalid")
        #expect(error?.recovery == .fixConfig)
    }

    @Test("the config's schema names every field that is read")
    func schema() {
        let properties = FileConnector(root: nil).descriptor.configSchema["properties"]?.objectValue
        #expect(
            Set(properties?.names ?? []) == [
                "path", "format", "compression", "primary_key", "entity", "delimiter", "encoding", "header",
                "null_values",
                "infer_types", "json_path",
            ])
        #expect(properties?["path"]?["x-identity"] == true)
    }

    /// What happens to a file after its first batch was read.
    enum Change: CaseIterable { case grows, isTouched, isReplaced, isRemoved, isCut, gainsSibling, losesSibling }

    @Test(
        "a file that changes while it is read is no snapshot, and one that loses bytes fails",
        arguments: Change.allCases)
    func changes(change: Change) async throws {
        let files = try FilesFolder()
        let rows = (0..<15_000).map { "\($0)\n" }.joined()
        try files.write("a.csv", "x\n" + rows)
        try files.write("b.csv", "x\n" + rows)
        let config: JSONObject = ["path": "*.csv", "entity": "e"]
        let reader = try await FileConnector(root: files.root, chunk: 64).read(
            ReadPlan(entities: [.init(name: "e", mode: .full, primaryKey: ["x"])]), files.context(config))
        var result = ReadResult()
        result.add(try #require(try await reader.next()))
        #expect(result.bodies.count == 10_000)
        let path = files.tenant + "/a.csv"
        switch change {
        case .grows: try files.append("a.csv", "more\n")
        case .isTouched:
            var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        case .isReplaced:
            try files.write("new", "x\n" + rows)
            #expect(rename(files.tenant + "/new", path) == 0)
        case .isRemoved: #expect(unlink(path) == 0)
        case .isCut: #expect(truncate(path, 60_001) == 0)
        case .gainsSibling: try files.write("c.csv", "x\n1\n")
        case .losesSibling: #expect(rename(files.tenant + "/b.csv", files.tenant + "/b.txt") == 0)
        }
        do {
            while let batch = try await reader.next() { result.add(batch) }
        } catch let error as AppError {
            result.error = error
        }
        switch change {
        case .isCut:
            #expect(result.error?.code == "file.changed_during_read")
            #expect(result.error?.recovery == .retry)
            #expect(result.ends.isEmpty)
        case .losesSibling:
            #expect(result.error?.code == "file.not_found")
            #expect(result.ends.isEmpty)
        default:
            #expect(result.error == nil)
            #expect(result.ends == [EntityEnd(isComplete: true, isSnapshot: false)])
            #expect(result.bodies.count == (change == .grows ? 30_001 : 30_000))
        }
    }

    @Test("a fault in a file that is being rewritten says so")
    func faultWhileChanging() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "x\n" + (0..<15_000).map { "\($0)\n" }.joined())
        let reader = try await FileConnector(root: files.root, chunk: 64).read(
            ReadPlan(entities: [.init(name: "a", mode: .full, primaryKey: ["x"])]), files.context(["path": "a.csv"]))
        #expect(try await reader.next()?.items.count == 10_000)
        try files.append("a.csv", "\"cut")
        let rest = try await reader.next()
        #expect(rest?.items.count == 5_000 && rest?.end == nil)
        let error = await #expect(throws: AppError.self) { try await reader.next() }
        #expect(error?.code == "file.changed_during_read")
    }

    @Test("stops when its task is cancelled")
    func cancellation() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "x\n" + (0..<15_000).map { "\($0)\n" }.joined())
        let reader = try await FileConnector(root: files.root, chunk: 64).read(
            ReadPlan(entities: [.init(name: "a", mode: .full, primaryKey: [])]), files.context(["path": "a.csv"]))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await reader.next()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
