import Domain
import Interpolation
import JSON
import Testing

@testable import Declarative

@Suite("Selecting records")
struct SelectorTests {
    private static let page = PageContext(slice: StreamSlice(partition: ["account": "a1"]))

    private func extracted(_ path: [Value], _ bodies: [Value]) throws -> [Value] {
        try PathExtractor(path: FieldPath(values: path)).extract(JSONElementBatch(bodies)).contents.map {
            try $0.value()
        }
    }

    @Test("takes the items of a list, one object, and nothing of what is empty")
    func extraction() throws {
        #expect(
            try extracted(["data"], [["data": [["a": 1], ["a": 2]]], ["data": ["a": 3]]]) == [
                ["a": 1], ["a": 2], ["a": 3],
            ])
        for empty in [[:], "", 0, false, .none, []] as [Value] {
            #expect(try extracted(["data"], [["data": empty]]).isEmpty)
        }
        #expect(try extracted([], [["a": 1]]) == [["a": 1]])
        #expect(try extracted(["x", "y"], [["x": 1], ["y": 1]]).isEmpty)
        #expect(try extracted(["data", .int(1)], [["data": [[], [7]]]]) == [7])
    }

    @Test("takes all that a pattern leads to")
    func patterns() throws {
        #expect(try extracted(["data", "*", "v"], [["data": ["a": ["v": 1], "b": ["v": .none]]]]) == [1, .none])
        #expect(try extracted(["d?ta"], [["data": [1]]]) == [1])
        #expect(throws: FieldPathError.severalMatches) { try extracted(["?"], [["a": 1, "b": 2]]) }
    }

    @Test("leaves a record the text that it came as while nobody looks into it")
    func text() throws {
        let selector = StandardRecordSelector(
            PathExtractor(path: FieldPath(names: ["d"])), context: Context(config: [:], sources: .still))
        let selection = try selector.select(JSONElementBatch([["d": [["n": 1.50]]]]), on: Self.page)
        guard case .text(let text)? = selection.records.first?.content else {
            Issue.record("not a text")
            return
        }
        #expect(String(decoding: text, as: UTF8.self) == #"{"n":1.5}"#)
        #expect(selection.records.first?.slice === Self.page.slice)
    }

    @Test("filters before it transforms, or after; counts what was extracted", arguments: [false, true])
    func order(transformsFirst: Bool) throws {
        let add = AddFields(
            fields: [.init(path: ["b"], value: Template("{{ record['a'] + 1 }}"), types: nil, parameters: [:])],
            condition: nil, parameters: [:])
        let selector = StandardRecordSelector(
            PathExtractor(path: FieldPath(names: [])),
            filter: .init(condition: Template("{{ 'b' in record or record['a'] == 1 }}"), parameters: [:]),
            transformations: [add], transformsFirst: transformsFirst, context: Context(config: [:], sources: .still))
        let selection = try selector.select(JSONElementBatch([["a": 1], ["a": 2]]), on: Self.page)
        let records = try selection.records.map { try $0.content.value() }
        #expect(records == (transformsFirst ? [["a": 1, "b": 2], ["a": 2, "b": 3]] : [["a": 1, "b": 2]]))
        #expect(selection.extracted == 2)
    }

    @Test("ends with the first record that fails, and keeps those before it")
    func failure() throws {
        let selector = StandardRecordSelector(
            PathExtractor(path: FieldPath(names: [])), context: Context(config: [:], sources: .still))
        let selection = try selector.select(JSONElementBatch([["a": 1], 2, ["a": 3]]), on: Self.page)
        #expect(selection.records.count == 1)
        #expect((selection.failure as? AppError)?.code == ErrorCode.recordNotMapping.code)
    }

    @Test("joins extractors, or takes the first that finds anything")
    func combined() throws {
        let parts = ["a", "b"].map { PathExtractor(path: FieldPath(names: [$0])) }
        let batch = JSONElementBatch([["a": [.none], "b": [["x": 1]]]])
        let all = try CombinedExtractor(extractors: parts, takesFirst: false, dropsEmpty: true).extract(batch)
        #expect(all.contents.count == 1)
        #expect(all.count == 2)
        let first = try CombinedExtractor(extractors: parts, takesFirst: true, dropsEmpty: false).extract(batch)
        #expect(try first.contents.map { try $0.value() } == [.none])
    }

    @Test("makes records of a list within each record")
    func expansion() throws {
        let expander = RecordExpander(
            path: FieldPath(names: ["lines", "data"]), keepsOriginal: false, emitsParent: true,
            parentFields: [.init(from: FieldPath(names: ["id"]), to: ["order", "id"])], mergesParent: true)
        let record: Value = ["id": 1, "lines": ["data": [["n": 1], "x"], "more": false]]
        #expect(
            try expander.expand(record) == [
                ["id": 1, "lines": ["more": false], "n": 1, "order": ["id": 1]],
                ["id": 1, "lines": ["more": false], "value": "x", "order": ["id": 1]],
            ])
        #expect(try expander.expand(["id": 2]) == [["id": 2]])
    }
}

@Suite("Transformations of records")
struct TransformationTests {
    private func apply(_ transformation: any RecordTransformation, _ record: Value) throws -> Value {
        var record = record
        var context = Context(config: ["c": "x"], sources: .still)
        PageContext(slice: StreamSlice(partition: ["account": "a1"])).show(in: &context)
        try transformation.apply(to: &record, in: &context)
        return record
    }

