import JSON
import Testing

@Suite("Values and numbers")
struct ValueTests {
    @Test("a number keeps its literal and knows its integer")
    func integers() throws {
        let cases: [(String, Int64?)] = [
            ("1", 1), ("-0", 0), ("1.0", 1), ("1e3", 1000), ("10e-1", 1), ("12.50e1", 125), ("1.5", nil), ("1e-1", nil),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("922337203685477580.7e1", .max), ("1e999999999", nil), ("0e999999999", 0), ("0.000", 0),
        ]
        for (literal, integer) in cases {
            let number = try #require(JSONNumber(literal: literal))
            #expect(number.literal == literal)
            #expect(number.int64 == integer, "\(literal)")
            #expect(JSONValue.number(number).description == literal)
        }
        #expect(JSONNumber(literal: "0.1")?.double == 0.1)
        #expect(JSONNumber(literal: "1e400")?.double == .infinity)
        #expect(JSONNumber(Double.nan) == nil)
        for wrong in ["", "01", "1.", ".1", "+1", "1e", "NaN", " 1", "1 "] {
            #expect(JSONNumber(literal: wrong) == nil)
        }
    }

    @Test("numbers are equal when they amount to the same, with equal hashes")
    func equality() {
        let groups = [
            ["1", "1.0", "1e0", "10e-1", "0.1e1"], ["0", "-0", "0.0", "0e5"], ["1e100", "10e99"], ["-1"], ["0.1"],
        ]
        for (place, group) in groups.enumerated() {
            for (other, texts) in groups.enumerated() {
                for left in group.compactMap({ JSONNumber(literal: $0) }) {
                    for right in texts.compactMap({ JSONNumber(literal: $0) }) {
                        #expect((left == right) == (place == other), "\(left) \(right)")
                        if place == other { #expect(left.hashValue == right.hashValue) }
                    }
                }
            }
        }
        #expect(JSONNumber(literal: "9007199254740993") != JSONNumber(literal: "9007199254740992"))
    }

    @Test("objects keep their order, and are equal without it")
    func objects() {
        var object: JSONObject = ["b": 1, "a": 2]
        #expect(object.names == ["b", "a"])
        object["c"] = 3
        object["b"] = 4
        #expect(object.description == #"{"b":4,"a":2,"c":3}"#)
        #expect(object.remove("a") == 2)
        #expect(object.remove("a") == nil)
        object["c"] = nil
        #expect(object == ["b": 4])
        let left: JSONValue = ["x": 1, "y": [true, .null]]
        let right: JSONValue = ["y": [true, .null], "x": 1.0]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["x": 1])
        #expect(left != ["x": 1, "z": [true, .null]])
    }

