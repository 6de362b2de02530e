/// Measures the bodies of functions, initialisers, subscripts and computed properties by matching braces.
enum FunctionLengths {
    static let limit = 60

    static func complaints(about file: SourceTree.File) -> [Complaint] {
        bodies(in: file.code).filter { $0.lines > limit }.map { body in
            Complaint(path: file.path, line: body.line, rule: "a body of \(body.lines) lines; at most \(limit)")
        }
    }

    /// Each body: the line of its declaration, and the lines between its braces.
    static func bodies(in code: SwiftCode) -> [(line: Int, lines: Int)] {
        ["func", "init", "subscript", "var"].flatMap { word in
            code.offsets(of: word).compactMap { start in
                if start > 0, code.bytes[start - 1] == UInt8(ascii: ".") { return nil }
                guard let open = bodyOpening(in: code.bytes, after: start, isVariable: word == "var"),
                    let close = closing(of: open, in: code.bytes)
                else { return nil }
                return (code.line(at: start), max(0, code.line(at: close) - code.line(at: open) - 1))
            }
        }
    }

    /// The brace that opens the body of the declaration at `start`; nil where it has none, as in a protocol.
    private static func bodyOpening(in bytes: [UInt8], after start: Int, isVariable: Bool) -> Int? {
        var depth = 0
        for place in start..<bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"):
                depth -= 1
                if depth < 0 { return nil }
            case UInt8(ascii: "{") where depth == 0: return place
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "\n") where depth == 0:
                if isVariable || beginsDeclaration(bytes, after: place) { return nil }
            case UInt8(ascii: "=") where depth == 0 && isVariable: return nil
            default: break
            }
        }
        return nil
    }

    /// Whether the line behind the line break at `place` begins another declaration.
    private static func beginsDeclaration(_ bytes: [UInt8], after place: Int) -> Bool {
        let word = bytes[(place + 1)...].drop { $0 == UInt8(ascii: " ") }.prefix(while: SwiftCode.isWord)
        return declarationWords.contains(String(decoding: word, as: UTF8.self))
    }

    private static let declarationWords: Set = [
        "func", "init", "var", "let", "static", "mutating", "subscript", "associatedtype", "typealias", "case",
        "struct",
        "enum", "class", "protocol", "extension", "public", "private", "nonisolated", "import", "actor",
    ]

    private static func closing(of open: Int, in bytes: [UInt8]) -> Int? {
        var depth = 0
        for place in open..<bytes.count {
            if bytes[place] == UInt8(ascii: "{") { depth += 1 }
            if bytes[place] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}
