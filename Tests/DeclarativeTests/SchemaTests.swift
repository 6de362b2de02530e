import Interpolation
import JSON
import Synchronization
import Testing

@testable import Declarative

@Suite("Schemas that a source describes")
struct SchemaTests {
    private static let context = Context(config: [:], sources: .still)

    private static func types(_ rules: [SchemaTypes.Rule] = []) -> SchemaTypes {
        SchemaTypes(
            schema: FieldPath(names: ["fields"]), key: FieldPath(names: ["name"]), type: FieldPath(names: ["type"]),
            rules: rules)
    }

    @Test("have a property for each field, its type mapped by the first rule that holds")
    func properties() throws {
        let types = Self.types([
            .init(current: "text", target: .one("string"), condition: Template("{{ raw_schema.long is defined }}")),
            .init(current: "text", target: .one("date"), condition: Template("True")),
            .init(current: "tags", target: .list(of: "array", items: .one("integer")), condition: Template("True")),
            .init(current: "mixed", target: .either(["number", "boolean"]), condition: Template("True")),
        ])
        let fields: Value = [
            ["name": "a", "type": "text", "long": true], ["name": "b", "type": "text"], ["name": "c", "type": "tags"],
            ["name": "d", "type": "mixed"], ["name": "e"],
        ]
        #expect(
            try types.properties(of: ["fields": fields], in: Self.context) == [
                "a": ["type": ["null", "string"]], "b": ["type": ["null", "string"], "format": "date"],
                "c": ["type": ["null", "array"], "items": ["type": ["null", "integer"]]],
                "d": ["oneOf": [["type": ["null", "number"]], ["type": ["null", "boolean"]]]],
                "e": ["type": ["null", "string"]],
            ])
    }

    @Test(
        "are refused where a field has no name or an unknown type",
        arguments: [["type": "string"], ["name": "a", "type": "weird"]] as [Value])
    func unusable(field: Value) {
        #expect(throws: (any Error).self) {
            try Self.types().properties(of: ["fields": [field]], in: Self.context)
        }
    }

    @Test("are fetched once, from the first record, then filtered and transformed")
    func fetched() async throws {
        let retriever = GivenRecords([["fields": [["name": "A"], ["name": "B"]]], ["fields": 1]])
        let schema = FetchedSchema(
            retriever, types: Self.types(), transformations: [KeysToLower()],
            filter: .init(condition: Template("{{ 'B' in record }}"), parameters: [:]), context: Self.context)
        for _ in 0..<2 { #expect(try await schema.schema()["properties"] == ["b": ["type": ["null", "string"]]]) }
        #expect(retriever.reads == 1)
    }

    @Test("are put together, the first counting")
    func merged() async throws {
        let schema = MergedSchema([
            FixedSchema(fields: ["properties": ["a": 1]]), FixedSchema(fields: ["properties": ["a": 2, "b": 3]]),
        ])
        #expect(try await schema.schema()["properties"] == ["a": 1, "b": 3])
    }
}

/// Records that are given.
final class GivenRecords: Retriever {
    private let records: [Value]
    private let count = Mutex(0)

    init(_ records: [Value]) { self.records = records }

    var reads: Int { count.withLock { $0 } }

    func read(_ slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws {
        count.withLock { $0 += 1 }
        for record in records { try await emit([Record(.value(record), slice: slice)]) }
    }
}