    @Test("a large object finds, replaces and removes as a small one does")
    func largeObject() {
        var random = RandomTexts(seed: 7)
        var object = JSONObject()
        var model: [String: Int] = [:]
        for step in 0..<3_000 {
            let name = "n\(random.below(60))"
            if random.below(3) == 0 {
                #expect(object.remove(name)?.int64Value.map(Int.init) == model.removeValue(forKey: name))
            } else {
                object[name] = .int(step)
                model[name] = step
            }
            #expect(object.count == model.count)
        }
        for name in 0..<60 { #expect(object["n\(name)"]?.int64Value.map(Int.init) == model["n\(name)"]) }
    }

    @Test("accessors give what the kind has and nil else")
    func accessors() {
        let value: JSONValue = ["s": "t", "n": 4, "b": false, "a": [1, .null], "o": ["x": 1.5], "z": .null]
        #expect(value["s"]?.stringValue == "t")
        #expect(value["n"]?.int64Value == 4)
        #expect(value["b"]?.boolValue == false)
        #expect(value["a"]?.arrayValue?.count == 2)
        #expect(value["a"]?[1]?.isNull == true)
        #expect(value["a"]?[2] == nil)
        #expect(value["o"]?["x"]?.doubleValue == 1.5)
        #expect(value["z"] == .null)
        #expect(value["missing"] == nil)
        #expect(value.stringValue == nil)
        #expect(value["o"]?["x"]?.int64Value == nil)
    }

    @Test("random values survive writing and reading", arguments: 1...100 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomTexts(seed: seed)
        let value = random.value(depth: 4)
        let written = value.serialized()
        #expect(try JSONValue(parsing: written) == value, "seed \(seed)")
        #expect(try JSONValue(parsing: written).serialized() == written, "seed \(seed)")
        let spread = try JSONValue(parsing: random.spread(value))
        #expect(spread.serialized() == written, "seed \(seed)")
        #expect(spread.hashValue == value.hashValue, "seed \(seed)")
        #expect(try JSONValue(parsing: value.canonicalSerialized()) == value, "seed \(seed)")
    }

    @Test("the canonical text has names in the order of their bytes, at every level")
    func canonical() throws {
        let value = try JSONValue(parsing: #"{"b":[{"z":1,"a":2}],"B":1.0,"é":0,"a":{}}"#)
        #expect(value.canonicalDescription == #"{"B":1.0,"a":{},"b":[{"a":2,"z":1}],"é":0}"#)
    }
}

@Suite("Writing")
struct WriterTests {
    @Test("puts commas where they belong")
    func commas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a")
        writer.beginArray()
        writer.int(1)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.bool(true)
        writer.endArray()
        writer.name("b\"")
        writer.raw(#"{"x":1}"#)
        writer.name("c")
        writer.double(0.1)
        writer.name("d")
        writer.raw(bytes("[2]"))
        writer.endObject()
        #expect(writer.text == #"{"a":[1,null,{},true],"b\"":{"x":1},"c":0.1,"d":[2]}"#)
        writer.newline()
        writer.int(UInt64.max)
        #expect(writer.text.hasSuffix("}\n18446744073709551615"))
        writer.removeAll()
        writer.string("x")
        #expect(writer.text == "\"x\"")
    }

    @Test("escapes quotes, backslashes and controls, and nothing else")
    func escapes() {
        var writer = JSONWriter()
        writer.string("a\"b\\c/\u{0}\u{8}\t\n\u{C}\r\u{1F}\u{7F}é😀 long enough for eight bytes at a time\u{1}")
        let expected =
            #""a\"b\\c/\u0000\b\t\n\f\r\u001f"# + "\u{7F}é😀 long enough for eight bytes at a time" + #"\u0001""#
        #expect(writer.text == expected)
    }

    @Test("doubles read back as they were, and what JSON lacks is null")
    func doubles() throws {
        for value in [0, -0.0, 1, 0.1, 1e20, 1e-20, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 123456.789]
            as [Double]
        {
            var writer = JSONWriter()
            writer.double(value)
            #expect(try JSONValue(parsing: writer.bytes).doubleValue == value)
        }
        var writer = JSONWriter()
        writer.double(.infinity)
        #expect(writer.text == "null")
    }
}

@Suite("Pointers and patches")
struct DocumentTests {
    @Test("follows the examples of RFC 6901")
    func pointers() throws {
        let document = try JSONValue(
            parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#)
        let places: [(String, JSONValue?)] = [
            ("", document), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
            ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8), ("/foo/2", nil),
            ("/foo/00", nil), ("/foo/-", nil), ("/foo/0/x", nil), ("/none", nil),
        ]
        for (text, value) in places {
            let pointer = try #require(JSONPointer(parsing: text))
            #expect(document[pointer] == value, "\(text)")
            #expect(pointer.description == text)
        }
        for wrong in ["a", "/~", "/~2", "/a~"] { #expect(JSONPointer(parsing: wrong) == nil) }
        #expect(JSONPointer().appending("a/b").appending(3).appending("~1").description == "/a~1b/3/~01")
    }

    @Test("follows the examples of RFC 7396")
    func mergePatch() throws {
        let cases = [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ]
        for (target, patch, result) in cases {
            let patched = try JSONValue(parsing: target).applying(mergePatch: JSONValue(parsing: patch))
            #expect(patched.description == result, "\(target) \(patch)")
        }
    }
}
