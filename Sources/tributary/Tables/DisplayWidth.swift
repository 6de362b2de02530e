/// How many columns of a terminal text takes (Unicode Standard Annex 11, wide and fullwidth count twice).
enum DisplayWidth {
    /// Blocks whose characters are two columns wide, ascending.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2614...0x2615, 0x2648...0x2653,
        0x26A1...0x26A1, 0x26C4...0x26C5, 0x2705...0x2705, 0x2728...0x2728, 0x274C...0x274C, 0x2753...0x2755,
        0x2795...0x2797, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
        0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E,
        0x1F191...0x1F19A, 0x1F1E6...0x1F1FF, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
        0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4,
        0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F567,
        0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC,
        0x1F6D0...0x1F6D7, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F90C...0x1F9FF, 0x1FA70...0x1FAFF,
        0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]

    /// Columns of a text that holds no control characters.
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// Columns of one character as a person sees it: 0, 1 or 2.
    static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return 1 }
        // U+FE0F asks for the colourful, wide form of a character that has two.
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return wide.contains { $0.contains(first.value) } ? 2 : 1
        }
    }

    /// The text's start that fits `columns`, with `…` at its end where something is cut off.
    static func truncated(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var kept = ""
        var used = 1
        for character in text {
            used += of(character)
            guard used <= columns else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}

extension String {
    /// The text without what could steer a terminal or break a line: control characters become `·`, and so do marks
    /// that turn the writing direction.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.canBeShown ? $0 : "·" }))
    }

    /// The text with spaces up to `columns`.
    func padded(to columns: Int, isRightAligned: Bool) -> String {
        let spaces = String(repeating: " ", count: max(columns - DisplayWidth.of(self), 0))
        return isRightAligned ? spaces + self : self + spaces
    }
}

extension Unicode.Scalar {
    fileprivate var canBeShown: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
