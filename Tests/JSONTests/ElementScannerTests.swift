import JSON
import Testing

@Suite("Cutting an input into elements")
struct ElementScannerTests {
    static let object =
        #"{ "meta": {"n": [1, {"x": [2]}]}, "note":"a,]}", "items": [ {"a": 1.50}, [ ], "é" , null ], "z": 1 }"#

    static let cases: [(String, JSONElementSelection)] = [
        (" [ 1 , {\"a\" : [ true , null ] } , \"x y\\u0041\\\"\" , -0.10e+05 ] \n", .array),
        ("[]", .array), ("[1]", .automatic), (object, .automatic), (object, .onlyArray),
        (
            #"{"data":{"total":2,"items":[{"id":1},{"id":2}],"more":[3]},"tail":[]}"#,
            .path(JSONElementPath(names: ["data", "items"]))
        ),
        (#"{"a":{"b":{"c": 1}},"d":2}"#, .path(JSONElementPath(names: ["a", "b"]))),
        ("{\"a\": 1}\n\n  \r\n[2, 3]\r\n\"é😀\"\n17", .lines),
        ("{\"a\":1}\n{bad}\n{\"a\"\n 3 4\n5\n\"\\ud800\"\n[", .lines),
        (" { \"a\" : 12 } ", .document), ("12", .document), ("[1, 2", .array), ("[1, 2] x", .array),
        ("[1, 2,]", .array),
        (#"{"a":[1],"b":[2]}"#, .onlyArray), (#"{"a":1,"b":{}}"#, .automatic),
        (#"{"data":[1, 2], "data":[3]}"#, .path(JSONElementPath(names: ["data"]))),
        ("\"😀\\ud83d\\ude00 plain text\"", .document),
    ]

    @Test("gives the same wherever the input is cut", arguments: cases.indices)
    func everySplit(index: Int) {
        let (text, selection) = Self.cases[index]
        let input = bytes(text)
        let whole = Outcome(input, selection)
        for first in 0...input.count {
            #expect(Outcome(input, selection, splits: [first]) == whole, "cut at \(first)")
            for second in stride(from: first, through: input.count, by: 3) {
                #expect(Outcome(input, selection, splits: [first, second]) == whole, "cut at \(first), \(second)")
            }
        }
        for chunk in 1...9 { #expect(Outcome(input, selection, chunk: chunk) == whole, "pieces of \(chunk)") }
    }

    @Test("gives every grammar case the same in pieces of one byte as at once")
    func grammarBytewise() {
        for text in acceptedTexts + refusedTexts.map(\.0) {
            #expect(Outcome(bytes(text), .document, chunk: 1) == Outcome(bytes(text), .document), "\(text)")
        }
        for inside in notUTF8 {
            #expect(Outcome(bytes("\"") + inside + bytes("\""), .document, chunk: 1).error == "invalidUTF8")
        }
    }

    @Test("drops white space between tokens and keeps everything else to the letter")
    func minifies() {
        let (text, selection) = Self.cases[0]
        let expected = ["1", #"{"a":[true,null]}"#, #""x y\u0041\"""#, "-0.10e+05"]
        #expect(Outcome(bytes(text), selection).elements == expected)
        #expect(Outcome(bytes(text), selection).error == nil)
    }

    @Test("finds the only array of an object and validates the rest")
    func onlyArray() {
        let outcome = Outcome(bytes(Self.object), .automatic)
        #expect(outcome.elements == [#"{"a":1.50}"#, "[]", "\"é\"", "null"])
        #expect(outcome.error == nil)
        #expect(Outcome(bytes(#"{"items":[1],"x":01}"#), .onlyArray).error == "malformed")
        #expect(Outcome(bytes(#"{"items":[1]} x"#), .onlyArray).error == "trailing")
        #expect(Outcome(bytes(#"{"items":[1],"x":{"y":[2]}}"#), .onlyArray).error == nil)
        #expect(Outcome(bytes(#"{"items":[1],}"#), .onlyArray).error == "malformed")
    }

    @Test("an object without an array, or with two, is an error that names members")
    func notOneArray() {
        #expect(error(#"{"a":1,"b":{"c":[]}}"#, .automatic) == .noArray(members: ["a", "b"]))
        #expect(error("{}", .onlyArray) == .noArray(members: []))
        #expect(error(#"{"a":[1],"b":2,"c":[3]}"#, .automatic) == .severalArrays(members: ["a", "c"]))
        #expect(Outcome(bytes(#"{"a":[1],"c":[3]}"#), .automatic).elements == ["1"])
        #expect(error("{\"a\":1}", .array) == .notAnArray(path: "$", offset: 0))
        #expect(error(" 12", .automatic) == .notAnArray(path: "$", offset: 1))
        #expect(error("[1]", .onlyArray) == .notAnArray(path: "$", offset: 0))
    }

    @Test("follows a path to an array or to one object")
    func paths() throws {
        let text =
            #"{"x":{"items":[9]},"data":{"n":1,"items":[{"id":1}, 2],"a.b":{"c":[ 3 ]}},"one":{"k": "v"},"s":"t"}"#
        for (path, elements) in [
            ("data.items", [#"{"id":1}"#, "2"]), ("$.data.items", [#"{"id":1}"#, "2"]),
            ("data.items[*]", [#"{"id":1}"#, "2"]), (#"$.data["a.b"].c"#, ["3"]), ("one", [#"{"k":"v"}"#]),
            ("data['a.b'].c[*]", ["3"]),
        ] {
            let outcome = Outcome(bytes(text), .path(try JSONElementPath(parsing: path)))
            #expect(outcome.elements == elements, "\(path)")
            #expect(outcome.error == nil, "\(path)")
        }
        let top = JSONElementSelection.path(try JSONElementPath(parsing: "$"))
        #expect(Outcome(bytes("[1, 2]"), top).elements == ["1", "2"])
        #expect(Outcome(bytes("{\"a\": 2}"), top).elements == ["{\"a\":2}"])
    }

    @Test("a path that leads nowhere, to a scalar or to two places is an error")
    func badPaths() throws {
        let data = JSONElementSelection.path(try JSONElementPath(parsing: "data.items"))
        #expect(error(#"{"data":{"other":[]}}"#, data) == .pathNotFound(path: "$.data.items"))
        #expect(error(#"{"items":[]}"#, data) == .pathNotFound(path: "$.data.items"))
        #expect(error(#"{"data":[{"items":[]}]}"#, data) == .pathNotFound(path: "$.data.items"))
        #expect(error("[]", data) == .pathNotFound(path: "$.data.items"))
        #expect(error(#"{"data":{"items":7}}"#, data) == .notAnArray(path: "$.data.items", offset: 17))
        #expect(error(#"{"data":{"items":[],"items":[]}}"#, data) == .pathRepeated(path: "$.data.items", offset: 28))
        #expect(error(#"{"data":{"items":[]},"data":1}"#, data) == .pathRepeated(path: "$.data.items", offset: 28))
        #expect(Outcome(bytes(#"{"d\u0061ta":{"items":[5]}}"#), data).elements == ["5"])
        for wrong in ["", "a..b", "a.", "a[*].b", "a[0]", "[a]", "a[\"b\"", "$x[*]y", "*"] {
            #expect(throws: JSONElementPath.SyntaxError.self, "\(wrong)") { try JSONElementPath(parsing: wrong) }
        }
        #expect(try JSONElementPath(parsing: #"a["b.c"].d"#).description == #"$.a["b.c"].d"#)
    }

    @Test(
        "an input that is cut anywhere is truncated, and its whole elements stay",
        arguments: [
            (JSONElementSelection.array, "[ {\"a\":1} , [2,\"é\\u00e9\"] , 3 ]"),
            (.automatic, #"{"n":1,"items":[{"a":1},[2,"é\u00e9"],3],"t":true}"#),
            (.path(JSONElementPath(names: ["d"])), #"{"n":1,"d":[{"a":1},[2,"é\u00e9"],3]}"#),
        ])
    func truncation(selection: JSONElementSelection, text: String) {
        let input = bytes(text)
        for end in 0..<input.count {
            let outcome = Outcome(Array(input[..<end]), selection)
            #expect(outcome.error == "truncated", "cut at \(end)")
            #expect(outcome.elements == Array(["{\"a\":1}", "[2,\"é\\u00e9\"]", "3"].prefix(outcome.elements.count)))
        }
        #expect(Outcome(input, selection).elements.count == 3)
    }

    @Test("after an error the batch holds whole elements only")
    func batchAfterError() {
        var scanner = JSONElementScanner(.array)
        var batch = JSONElementBatch()
        #expect(throws: JSONElementError.self) { try scanner.feed(bytes("[12, {\"a\" : 1, \"b\" : x}]"), into: &batch) }
        #expect(text(batch.bytes) == "12")
        #expect(batch.ends == [2])
    }

    @Test("rejects bad lines one by one and reads on")
    func lines() {
        let text = "{\"a\":1}\n{\"a\":}\n\n{\"a\":\n1 2\r\n[1]x\n\"ok\"\n" + String(repeating: "[", count: 65) + "\n7"
        let outcome = Outcome(bytes(text), .lines)
        #expect(outcome.elements == [#"{"a":1}"#, "\"ok\"", "7"])
        #expect(
            outcome.rejects == ["2 malformed 13", "4 truncated 21", "5 trailing 24", "6 trailing 30", "8 tooDeep 101"])
        #expect(outcome.error == nil)
    }

    @Test("a last line that is cut is truncated; one that is bad is a reject; a whole one needs no line feed")
    func lastLine() {
        #expect(Outcome(bytes("1\n{\"a\":"), .lines).error == "truncated")
        #expect(Outcome(bytes("1\n{\"a\":"), .lines).elements == ["1"])
        #expect(Outcome(bytes("1\n{x"), .lines).rejects == ["2 malformed 3"])
        #expect(Outcome(bytes("1\n{x"), .lines).error == nil)
        #expect(Outcome(bytes("1\n-"), .lines).error == "truncated")
        #expect(Outcome(bytes("1\n2"), .lines).elements == ["1", "2"])
        #expect(Outcome(bytes(" \n\n"), .lines) == Outcome([], .lines))
    }

    @Test("an excerpt is the start of the bad line, also when pieces cut it")
    func excerpts() throws {
        let line = "{\"name\": bad" + String(repeating: "é", count: 150)
        let input = bytes("1\n" + line + "\n2\n")
        for cut in 0...input.count {
            var scanner = JSONElementScanner(.lines)
            var batch = JSONElementBatch()
            try scanner.feed(Array(input[..<cut]), into: &batch)
            try scanner.feed(Array(input[cut...]), into: &batch)
            let reject = try #require(batch.rejects.first)
            let excerpt = reject.excerpt
            #expect(excerpt == Array(bytes(line).prefix(excerpt.count)))
            #expect((10...JSONLineReject.longestExcerpt).contains(excerpt.count), "cut at \(cut)")
            #expect(batch.count == 2)
        }
    }

    @Test("an element over the limit is refused, whether it comes at once or in pieces")
    func elementSize() {
        let limits = JSONElementLimits(value: JSONLimits(maxDepth: 64, maxBytes: 20), maxNameBytes: 30)
        let fits = "\"" + String(repeating: "x", count: 18) + "\""
        let over = "\"" + String(repeating: "x", count: 19) + "\""
        for chunk in [1, 7, 1000] {
            #expect(Outcome(bytes("[\(fits) ,   \(fits)]"), .array, limits: limits, chunk: chunk).error == nil)
            let array = Outcome(bytes("[\(fits),\(over)]"), .array, limits: limits, chunk: chunk)
            #expect(array.error == "tooLarge")
            #expect(array.elements == [fits])
            let lines = Outcome(bytes("\(fits)\n\(over)\n\(fits)\n"), .lines, limits: limits, chunk: chunk)
            #expect(lines.elements == [fits, fits])
            #expect(lines.rejects.count == 1)
            let name = String(repeating: "n", count: 40)
            #expect(Outcome(bytes("{\"\(name)\":[1]}"), .automatic, limits: limits, chunk: chunk).error == "tooLarge")
            let skipped = "{\"a\":\"\(String(repeating: "s", count: 90))\",\"b\":[1]}"
            #expect(Outcome(bytes(skipped), .automatic, limits: limits, chunk: chunk).error == nil)
        }
    }

    @Test(
        "random documents come out as the parser reads them, however they are spelled and cut",
        arguments: 1...60 as ClosedRange<UInt64>)
    func randomDocuments(seed: UInt64) throws {
        var random = RandomTexts(seed: seed)
        let values = (0..<random.below(6)).map { _ in random.value(depth: 3) }
        let input = bytes(random.spread(.array(values)))
        let outcome = Outcome(input, .array, chunk: 1 + random.below(40))
        #expect(outcome.error == nil, "seed \(seed)")
        #expect(try outcome.elements.map { try JSONValue(parsing: $0) } == values, "seed \(seed)")
        #expect(outcome == Outcome(input, .array), "seed \(seed)")
        #expect(Outcome(bytes("[\(outcome.elements.joined(separator: ","))]"), .array) == outcome, "seed \(seed)")
    }

    @Test(
        "random damage never goes past the scanner when the parser sees it", arguments: 1...200 as ClosedRange<UInt64>)
    func damage(seed: UInt64) {
        var random = RandomTexts(seed: seed)
        var input = bytes(random.spread(random.value(depth: 2)))
        for _ in 0...random.below(3) where !input.isEmpty {
            input[random.below(input.count)] = bytes("{}[],:\"\\0e-. \n\u{1}tué")[random.below(18)]
        }
        let parsed = Result { try JSONValue(parsing: input, limits: JSONLimits.source) }
        let outcome = Outcome(input, .document, chunk: 1 + random.below(9))
        switch parsed {
        case .success: #expect(outcome.error == nil, "seed \(seed)")
        case .failure(let error): #expect(outcome.error == (error as? JSONError)?.code.rawValue, "seed \(seed)")
        }
    }

    private func error(_ text: String, _ selection: JSONElementSelection) -> JSONElementError? {
        var scanner = JSONElementScanner(selection)
        var batch = JSONElementBatch()
        do throws(JSONElementError) {
            try scanner.feed(bytes(text), into: &batch)
            try scanner.finish(into: &batch)
            return nil
        } catch {
            return error
        }
    }
}
