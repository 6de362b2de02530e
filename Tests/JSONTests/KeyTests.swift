import JSON
import Testing

@Suite("Fields of an object's text")
struct FieldTests {
    @Test("finds values without reading the rest, by what names say")
    func finds() throws {
        let fields = JSONFields(["id", "name", "none", "é"])
        let record = bytes(#"{"x":{"id":[9,"}"]},"id":12,"n\u0061me":"a\"}","tail":[1,{"y":2}],"\u00e9":null}"#)
        let ranges = try #require(fields.ranges(in: record))
        #expect(ranges.map { $0.map { text(record[$0]) } } == ["12", #""a\"}""#, nil, "null"])
    }

    @Test("the last of two members of one name wins")
    func lastWins() throws {
        let record = bytes(#"{"id":1,"a":0,"\u0069d":2}"#)
        let ranges = try #require(JSONFields(["id"]).ranges(in: record))
        #expect(ranges[0].map { text(record[$0]) } == "2")
    }

    @Test("works on a slice of a batch and with white space")
    func slices() throws {
        let buffer = bytes(#"[1]{ "id" : [ 1 , 2 ] , "b" : true }"#)
        let slice = buffer[3...]
        let range = try #require(JSONFields(["id"]).ranges(in: slice)?[0])
        #expect(text(slice[slice.startIndex + range.lowerBound..<slice.startIndex + range.upperBound]) == "[ 1 , 2 ]")
        #expect(try #require(JSONFields(["id"]).ranges(in: bytes("{}"))) == [nil])
    }

    @Test("finds in random objects what the parser finds", arguments: 1...100 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var random = RandomTexts(seed: seed)
        var object = JSONObject()
        for _ in 0...random.below(15) { object[random.string()] = random.value(depth: 2) }
        let names = object.names + ["not there"]
        let record = bytes(random.spread(.object(object)))
        let ranges = try #require(JSONFields(names).ranges(in: record))
        for (name, range) in zip(names, ranges) {
            #expect(try range.map { try JSONValue(parsing: Array(record[$0])) } == object[name], "seed \(seed)")
        }
    }

    @Test("stays within its bounds on any bytes", arguments: 1...300 as ClosedRange<UInt64>)
    func garbage(seed: UInt64) {
        var random = RandomTexts(seed: seed)
        let alphabet = bytes("{{{}[],::\"\"\"\\\\au0 1\u{1}é")
        let input = [UInt8(ascii: "{")] + (0..<random.below(30)).map { _ in alphabet[random.below(alphabet.count)] }
        for range in (JSONFields(["a", "", "\u{1}"]).ranges(in: input) ?? []).compactMap({ $0 }) {
            #expect(range.upperBound <= input.count, "seed \(seed)")
        }
    }

    @Test("what isn't an object has no fields")
    func notObjects() {
        for wrong in ["", "[1]", "1", "null", "{", #"{"a"}"#, #"{"a":1"#, #"{"a":1,}"#, #"{"a":"#] {
            #expect(JSONFields(["a"]).ranges(in: bytes(wrong)) == nil, "\(wrong)")
        }
    }
}

@Suite("Keys of records")
struct KeyTests {
    static let spellings: [(String, [String])] = [
        ("1", ["1", "1.0", "1e0", "10e-1", "0.1E1", "1.000", "100e-2"]), ("0", ["0", "-0", "0.0", "-0e5", "0e-9"]),
        ("-12.5", ["-12.5", "-1.25e1", "-12.50"]), ("1000", ["1000", "1e3", "1E+3", "10e2"]),
        ("0.001", ["0.001", "1e-3", "0.1e-2"]), ("1e999999999", ["1e999999999", "10e999999998", "0.1e1000000000"]),
        ("1.5e-999999999", ["1.5e-999999999", "15e-1000000000"]),
        ("123456789012345678901234567890", ["123456789012345678901234567890"]),
        ("\"a\"", ["\"a\"", #""\u0061""#]), (#""\"\\/\b\u0001é""#, [#""\u0022\u005c\/\u0008\u0001\u00E9""#]),
        ("\"😀\"", ["\"😀\"", #""\ud83d\uDE00""#]), (#""x\ud800y""#, [#""\u0078\uD800y""#]), ("true", ["true"]),
        ("\"\"", ["\"\""]),
    ]

    @Test("all spellings of one value are one key", arguments: spellings)
    func canonical(expected: String, spellings: [String]) throws {
        for spelling in spellings {
            #expect(text(try JSONKey.canonical([bytes(spelling)])) == "[\(expected)]", "\(spelling)")
            let ordered = try JSONKey.encodeOrdered([bytes(spelling)])
            #expect(ordered == (try JSONKey.encodeOrdered([bytes(expected)])), "\(spelling)")
            #expect(text(try JSONKey.decodeOrdered(ordered)) == "[\(expected)]")
        }
    }

    @Test("values that differ in type, digits or code points are different keys")
    func differences() throws {
        let values = [
            "1", "\"1\"", "true", "\"true\"", "false", "0", "\"\"", "1.5", "-1", "1e1", "\"\u{E9}\"", "\"e\u{301}\"",
            "1e-1",
            "9007199254740993", "9007199254740992", "0.30000000000000004", "0.3", "1e40", "1e41", "\"a\\u0000\"",
            "\"a\"",
        ]
        #expect(Set(try values.map { try JSONKey.canonical([bytes($0)]) }).count == values.count)
        #expect(Set(try values.map { try JSONKey.encodeOrdered([bytes($0)]) }).count == values.count)
    }

    @Test("values that don't make a key say why and which")
    func errors() throws {
        let cases: [([String?], JSONKeyError.Code, Int)] = [
            ([nil], .missing, 0), (["1", "null"], .null, 1), (["[1]"], .unsupported, 0),
            (["1", "2", "{}"], .unsupported, 2),
            (["1e99999999999999999999"], .unsupported, 0), (["x"], .malformed, 0), ([""], .malformed, 0),
        ]
        for (values, code, index) in cases {
            let values = values.map { $0.map(bytes) }
            let error = #expect(throws: JSONKeyError.self) { try JSONKey.canonical(values) }
            #expect(error?.code == code)
            #expect(error?.index == index)
            let other = #expect(throws: JSONKeyError.self) { try JSONKey.encodeOrdered(values) }
            #expect(other == error)
        }
        #expect(text(try JSONKey.canonical([bytes("0e99999999999999999999")])) == "[0]")
    }

    @Test("a key's readable text finds its ordered form in any spelling")
    func fromText() throws {
        let expected = try JSONKey.encodeOrdered([bytes("1"), bytes("\"a\"")])
        for spelling in [#"[1,"a"]"#, #" [ 1.0 , "\u0061" ] "#] {
            #expect(try JSONKey.encodeOrdered(keyText: bytes(spelling)) == expected)
        }
        for (wrong, code) in [
            ("1", JSONKeyError.Code.malformed), ("[1", .malformed), ("[[1]]", .unsupported), ("[null]", .null),
        ] {
            let error = #expect(throws: JSONKeyError.self) { try JSONKey.encodeOrdered(keyText: bytes(wrong)) }
            #expect(error?.code == code, "\(wrong)")
        }
    }

    @Test("integers and strings sort as their values do, alone and in pairs")
    func order() throws {
        let edges: [Int64] = [
            .min, .min + 1, -1_000_000, -1000, -999, -101, -100, -99, -11, -10, -9, -2, -1, 0, 1, 2, 9, 10, 11,
            99, 100, 101, 999, 1000, .max - 1, .max,
        ]
        var random = RandomTexts(seed: 11)
        var integers = edges
        for _ in 0..<300 {
            integers.append(Int64.random(in: .min ... .max, using: &random.generator) >> Int64(random.below(63)))
        }
        integers.sort()
        for (left, right) in zip(integers, integers.dropFirst()) where left < right {
            #expect(precedes([String(left)], [String(right)]), "\(left) \(right)")
            #expect(precedes([String(left), "9"], [String(right), "1"]))
            #expect(precedes(["\"x\"", String(left)], ["\"x\"", String(right)]))
        }
        #expect(precedes(["99999999999999999999999999"], ["100000000000000000000000000"]))
        let strings = (0..<400).map { _ in random.string() }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for (left, right) in zip(strings, strings.dropFirst()) where !left.utf8.elementsEqual(right.utf8) {
            #expect(
                precedes([JSONValue.string(left).description], [JSONValue.string(right).description]),
                "\(left) \(right)")
            #expect(precedes([JSONValue.string(left).description, "9"], [JSONValue.string(right).description, "1"]))
        }
    }

    @Test(
        "random keys go there and back, and are one text exactly when they are one key",
        arguments: 1...100 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomTexts(seed: seed)
        var byKey: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<20 {
            var values: [JSONValue] = []
            while values.count <= random.below(3) {
                let value = random.value(depth: 0)
                if !value.isNull { values.append(value) }
            }
            let spellings = values.map { bytes($0.description) }
            let canonical = try JSONKey.canonical(spellings)
            let ordered = try JSONKey.encodeOrdered(spellings)
            #expect(try JSONKey.decodeOrdered(ordered) == canonical, "seed \(seed)")
            #expect(try JSONKey.encodeOrdered(keyText: canonical) == ordered, "seed \(seed)")
            #expect(try JSONValue(parsing: canonical) == .array(values), "seed \(seed)")
            #expect(String(validating: ordered, as: UTF8.self) != nil && !ordered.contains(0), "seed \(seed)")
            #expect(byKey.updateValue(canonical, forKey: ordered) ?? canonical == canonical, "seed \(seed)")
        }
    }

    @Test("keys of one million digits cost no more than their text")
    func longNumbers() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        let key = try JSONKey.canonical([bytes("0.\(digits)e5")])
        #expect(key.count < 1_000_020)
        #expect(key == (try JSONKey.canonical([bytes("\(digits)0e-999996")])))
    }

    @Test(
        "bytes that no key makes are refused",
        arguments: [
            "X", "P", "P1", "P2\u{39}", "P1x", "N", "Ny", "S", "Sabc", "S\u{2}", "S\u{2}\u{9}\u{1}", "R\u{1}",
            "Rabc\u{1}", "R1",
            "P0", "S\u{2}\u{4}0041\u{1}", "S\u{2}\u{4}d8\u{1}",
        ])
    func damaged(key: String) {
        #expect(throws: JSONKeyError.self) { try JSONKey.decodeOrdered(bytes(key)) }
    }

    @Test("ranges of a record become a key in either form, and an error leaves the buffer alone")
    func fromRecord() throws {
        let record = bytes(#"{"b":"x","a":1.0,"c":null}"#)
        let ranges = try #require(JSONFields(["a", "b"]).ranges(in: record))
        var output = bytes("before")
        try record.withUnsafeBytes { try JSONKey.appendCanonical(ranges, of: $0, to: &output) }
        #expect(text(output) == #"before[1,"x"]"#)
        let withNull = try #require(JSONFields(["a", "c"]).ranges(in: record))
        let error = #expect(throws: JSONKeyError.self) {
            try record.withUnsafeBytes { try JSONKey.appendOrdered(withNull, of: $0, to: &output) }
        }
        #expect(error?.code == .null)
        #expect(text(output) == #"before[1,"x"]"#)
    }

    private func precedes(_ left: [String], _ right: [String]) -> Bool {
        guard let one = try? JSONKey.encodeOrdered(left.map(bytes)),
            let other = try? JSONKey.encodeOrdered(right.map(bytes))
        else { return false }
        return one.lexicographicallyPrecedes(other)
    }
}

@Suite("Parts of a text, without values")
struct PartTests {
    private static func text(_ text: String, _ range: Range<Int>) -> String {
        String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }

    @Test("are the items of an array")
    func items() throws {
        let array = #"[1, {"a":[2,"]"]}, "x\"y" ,[]]"#
        let ranges = try #require(JSONItems.ranges(in: Array(array.utf8)[...]))
        #expect(ranges.map { Self.text(array, $0) } == ["1", #"{"a":[2,"]"]}"#, #""x\"y""#, "[]"])
        #expect(JSONItems.ranges(in: Array("[ ]".utf8)[...]) == [])
        for other in ["{}", "1", "", "[1", "[1,"] { #expect(JSONItems.ranges(in: Array(other.utf8)[...]) == nil) }
    }
}
