import Glibc

/// Swift text whose comments and string contents are blanked: every byte keeps its place and its line.
///
/// What stands in a string's interpolation is code and stays. Regex literals are not known.
struct SwiftCode: Sendable {
    let bytes: [UInt8]
    /// Offset of each line's first byte.
    private let lineStarts: [Int]

    init(_ text: String) {
        var blanker = Blanker(Array(text.utf8))
        blanker.code(untilParenthesis: false)
        bytes = blanker.out
        lineStarts =
            [0] + bytes.indices.lazy.filter { [bytes] in bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The number of the line, from 1, that has the byte at `offset`.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// Where `needle` begins; a needle that begins or ends with a letter must do so at a word's edge.
    func offsets(of needle: String) -> [Int] {
        let wanted = Array(needle.utf8)
        guard let first = wanted.first, let last = wanted.last else { return [] }
        return bytes.withUnsafeBytes { all in
            var found: [Int] = []
            var from = 0
            while let start = Self.find(wanted, in: all, from: from) {
                let end = start + wanted.count
                let isCutAhead = Self.isWord(first) && start > 0 && Self.isWord(all[start - 1])
                let isCutBehind = Self.isWord(last) && end < all.count && Self.isWord(all[end])
                if !isCutAhead && !isCutBehind { found.append(start) }
                from = start + 1
            }
            return found
        }
    }

    /// By the C library: a loop of our own, in a debug build, would take seconds for the whole tree.
    private static func find(_ wanted: [UInt8], in all: UnsafeRawBufferPointer, from: Int) -> Int? {
        guard let base = all.baseAddress, let first = wanted.first else { return nil }
        var from = from
        while from + wanted.count <= all.count,
            let place = memchr(base + from, Int32(first), all.count - from - wanted.count + 1)
        {
            let start = UnsafeRawPointer(place) - base
            if memcmp(place, wanted, wanted.count) == 0 { return start }
            from = start + 1
        }
        return nil
    }

    /// The lines, blanked; the first is line 1.
    var lines: [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

/// Walks Swift text once and blanks what isn't code.
private struct Blanker {
    let text: [UInt8]
    var out: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) {
        self.text = text
        out = text
    }

    /// Walks code, to the end or to the parenthesis that closes an interpolation.
    mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "/") where starts("//"): lineComment()
            case UInt8(ascii: "/") where starts("/*"): blockComment()
            case UInt8(ascii: "\""), UInt8(ascii: "#"):
                if let hashes = stringOpening() { string(hashes: hashes) } else { at += 1 }
            case UInt8(ascii: "("):
                depth += 1
                at += 1
            case UInt8(ascii: ")"):
                depth -= 1
                at += 1
                if untilParenthesis && depth < 0 { return }
            default: at += 1
            }
        }
    }

    /// How many `#` stand before the quote that begins here; nil when no string begins.
    private func stringOpening() -> Int? {
        var place = at
        while place < text.count, text[place] == UInt8(ascii: "#") { place += 1 }
        guard place < text.count, text[place] == UInt8(ascii: "\"") else { return nil }
        return place - at
    }

    private mutating func string(hashes: Int) {
        let hash = String(repeating: "#", count: hashes)
        at += hashes
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        at += quote.utf8.count
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\"") where starts(quote + hash):
                at += quote.utf8.count + hashes
                return
            case UInt8(ascii: "\\") where starts("\\" + hash + "("):
                at += 2 + hashes
                code(untilParenthesis: true)
            case UInt8(ascii: "\\") where starts("\\" + hash): blank(count: 2 + hashes)
            case UInt8(ascii: "\n") where quote == "\"": return
            default: blank(count: 1)
            }
        }
    }

    private mutating func lineComment() {
        while at < text.count, text[at] != UInt8(ascii: "\n") { blank(count: 1) }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(count: 2)
            } else if starts("*/") {
                depth -= 1
                blank(count: 2)
            } else {
                blank(count: 1)
            }
        } while depth > 0 && at < text.count
    }

    private func starts(_ word: String) -> Bool {
        let word = word.utf8
        return at + word.count <= text.count && text[at..<at + word.count].elementsEqual(word)
    }

    private mutating func blank(count: Int) {
        for _ in 0..<count where at < text.count {
            if text[at] != UInt8(ascii: "\n") { out[at] = UInt8(ascii: " ") }
            at += 1
        }
    }
}
