import Interpolation
import Testing

@Suite("A value")
struct ValueTests {
    @Test("equals what Python finds equal")
    func equality() {
        #expect(Value.int(1) == .float(1))
        #expect(Value.bool(true) == .int(1))
        #expect(Value.list([1, 2]) != .tuple([1, 2]))
        #expect(Value.string("e\u{301}") != .string("\u{E9}"))
        #expect(Value.mapping(["a": 1, "b": 2]) == .mapping(["b": 2, "a": 1.0]))
        #expect(Value.int(9_007_199_254_740_993) != .float(9_007_199_254_740_992))
        let mapping: Mapping = [1: "a", true: "b"]
        #expect(mapping.count == 1 && mapping[1.0] == "b")
    }

    @Test(
        "comes back from JSON as it was",
        arguments: [
            #"{"a":[1,2.5,null,true,"x"]}"#, "123456789012345678901234567890", "-9223372036854775808", "1.0", "1e16",
            #""\u0001é""#, "[]", "{}", "-0.0", "0.00001", "1e-6",
        ])
    func json(text: String) throws {
        #expect(String(decoding: try Value(json: text).json, as: UTF8.self) == text)
    }

    @Test(
        "isn't read from what isn't JSON",
        arguments: ["", "[1,]", "{\"a\" 1}", "01", "1.", "nul", "\"\\x\"", "\"\u{1}\"", "[1] 2", "{a: 1}", "\"a", "-"])
    func malformed(text: String) { expectFailure(.valueJSONInvalid) { try Value(json: text) } }

    @Test("is read from JSON as Python reads it")
    func reading() throws {
        #expect(try Value(json: #"{"a": 1, "a": 2}"#) == ["a": 2])
        #expect(try Value(json: #""\ud83d\ude00 \ud83d""#) == "😀 \u{FFFD}")
        #expect(try Value(json: "1E400") == .float(.infinity))
        #expect(try Value(json: " [ 1 , -2 ] ") == [1, -2])
    }

    static let printed: [(value: Value, text: String)] = [
        (1e16, "1e+16"), (1e-5, "1e-05"), (0.1, "0.1"), (.none, "None"),
        (["a'": [1, .tuple([2])]], #"{"a'": [1, (2,)]}"#),
        (["it's \"x\"\n"], #"['it\'s "x"\n']"#), (true, "True"),
        (.duration(TimeSpan(microseconds: -1)), "-1 day, 23:59:59.999999"),
    ]

    @Test("prints as in Python", arguments: printed)
    func text(value: Value, text: String) { #expect(value.text == text) }

    @Test("keeps and finds keys of large mappings")
    func largeMappings() {
        var mapping = Mapping()
        for number in 0..<200 { mapping["k\(number)"] = .int(number) }
        mapping["k5"] = nil
        mapping["k6"] = 0
        #expect(mapping.count == 199 && mapping["k199"] == 199 && mapping["k5"] == nil && mapping["k6"] == 0)
        #expect(mapping.keys.first == "k0" && mapping.keys.last == "k199")
    }
}
