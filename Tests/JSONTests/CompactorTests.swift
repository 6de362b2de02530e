import JSON
import Testing

@Suite("Compact copies of JSON text")
struct CompactorTests {
    private func compact(_ text: String, limits: JSONLimits = .source, room: Int? = nil) throws -> String {
        let bytes = Array(text.utf8)
        var output = [UInt8](repeating: 0xAA, count: room ?? bytes.count)
        let length = try bytes.withUnsafeBytes { source in
            try output.withUnsafeMutableBytes { target in
                try JSONCompactor.write(source, to: target, limits: limits)
            }
        }
        return String(decoding: output[..<length], as: UTF8.self)
    }

    @Test("drops white space between tokens and nothing else")
    func compacts() throws {
        #expect(try compact(" 1 ") == "1")
        #expect(try compact("-1.50e+07") == "-1.50e+07")
        #expect(
            try compact("\t{ \"a b\" : [ 1 , true ] ,\r\n\"a b\":\" \\\" \\\\\" }\n")
                == #"{"a b":[1,true],"a b":" \" \\"}"#)
        #expect(try compact("\"\\ud800 é \u{10FFFF}\"") == "\"\\ud800 é \u{10FFFF}\"")
        #expect(try compact("[ ]") == "[]")
    }

    @Test("agrees with the scanner on random texts", arguments: 1...20 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) throws {
        var random = RandomTexts(seed: seed)
        for _ in 0..<50 {
            let value = random.value(depth: 4)
            let text = value.description
            var spaced = ""
            var isInside = false
            var isEscaped = false
            for character in text.unicodeScalars {
                spaced.unicodeScalars.append(character)
                if !isEscaped, character == "\"" { isInside.toggle() }
                isEscaped = !isEscaped && isInside && character == "\\"
                if !isInside, "[]{},:".unicodeScalars.contains(character) {
                    spaced += [" ", "\n\t", "", "\r"][random.below(4)]
                }
            }
            #expect(try compact(spaced) == text, "seed \(seed)")
        }
    }

    @Test("refuses what isn't one value within the limits")
    func refuses() {
        func expect(_ code: JSONError.Code, _ text: String, limits: JSONLimits = .source, room: Int? = nil) {
            let error = #expect(throws: JSONError.self) { try compact(text, limits: limits, room: room) }
            #expect(error?.code == code, "\(text)")
        }
        expect(.truncated, "")
        expect(.truncated, " ")
        expect(.truncated, "[1")
        expect(.truncated, "-")
        expect(.malformed, "[1,]")
        expect(.malformed, "01")
        expect(.trailing, "1 2")
        expect(.trailing, "{} x")
        expect(.tooLarge, "[1]", room: 2)
        expect(.tooLarge, "[1]", limits: JSONLimits(maxBytes: 2))
        expect(.tooDeep, "[[1]]", limits: JSONLimits(maxDepth: 1))
    }
}
