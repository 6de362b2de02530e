import JSON

/// A small generator whose seed a failing test prints; the standard one can't be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Makes values and spellings at random.
struct RandomTexts {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2, 3: return JSONNumber(literal: numberLiteral()).map { .number($0) } ?? .null
        case 4: return .string(string())
        case 5: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<below(20) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    mutating func numberLiteral() -> String {
        var text = below(2) == 0 ? "-" : ""
        text += below(4) == 0 ? "0" : String(1 + below(9)) + (0..<below(20)).map { _ in String(below(10)) }.joined()
        if below(3) == 0 { text += "." + (0...below(6)).map { _ in String(below(10)) }.joined() }
        if below(3) == 0 { text += ["e", "E", "e+", "E-"][below(4)] + String(below(40)) }
        return text
    }

    mutating func string() -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "b", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{0}", "\u{1}", "\u{2}", "\u{1F}", "\u{7F}",
            "é", "e", "\u{301}", "ж", "東", "\u{FFFD}", "\u{FFFF}", "😀", "\u{10FFFF}", "{", "}", "[", "]", ",", ":",
        ]
        var text = ""
        for _ in 0..<below(24) { text.unicodeScalars.append(scalars[below(scalars.count)]) }
        return text
    }

    /// A value's text with white space between tokens and some characters escaped; means the same.
    mutating func spread(_ value: JSONValue) -> String {
        switch value {
        case .null, .bool, .number: return space() + value.description + space()
        case .string(let text): return space() + quoted(text) + space()
        case .array(let elements):
            var parts: [String] = []
            for element in elements { parts.append(spread(element)) }
            return space() + "[" + space() + parts.joined(separator: ",") + "]" + space()
        case .object(let object):
            var parts: [String] = []
            for member in object { parts.append(space() + quoted(member.name) + space() + ":" + spread(member.value)) }
            return space() + "{" + space() + parts.joined(separator: ",") + space() + "}" + space()
        }
    }

    mutating func space() -> String { ["", "", " ", "\n", "\t ", "\r\n  "][below(6)] }

    mutating func quoted(_ text: String) -> String {
        var out = "\""
        for unit in text.unicodeScalars {
            if below(6) == 0 || unit.value < 0x20 || unit == "\"" || unit == "\\" {
                for half in String(unit).utf16 {
                    let digits = String(half, radix: 16, uppercase: below(2) == 0)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                out.unicodeScalars.append(unit)
            }
        }
        return out + "\""
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

/// What a scanner made of an input: elements, rejects and the error, each as text.
struct Outcome: Equatable {
    var elements: [String] = []
    var rejects: [String] = []
    var error: String?

    init(
        _ input: [UInt8], _ selection: JSONElementSelection, limits: JSONElementLimits = .source, chunk: Int? = nil,
        splits: [Int] = []
    ) {
        var scanner = JSONElementScanner(selection, limits: limits)
        var batch = JSONElementBatch()
        let cuts =
            chunk.map { Array(stride(from: 0, to: input.count, by: max($0, 1))) + [input.count] }
            ?? [0] + splits + [input.count]
        do throws(JSONElementError) {
            for (from, to) in zip(cuts, cuts.dropFirst()) {
                try scanner.feed(Array(input[from..<to]), into: &batch)
                drain(&batch)
            }
            try scanner.finish(into: &batch)
        } catch {
            self.error = error.code
        }
        drain(&batch)
    }

    private mutating func drain(_ batch: inout JSONElementBatch) {
        elements += (0..<batch.count).map { batch.text(of: $0) }
        rejects += batch.rejects.map { "\($0.line) \($0.error.code.rawValue) \($0.error.offset)" }
        batch.removeAll()
    }
}
