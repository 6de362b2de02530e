import Domain
import Interpolation
import JSON
import Testing

@testable import Declarative

@Suite("Reading a manifest")
struct ManifestTests {
    private func fault(_ text: String) -> AppError? {
        do {
            _ = try DeclarativeManifest(text: text)
            return nil
        } catch { return error as? AppError }
    }

    @Test(
        "reads scalars by the rules of YAML 1.1",
        arguments: [
            ("yes", true), ("Off", false), ("y", "y"), ("~", .none), ("12", 12), ("1_000", 1_000), ("0x1F", 31),
            ("017", 15), ("0b101", 5), ("1:30", 90), ("1.5", 1.5), ("1e3", "1e3"), ("1.0e+3", 1_000.0), ("-7", -7),
            ("'12'", "12"), (".5", 0.5), ("1.2.3", "1.2.3"), ("+1", 1), ("18446744073709551616", "big"),
        ] as [(String, Value)])
    func scalars(_ example: (text: String, value: Value)) throws {
        let value = try ManifestText.value(of: "a: \(example.text)")["a"]
        if example.value == "big" {
            #expect(value?.text == example.text && value?.string == nil)
        } else {
            #expect(value == example.value && value?.typeName == example.value.typeName)
        }
    }

    @Test("reads unquoted days as days, and merges what << names")
    func daysAndMerges() throws {
        let value = try ManifestText.value(of: "b: &b {x: 1, y: 2}\nd: 2025-06-15\nm: {<<: *b, y: 3}")
        #expect(value["d"]?.typeName == "date" && value["d"]?.text == "2025-06-15")
        #expect(value["m"] == ["x": 1, "y": 3])
    }

    @Test("puts in what references name, whole or as a base for the node's own fields")
    func references() throws {
        let manifest: Mapping = [
            "base": ["a": 1, "b": 2], "a/b": "slash", "list": [["x": 9]],
            "one": ["$ref": "#/base", "b": 3], "two": "#/list/0/x", "three": "#/a/b", "four": ["$ref": "#/one"],
        ]
        let resolved = try References.resolving(manifest)
        #expect(resolved["one"] == ["a": 1, "b": 3] && resolved["two"] == 9)
        #expect(resolved["three"] == "slash" && resolved["four"] == ["a": 1, "b": 3])
    }

    @Test("refuses references that lead nowhere or round", arguments: ["#/nothing", "#/self"])
    func badReferences(_ target: String) {
        #expect(throws: AppError.self) { try References.resolving(["self": .string(target)]) }
    }

    @Test("hands parameters down, fills empty fields with them, and knows usual types")
    func parameters() {
        let component = Inheritance.applied(to: [
            "type": "DeclarativeStream", "$parameters": ["name": "x", "path": "/x"],
            "retriever": ["requester": ["url_base": "u", "$parameters": ["path": "/y"]]],
        ])
        #expect(component["name"] == "x")
        let requester = component["retriever"]?["requester"]
        #expect(component["retriever"]?["type"] == "SimpleRetriever" && requester?["type"] == "HttpRequester")
        #expect(requester?["path"] == "/y" && requester?["$parameters"]?["name"] == "x")
    }

    @Test("refuses Python classes with their names")
    func customComponents() {
        let text = ManifestStage.things(
            """
                  requester: {type: CustomRequester, class_name: source_acme.Requester, url_base: "https://a.example"}
            """)
        let fault = fault(text)
        #expect(fault?.code == "declarative.custom_components")
        #expect(fault?.message.contains("source_acme.Requester") == true)
    }

    @Test("says where a manifest is wrong")
    func places() {
        #expect(fault("- a")?.code == "declarative.manifest_invalid")
        #expect(fault("a: [")?.message.contains("line") == true)
        #expect(fault("version: 99.0.0")?.faults.first?.pointer == "/version")
        #expect(fault("version: 6.0.0\nstreams: []")?.faults.first?.pointer == "/check")
        let stream = "version: 6.0.0\ncheck: {stream_names: [a]}\nstreams:\n- name: a\n  retriever: {type: Strange}"
        #expect(fault(stream)?.faults.first?.pointer == "/streams/0/retriever/type")
    }

    @Test("shows a spec's secrets as our own schemas mark them")
    func secrets() throws {
        let schema: JSONValue = [
            "type": "object", "additionalProperties": true,
            "properties": ["key": ["type": "string", "airbyte_secret": true, "order": 0]],
        ]
        let plain = ConfigSchema.plain(schema)
        #expect(try JSONSchema(plain).secretPaths() == ["key"])
    }
}