    @Test("add fields, each seeing those before it, where their condition holds")
    func add() throws {
        let fields = [
            ("a", "{{ stream_slice.account }}", nil), ("b", "{{ record.a }}!", nil), ("n", "12", nil),
            ("t", "12", ValueTypes.string),
        ].map { AddFields.Field(path: [$0.0], value: Template($0.1), types: $0.2, parameters: [:]) }
        let add = AddFields(fields: fields, condition: nil, parameters: [:])
        #expect(try apply(add, [:]) == ["a": "a1", "b": "a1!", "n": 12, "t": "12"])
        let only = AddFields(
            fields: fields, condition: Template("{{ value == 12 and path == ['n'] }}"), parameters: [:])
        #expect(try apply(only, [:]) == ["n": 12])
        let blocked = AddFields(
            fields: [.init(path: ["a", "b"], value: Template("1"), types: nil, parameters: [:])], condition: nil,
            parameters: [:])
        #expect(throws: AppError.self) { try apply(blocked, ["a": .none]) }
    }

    @Test("remove fields, or every scalar that a condition is true of")
    func remove() throws {
        let paths = [FieldPath(names: ["a"]), FieldPath(names: ["**", "secret"])]
        #expect(
            try apply(
                RemoveFields(paths: paths, condition: nil, parameters: [:]), ["a": 1, "b": ["secret": 1, "c": 2]])
                == ["b": ["c": 2]])
        let empty = RemoveFields(
            paths: [FieldPath(names: ["a"])], condition: Template("{{ property == '' }}"), parameters: [:])
        #expect(try apply(empty, ["a": "x", "b": ["c": "", "d": 0]]) == ["a": "x", "b": ["d": 0]])
    }

    @Test("change keys")
    func keys() throws {
        #expect(try apply(KeysToLower(), ["AbC": ["D": 1]]) == ["abc": ["D": 1]])
        #expect(
            try apply(KeysToSnakeCase(), ["userID": ["FirstName": 1], "2nd value": 2, "Größe": 3])
                == ["user_id": ["first_name": 1], "_2_nd_value": 2, "grosse": 3])
        let replace = KeysReplace(old: Template(" "), new: Template("_"), parameters: [:])
        #expect(
            try apply(replace, ["a b": [["c d": 1]], "e f": ["g h": 1]]) == ["a_b": [["c d": 1]], "e_f": ["g_h": 1]])
    }

    @Test("flatten records whole, or one object of them")
    func flatten() throws {
        #expect(
            try apply(FlattenFields(flattensLists: true), ["a": ["b": 1], "l": [["x": 1], 2]])
                == ["l.1": 2, "l.0.x": 1, "a.b": 1])
        let object = FlattenObject(
            path: FieldPath(names: ["a"]), prefix: "p_", suffix: "", removesOrigin: true, replacesRecord: false)
        #expect(try apply(object, ["a": ["b": 1], "c": 2]) == ["c": 2, "p_b": 1])
        #expect(try apply(object, ["a": ["b": 1], "p_b": 2]) == ["a": ["b": 1], "p_b": 2])
    }

    @Test("cast values to a schema's types")
    func normalization() {
        let schema: Mapping = [
            "properties": [
                "s": ["type": "string"], "n": ["type": ["null", "number"]], "i": ["type": ["integer"]],
                "b": ["type": "boolean"], "l": ["type": "array", "items": ["type": ["string"]]],
                "m": ["type": ["string", "integer"]],
                "o": ["type": "object", "properties": ["i": ["type": "integer"]]],
                "li": ["type": "array", "items": ["$ref": "#/definitions/d"]],
            ], "definitions": ["d": ["properties": ["s": ["type": "string"]]]],
        ]
        var record: Value = [
            "s": ["a": true, "n": .none], "n": "1e3", "i": "1.5", "b": "On", "l": "x", "m": 1, "o": ["i": "7", "x": 1],
            "li": [["s": 1.0]],
        ]
        SchemaNormalizer(schema: schema).normalize(&record)
        #expect(
            record == [
                "s": "{'a': True, 'n': None}", "n": 1000.0, "i": "1.5", "b": true, "l": ["x"], "m": 1,
                "o": ["i": 7, "x": 1], "li": [["s": "1.0"]],
            ])
    }
}

@Suite("Fields added to a record's text")
struct TextMemberTests {
    @Test(
        "stand last, or where the field was",
        arguments: zip(
            [#"{}"#, #"{"a":1}"#, #"{"a":1,"é\"":{"b":[2]},"c":3}"#],
            [#"{"é\"":"x"}"#, #"{"a":1,"é\"":"x"}"#, #"{"a":1,"é\"":"x","c":3}"#]))
    func place(before: String, after: String) throws {
        let text = try #require(TextMember("é\"").set("x", in: Array(before.utf8)[...]))
        #expect(String(decoding: text, as: UTF8.self) == after)
    }

    @Test(
        "are what they are in a record that was read", arguments: [#"{"a":1,"b":{"c":"d"}}"#, #"{"n":0,"b":{}}"#, "{}"])
    func same(record: String) throws {
        let fields = [
            ("n", "{{ record.a + 1 if record.a else 'none' }}"), ("m", "{{ record.b.c }}{{ record.get('n') }}"),
            ("all", "{{ record }}"),
        ]
        .map { AddFields.Field(path: [$0.0], value: Template($0.1), types: nil, parameters: [:]) }
        let add = AddFields(fields: fields, condition: nil, parameters: [:])
        var context = Context(config: [:], sources: .still)
        let outcome = Result { try add.applied(to: Array(record.utf8)[...], in: &context).map { try Value(json: $0) } }
        var value = try Value(json: record)
        let expected = Result { try add.apply(to: &value, in: &context) }
        switch (outcome, expected) {
        case (.success(let text), .success): #expect(text == value)
        case (.failure, .failure): break
        default: Issue.record("\(outcome) \(expected)")
        }
    }
}
