import JSON
import Testing

@Suite("Decoding Swift types from values")
struct DecodingTests {
    private struct Run: Decodable, Equatable {
        enum Status: String, Decodable { case queued, running }

        var id: String
        var status: Status
        var attempt: Int
        var ratio: Double
        var small: UInt8
        var big: UInt64
        var finished: String?
        var missing: Int?
        var entities: [[String: Int]]
        var config: JSONValue
    }

    static let text = """
        {"id":"run_1","status":"queued","attempt":2.0,"ratio":0.5,"small":255,"big":18446744073709551615,"finished":null,
        "entities":[{"a":1},{}],"config":{"n":1.50,"l":[null]}}
        """

    @Test("decodes nested types, and values as they are")
    func decodes() throws {
        let run = try JSONValue(parsing: Self.text).decode(Run.self)
        let config: JSONValue = ["n": 1.5, "l": [.null]]
        let expected = Run(
            id: "run_1", status: .queued, attempt: 2, ratio: 0.5, small: 255, big: .max, entities: [["a": 1], [:]],
            config: config)
        #expect(run == expected)
        #expect(run.config["n"]?.numberValue?.literal == "1.50")
    }

    static let wrong: [(String, JSONValue)] = [
        ("id", 77), ("attempt", 1.5), ("small", 256), ("small", -1), ("status", "word"),
        ("entities", ["word"]), ("ratio", "word"), ("id", .null),
    ]

    @Test("says where a value doesn't fit", arguments: wrong)
    func refuses(name: String, wrong: JSONValue) throws {
        var object = try #require(JSONValue(parsing: Self.text).objectValue)
        object[name] = wrong
        let error = #expect(throws: DecodingError.self) { try JSONValue.object(object).decode(Run.self) }
        let path: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            default: []
            }
        #expect(path.first?.stringValue == name)
    }

    @Test("a member that must be there and isn't is named")
    func missing() throws {
        let error = #expect(throws: DecodingError.self) { try JSONValue.object(JSONObject()).decode(Run.self) }
        guard case .keyNotFound(let key, _) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(key.stringValue == "id")
    }
}
