import JSON
import Testing

/// Texts that RFC 8259 allows.
let acceptedTexts: [String] = [
    "null", "true", "false", "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.0", "0.5", "-0.5",
    "1e1", "1E1", "1e+1", "1e-1", "0e0", "0E+00", "1.5e300", "-1.0E-9", "1e999999999", "\"\"", "\"a\"", "\" \"",
    #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0000""#, #""\u00e9""#, #""\uFFFF""#, #""\ud83d\ude00""#,
    #""\uD83D\uDE00""#, "\"é\"", "\"東京\"", "\"😀\"", "\"\u{7F}\"", "\"\u{2028}\"", "\"\u{10FFFF}\"", "[]", "{}",
    "[ ]", "{ }", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[[],[[]],{}]", "[null,true,false]", #"{"a":1}"#,
    #"{ "a" : 1 , "b" : [ { } ] }"#, #"{"":0}"#, #"{"a":{"b":{"c":[]}}}"#, " 1 ", "\n\t\r 1\r\n", "[\n]",
    #"[""]"#, #"["a","b"]"#, "[0,0.0,-0]", "[1e2,3]", "[true]", #"{"true":true}"#, #""//no comment""#,
    #"{"a\u0062":1}"#, #""12345678""#, #""1234567\n""#, #""12345678\"""#, #""[{]},:""#,
]

