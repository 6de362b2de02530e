/// Breaks lines at spaces, as Python's `textwrap` does without touching tabs and other white space.
struct WordWrapping {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    /// Wraps each line of a text; throws `.value` for a width below 1.
    func wrapped(_ text: String, separator: String, _ budget: inout Budget) throws(Fault) -> String {
        guard width > 0 else { throw Fault(.value, "the width of lines must be more than 0") }
        try budget.step(text.utf8.count)
        var lines: [String] = []
        for line in try text.pythonLines(&budget) {
            let parts = wrappedLine(Array(line.unicodeScalars))
            lines.append(parts.map { String($0) }.joined(separator: separator))
        }
        try budget.take(bytes: 2 * text.utf8.count + lines.count * separator.utf8.count)
        return lines.joined(separator: separator)
    }

    /// Words and the spaces between them; a word ends after a hyphen between pairs of letters.
    private func chunks(_ line: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var chunks: [[Unicode.Scalar]] = []
        var chunk: [Unicode.Scalar] = []
        for (place, scalar) in line.enumerated() {
            if let last = chunk.last, last.isPythonSpace != scalar.isPythonSpace {
                chunks.append(chunk)
                chunk = []
            }
            chunk.append(scalar)
            if breaksOnHyphens, scalar == "-", Self.endsWord(chunk), Self.beginsWord(line[(place + 1)...]) {
                chunks.append(chunk)
                chunk = []
            }
        }
        if !chunk.isEmpty { chunks.append(chunk) }
        return chunks
    }

    /// Two letters before the hyphen at the end, or two with a hyphen between.
    private static func endsWord(_ chunk: [Unicode.Scalar]) -> Bool {
        let before = Array(chunk.dropLast().reversed().prefix(3))
        guard before.count >= 2, before[0].isLetter else { return false }
        return before[1].isLetter || before.count > 2 && before[1] == "-" && before[2].isLetter
    }

    /// Two letters, or two with a hyphen between.
    private static func beginsWord(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        let next = Array(rest.prefix(3))
        guard next.count >= 2, next[0].isLetter else { return false }
        return next[1].isLetter || next.count > 2 && next[1] == "-" && next[2].isLetter
    }

    private func wrappedLine(_ line: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var rest: [[Unicode.Scalar]] = chunks(line).reversed()
        var lines: [[Unicode.Scalar]] = []
        while !rest.isEmpty {
            var current: [[Unicode.Scalar]] = []
            var length = 0
            if !lines.isEmpty, let next = rest.last, next.allSatisfy(\.isPythonSpace) { rest.removeLast() }
            while let next = rest.last, length + next.count <= width {
                current.append(next)
                length += next.count
                rest.removeLast()
            }
            if let next = rest.last, next.count > width {
                length += breakWord(&rest, into: &current, room: width - length)
            }
            if let last = current.last, last.allSatisfy(\.isPythonSpace) { current.removeLast() }
            if !current.isEmpty { lines.append(Array(current.joined())) }
        }
        return lines
    }

    private func breakWord(
        _ rest: inout [[Unicode.Scalar]], into current: inout [[Unicode.Scalar]], room: Int
    ) -> Int {
        guard let word = rest.popLast() else { return 0 }
        guard breaksLongWords else {
            if current.isEmpty { current.append(word) } else { rest.append(word) }
            return 0
        }
        var count = max(room, 1)
        if breaksOnHyphens, let hyphen = word.prefix(count).lastIndex(of: "-"), hyphen > 0,
            word[..<hyphen].contains(where: { $0 != "-" })
        {
            count = hyphen + 1
        }
        current.append(Array(word.prefix(count)))
        rest.append(Array(word.dropFirst(count)))
        return count
    }
}
