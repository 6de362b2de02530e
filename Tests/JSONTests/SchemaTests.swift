import JSON
import Testing

@Suite("Config schemas")
struct SchemaTests {
    /// A schema, a value that meets it and one that doesn't, with the pointer and keyword of what is wrong.
    static let rules: [(String, [String], [(String, String, String)])] = [
        (#"{"type":"string"}"#, ["\"a\""], [("1", "", "type"), ("null", "", "type")]),
        (#"{"type":["integer","null"]}"#, ["1", "1.0", "1e2", "null"], [("1.5", "", "type"), ("true", "", "type")]),
        (#"{"type":"number"}"#, ["1", "1.5"], [("\"1\"", "", "type")]),
        (#"{"type":"object"}"#, ["{}"], [("[]", "", "type")]),
        (#"{"properties":{"a":{"type":"string"}}}"#, ["{}", #"{"a":"x","b":1}"#, "1"], [(#"{"a":1}"#, "/a", "type")]),
        (#"{"required":["a/b"]}"#, [#"{"a/b":null}"#, "[]"], [("{}", "/a~1b", "required")]),
        (
            #"{"properties":{"a":true},"additionalProperties":false}"#, [#"{"a":1}"#, "{}"],
            [(#"{"z":1}"#, "/z", "additionalProperties")]
        ),
        (#"{"additionalProperties":{"type":"integer"}}"#, [#"{"a":1}"#], [(#"{"a":"x"}"#, "/a", "type")]),
        (#"{"items":{"minimum":2}}"#, ["[]", "[2,3]", "1"], [("[2,1]", "/1", "minimum")]),
        (
            #"{"enum":["a",1,null,{"x":[1.0]}]}"#, ["\"a\"", "1.0", "null", #"{"x":[1]}"#],
            [("\"b\"", "", "enum"), ("2", "", "enum")]
        ),
        (#"{"const":{"a":1,"b":2}}"#, [#"{"b":2,"a":1}"#], [(#"{"a":1}"#, "", "const")]),
        (#"{"minimum":1,"maximum":3}"#, ["1", "3", "\"x\""], [("0.9", "", "minimum"), ("4", "", "maximum")]),
        (
            #"{"exclusiveMinimum":1,"exclusiveMaximum":3}"#, ["2", "1.1"],
            [("1", "", "exclusiveMinimum"), ("3", "", "exclusiveMaximum")]
        ),
        (
            #"{"minLength":2,"maxLength":3}"#, ["\"éé\"", "\"😀😀😀\""],
            [("\"a\"", "", "minLength"), ("\"abcd\"", "", "maxLength")]
        ),
        (#"{"minItems":1,"maxItems":2}"#, ["[1]", "{}"], [("[]", "", "minItems"), ("[1,2,3]", "", "maxItems")]),
        (
            #"{"uniqueItems":true}"#, ["[1,\"1\",true]"],
            [("[1,1.0]", "", "uniqueItems"), (#"[{"a":1,"b":2},{"b":2,"a":1}]"#, "", "uniqueItems")]
        ),
        (#"{"pattern":"^[a-z]+$"}"#, ["\"abc\"", "1"], [("\"aB\"", "", "pattern")]),
        (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, ["1"], [("3", "", "maximum")]),
        (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, ["\"a\"", "5"], [("4", "", "anyOf")]),
        (#"{"oneOf":[{"minimum":1},{"maximum":2}]}"#, ["0", "3"], [("1", "", "oneOf")]),
        (#"{"not":{"type":"string"}}"#, ["1"], [("\"a\"", "", "not")]),
        (
            ##"{"$defs":{"p":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/p"}}}"##, [##"{"a":1}"##],
            [(##"{"a":"x"}"##, "/a", "type")]
        ),
        (
            ##"{"properties":{"c":{"$ref":"#"},"v":{"type":"integer"}}}"##, [##"{"c":{"c":{"v":1}}}"##],
            [(##"{"c":{"c":{"v":"x"}}}"##, "/c/c/v", "type")]
        ),
        ("false", [], [("1", "", "false")]), ("true", ["1"], []), ("{}", ["null"], []),
    ]

    @Test("each keyword admits what it should and names what it doesn't", arguments: rules.indices)
    func keywords(index: Int) throws {
        let (schemaText, valid, invalid) = Self.rules[index]
        let schema = try JSONSchema(JSONValue(parsing: schemaText))
        for text in valid { #expect(schema.validate(try JSONValue(parsing: text)).isEmpty, "\(schemaText) \(text)") }
        for (text, pointer, keyword) in invalid {
            let violations = schema.validate(try JSONValue(parsing: text))
            #expect(violations.map(\.pointer.description) == [pointer], "\(schemaText) \(text)")
            #expect(violations.map(\.keyword) == [keyword], "\(schemaText) \(text)")
        }
    }

    static let refused: [String] = [
        #"{"patternProperties":{}}"#, #"{"properties":{"a":{"minimun":1}}}"#, #"{"if":true}"#,
        #"{"$ref":"other.json"}"#,
        ##"{"$ref":"#/$defs/none"}"##, ##"{"type":"text"}"##, ##"{"type":[]}"##, ##"{"required":"a"}"##,
        ##"{"minLength":-1}"##,
        #"{"minimum":"1"}"#, #"{"enum":1}"#, #"{"anyOf":[]}"#, #"{"properties":[]}"#, #"{"items":[{}]}"#, "1",
        ##"{"pattern":"("}"##, ##"{"pattern":"(?=a)"}"##, ##"{"$ref":"#"}"##, ##"{"properties":{"a":{"$defs":{}}}}"##,
        ##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}},"items":{"$ref":"#/$defs/a"}}"##,
    ]

    @Test("refuses a schema that it wouldn't check in full", arguments: refused)
    func refuses(text: String) throws {
        let document = try JSONValue(parsing: text)
        #expect(throws: JSONSchemaError.self) { try JSONSchema(document) }
    }

    @Test("ignores notes, and keywords that the caller calls notes")
    func notes() throws {
        let document = try JSONValue(
            parsing: #"{"$schema":"s","title":"t","description":"d","format":"uri","x-any":1,"default":2,"order":3}"#)
        #expect(throws: JSONSchemaError.self) { try JSONSchema(document) }
        #expect(try JSONSchema(document, notes: ["order"]).validate(1).isEmpty)
    }

    @Test("gives at most 50 violations and never the value")
    func bounds() throws {
        let schema = try JSONSchema(["items": ["maxLength": 3, "pattern": "^x*$"]])
        let violations = schema.validate(.array((0..<100).map { .string("hunter2-\($0)") }))
        #expect(violations.count == 50)
        #expect(violations.allSatisfy { !$0.description.contains("hunter2") })
    }

    @Test("a schema whose alternatives multiply ends within its steps")
    func steps() throws {
        let schema = try JSONSchema(
            JSONValue(
                parsing: """
                    {"$defs":{"t":{"anyOf":[{"properties":{"a":{"$ref":"#/$defs/t"}},"required":["z"]},
                    {"properties":{"a":{"$ref":"#/$defs/t"}},"required":["y"]}]}},"$ref":"#/$defs/t"}
                    """))
        var value: JSONValue = [:]
        for _ in 0..<30 { value = ["a": value] }
        #expect(!schema.validate(value).isEmpty)
    }

    static let config = """
        {"type":"object","$defs":{"tls":{"type":"object","properties":{"key":{"type":"string","writeOnly":true,"x-secret":true},
        "mode":{"default":"on"}}}},"properties":{
        "host":{"type":"string","x-identity":true},"port":{"type":"integer","default":5432,"x-identity":true},
        "password":{"type":"string","writeOnly":true,"x-secret":true},"shown":{"x-secret":true},
        "auth":{"type":"object","properties":{"token":{"writeOnly":true,"x-secret":true},"tls":{"$ref":"#/$defs/tls"}}},
        "kind":{"oneOf":[
            {"properties":{"type":{"const":"a"},"secret_a":{"writeOnly":true,"x-secret":true},"n":{"default":1}},"required":["type"]},
            {"properties":{"type":{"const":"b"},"n":{"default":2}},"required":["type"]}]},
        "servers":{"items":{"properties":{"pass":{"writeOnly":true,"x-secret":true},"tries":{"default":3}}}},
        "options":{"default":{},"properties":{"deep":{"default":true}}}}}
        """

    @Test("lists the paths of secrets and of identity")
    func marks() throws {
        let schema = try JSONSchema(JSONValue(parsing: Self.config))
        #expect(schema.secretPaths() == ["auth.tls.key", "auth.token", "kind.secret_a", "password", "servers.*.pass"])
        #expect(schema.identityPaths() == ["host", "port"])
        let cyclic = try JSONSchema(
            JSONValue(parsing: ##"{"properties":{"s":{"writeOnly":true,"x-secret":true},"c":{"$ref":"#"}}}"##))
        #expect(cyclic.secretPaths() == ["s"])
    }

    @Test("fills defaults in, also inside what is there and by the alternative that is met")
    func defaults() throws {
        let schema = try JSONSchema(JSONValue(parsing: Self.config))
        let value: JSONValue = [
            "host": "h", "auth": ["tls": [:]], "kind": ["type": "b"], "servers": [["tries": 9], [:]],
        ]
        let expected: JSONValue = [
            "host": "h", "port": 5432, "auth": ["tls": ["mode": "on"]], "kind": ["type": "b", "n": 2],
            "servers": [["tries": 9], ["tries": 3]], "options": ["deep": true],
        ]
        #expect(schema.fillingDefaults(in: value) == expected)
        #expect(schema.fillingDefaults(in: ["port": 1, "options": .null])["port"] == 1)
    }

    static let patternCases: [(String, [String], [String])] = [
        ("a", ["a", "xay"], ["b", ""]), ("^a$", ["a"], ["ab", "ba", "aa"]), ("^a*$", ["", "aaa"], ["b"]),
        ("^a+b?$", ["a", "aab"], ["b", "abb"]),
        ("^(a|bc)$", ["a", "bc"], ["b", "abc"]), ("^(?:a|b|)c$", ["ac", "bc", "c"], ["abc"]),
        ("^[a-c_.-]+$", ["a-b_.c"], ["d", "a b"]),
        ("^[^a-c]$", ["d", "é"], ["a", ""]), (#"^\d{2,3}$"#, ["12", "123"], ["1", "1234"]),
        (#"^\w+\s\S$"#, ["ab é"], ["é x", "ab  "]),
        (#"^\.\[\]\\$"#, [#".[]\"#], ["x[]\\"]), ("^.{3}$", ["abc", "é😀x"], ["ab", "a\nb"]),
        ("^(ab){2,}$", ["abab", "ababab"], ["ab", "aba"]),
        ("^[0-9]{4}-[0-9]{2}Z?$", ["2024-05", "2024-05Z"], ["24-05"]), (#"^[\w\-]+$"#, ["a-b"], ["a b"]),
        ("x{0}y", ["y"], ["x"]),
        ("^https?://", ["http://x", "https://"], ["ftp://", " http://"]), ("^(a?){3}b$", ["b", "aaab"], ["aaaab"]),
        ("a|b$", ["ax", "xb"], ["bx"]),
        ("^(a*)*$", ["", "aaaa"], ["b"]), ("^a{2}?$", ["aa"], ["a"]),
    ]

    @Test("patterns mean what they do elsewhere", arguments: patternCases)
    func patterns(pattern: String, matching: [String], other: [String]) throws {
        let pattern = try #require(BoundedPattern(pattern))
        for text in matching { #expect(pattern.matches(text), "\(text)") }
        for text in other { #expect(!pattern.matches(text), "\(text)") }
    }

    @Test(
        "patterns that aren't of the kind, or grow without bound, are refused",
        arguments: [
            "(", ")", "a)", "[a", "*a", "a**", "a{2,1}", "a{1001}", "(a{1000}){1000}", "((){1000}){1000}", #"\1"#,
            "(?!a)", "a{", "[z-a]", #"\p{L}"#,
            String(repeating: "(", count: 60) + String(repeating: ")", count: 60),
        ])
    func badPatterns(pattern: String) { #expect(BoundedPattern(pattern) == nil) }

    @Test("a pattern that makes backtracking matchers hang answers at once")
    func noBacktracking() throws {
        let pattern = try #require(BoundedPattern("^(a+)+$"))
        #expect(!pattern.matches(String(repeating: "a", count: 5_000) + "b"))
    }
}