/// Texts that it doesn't, each with the code that it gets.
let refusedTexts: [(String, JSONError.Code)] = [
    ("", .truncated), (" ", .truncated), ("[", .truncated), ("{", .truncated), ("[1", .truncated), ("[1,", .truncated),
    (#"{"a""#, .truncated), (#"{"a":"#, .truncated), (#"{"a":1"#, .truncated), (#"{"a":1,"#, .truncated),
    (#"""#, .truncated), (#""a"#, .truncated), (#""\"#, .truncated), (#""\u12"#, .truncated), (#""\ud83d"#, .truncated),
    (#""\ud83d\"#, .truncated), ("t", .truncated), ("tru", .truncated), ("-", .truncated), ("1.", .truncated),
    ("1e", .truncated), ("1e+", .truncated), ("[[[[", .truncated),
    ("]", .malformed), ("}", .malformed), ("[1}", .malformed), (#"{"a":1]"#, .malformed), ("[,]", .malformed),
    ("[1,]", .malformed), ("[1,,2]", .malformed), ("[,1]", .malformed), ("[1 2]", .malformed), ("{,}", .malformed),
    (#"{"a":1,}"#, .malformed), (#"{"a"}"#, .malformed), (#"{"a":}"#, .malformed), (#"{:1}"#, .malformed),
    ("{1:1}", .malformed), ("{a:1}", .malformed), ("{'a':1}", .malformed), (#"{"a" 1}"#, .malformed),
    (#"{"a":1 "b":2}"#, .malformed), (#"{"a"::1}"#, .malformed), (#"{"a",1}"#, .malformed), (#"["a":1]"#, .malformed),
    ("01", .malformed), ("-01", .malformed), ("00", .malformed), ("+1", .malformed), (".5", .malformed),
    ("[1.]", .malformed), ("[1.e1]", .malformed), ("[1e]", .malformed), ("[1e1.5]", .malformed), ("[-]", .malformed),
    ("[--1]", .malformed), ("[0x10]", .malformed), ("[1_000]", .malformed), ("NaN", .malformed),
    ("Infinity", .malformed),
    ("-Infinity", .malformed), ("[1e--1]", .malformed), ("[0.1.2]", .malformed), ("[1a]", .malformed),
    ("True", .malformed), ("nul]", .malformed), ("nulll", .trailing), ("truefalse", .trailing), ("[tru]", .malformed),
    ("undefined", .malformed), ("'a'", .malformed), ("/* */ 1", .malformed), ("// 1", .malformed), ("# 1", .malformed),
    (#""\a""#, .malformed), (#""\x41""#, .malformed), (#""\'""#, .malformed), (#""\U0041""#, .malformed),
    (#""\u00g0""#, .malformed), (#""\u 041""#, .malformed), (#""\u+041""#, .malformed), ("\"\\\u{0}\"", .malformed),
    (#""\ud800""#, .malformed), (#""\udc00""#, .malformed), (#""\ud800\ud800""#, .malformed),
    (#""\ud800a""#, .malformed),
    (#""\ud800\n""#, .malformed), (#""\ude00\ud83d""#, .malformed), (#""\ud83d\u0041""#, .malformed),
    ("\"\n\"", .malformed), ("\"\t\"", .malformed), ("\"\u{0}\"", .malformed), ("\"\u{1F}\"", .malformed),
    ("\"12345678\n\"", .malformed), ("\u{FEFF}1", .malformed), ("\u{A0}1", .malformed), ("\u{B}1", .malformed),
    ("\u{C}1", .malformed), ("[1\u{0}]", .malformed), ("é", .malformed),
    ("1 2", .trailing), ("[] []", .trailing), ("{}}", .trailing), ("[]]", .trailing), ("1,", .trailing),
    (#""a" x"#, .trailing), ("1 //", .trailing), ("{} \u{0}", .trailing), ("true1", .trailing), ("0 1", .trailing),
]

/// Insides of strings that aren't UTF-8.
let notUTF8: [[UInt8]] = [
    [0x80], [0xBF], [0xFE], [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28],
    [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xF0, 0x28, 0x8C, 0xBC],
]

@Suite("The grammar of RFC 8259")
struct GrammarTests {
    @Test("takes what the RFC allows", arguments: acceptedTexts)
    func accepts(text: String) throws {
        _ = try JSONValue(parsing: text)
        #expect(Outcome(bytes(text), .document).error == nil)
    }

    @Test("refuses what it doesn't, by code", arguments: refusedTexts)
    func refuses(text: String, code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == code)
        let strict = JSONElementLimits(value: JSONLimits(maxDepth: 64))
        #expect(Outcome(bytes(text), .document, limits: strict).error == code.rawValue)
    }

    @Test("refuses strings that aren't UTF-8, as values and as names", arguments: notUTF8)
    func refusesBadUTF8(inside: [UInt8]) {
        for (before, after) in [("\"", "\""), ("{\"", "\":1}"), ("\"1234567", " \""), ("[\"é", "\"]")] {
            let error = #expect(throws: JSONError.self) {
                try JSONValue(parsing: bytes(before) + inside + bytes(after))
            }
            #expect(error?.code == .invalidUTF8)
        }
    }

    @Test("takes every scalar of Unicode, as it is and escaped")
    func takesEveryScalar() throws {
        var all = ""
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
            all.unicodeScalars.append(scalar)
        }
        #expect(try JSONValue(parsing: "\"\(all)\"") == .string(all))
        let escaped = all.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        #expect(try JSONValue(parsing: "\"\(escaped.joined())\"") == .string(all))
    }

    @Test("says at which byte the fault is")
    func givesOffsets() {
        let cases = [("[1,]", 3), ("{\"a\":01}", 6), ("\"ab\u{1}\"", 3), ("[1] x", 4), ("[1", 2), ("[\"é\\q\"]", 5)]
        for (text, offset) in cases {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
            #expect(error?.offset == offset, "\(text)")
            #expect(error?.description.contains("byte \(offset)") == true)
        }
    }

    @Test("lets half a surrogate pair stand alone only where that is allowed")
    func loneSurrogates() throws {
        let limits = JSONLimits(allowsLoneSurrogates: true)
        #expect(try JSONValue(parsing: #""a\ud800b""#, limits: limits) == "a\u{FFFD}b")
        #expect(try JSONValue(parsing: #""\ud83d\ude00""#, limits: limits) == "😀")
        #expect(Outcome(bytes(#"["\ud800x"]"#), .array).elements == [#""\ud800x""#])
    }
}

@Suite("Limits of reading")
struct LimitTests {
    @Test("counts depth exactly")
    func depth() throws {
        for depth in [1, 2, 31, 32, 63, 64, 65, 127, 128, 129, 200] {
            for (open, close) in [("[", "]"), ("{\"a\":[", "]}")] {
                let levels = depth * (open.utf8.count > 1 ? 2 : 1)
                guard levels <= JSONLimits.deepest else { continue }
                let text = String(repeating: open, count: depth) + String(repeating: close, count: depth)
                #expect(try JSONValue(parsing: text, limits: JSONLimits(maxDepth: levels)).description == text)
                let error = #expect(throws: JSONError.self) {
                    try JSONValue(parsing: text, limits: JSONLimits(maxDepth: levels - 1))
                }
                #expect(error?.code == .tooDeep)
            }
        }
    }

    @Test("refuses a nesting of 10,000 and of 10 million at once", arguments: [10_000, 10_000_000])
    func deepNesting(depth: Int) {
        let input = [UInt8](repeating: UInt8(ascii: "["), count: depth)
        for limits in [JSONLimits(), JSONLimits(maxDepth: .max)] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: input, limits: limits) }
            #expect(error?.code == .tooDeep)
            #expect((error?.offset ?? .max) <= JSONLimits.deepest)
        }
        #expect(Outcome(input, .array).error == "tooDeep")
    }

    @Test("a depth of none allows scalars only")
    func noDepth() throws {
        #expect(try JSONValue(parsing: "1", limits: JSONLimits(maxDepth: 0)) == 1)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[]", limits: JSONLimits(maxDepth: 0)) }
    }

    @Test("refuses a text that is too long")
    func length() throws {
        let limits = JSONLimits(maxBytes: 4)
        #expect(try JSONValue(parsing: "[12]", limits: limits) == [12])
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[123]", limits: limits) }
        #expect(error?.code == .tooLarge)
    }

    @Test("finds repeated names by what they say, and points to them")
    func duplicates() throws {
        for (text, pointer) in [
            (#"{"a":1,"a":2}"#, "/a"), (#"{"a":1,"\u0061":2}"#, "/a"),
            (#"{"x":[0,{"b/c":1,"d":2,"b/c":3}]}"#, "/x/1/b~1c"),
        ] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
            #expect(error?.code == .duplicateName)
            #expect(error?.pointer == pointer)
        }
        let lax = JSONLimits(allowsDuplicateNames: true)
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#, limits: lax).description == #"{"a":3,"b":2}"#)
    }

    @Test("names that only Unicode equivalence makes equal are two")
    func equivalentNames() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test("finds one repeated name among 20,000, in an object that a quadratic search would not finish")
    func manyNames() throws {
        let names = (0..<20_000).map { "\"n\($0)\":0" }
        let text = "{\(names.joined(separator: ","))}"
        #expect(try JSONValue(parsing: text).objectValue?.count == 20_000)
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\(names.joined(separator: ",")),\"n777\":1}")
        }
        #expect(error?.pointer == "/n777")
    }
}
