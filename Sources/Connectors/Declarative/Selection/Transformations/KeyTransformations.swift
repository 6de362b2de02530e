import Interpolation

/// Writes the names of a record's fields, not of nested ones, in lower case.
struct KeysToLower: RecordTransformation {
    func apply(to record: inout Value, in context: inout Context) {
        guard let mapping = record.mapping else { return }
        record = .mapping(Mapping(mapping.map { (.string($0.key.keyText.lowercased()), $0.value) }))
    }
}

/// Writes the names of a record's fields, nested objects' too, in words of lower case with underscores between them.
struct KeysToSnakeCase: RecordTransformation {
    func apply(to record: inout Value, in context: inout Context) { record = record.renamingKeys(Self.name) }

    /// A name in that form: `camelCase2` becomes `camel_case_2`.
    static func name(_ name: String) -> String {
        var words = words(of: LatinLetters.plain(name))
        if words.count >= 3 {
            words = words[..<1] + words[1..<words.count - 1].filter { !$0.isEmpty } + words.suffix(1)
        }
        if words.first?.isDecimal == true { words.insert("", at: 0) }
        return words.map { $0.lowercased() }.joined(separator: "_")
    }

    /// Capitals with the small letters after them, small letters, digits; an empty word for anything between.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var kind = Kind.other
        for (index, byte) in name.utf8.enumerated() {
            let next = Kind(byte)
            let goesOn = index > 0 && (next == kind || kind == .capital && next == .small)
            if !goesOn { words.append("") }
            kind = next
            if next != .other { words[words.count - 1].append(Character(Unicode.Scalar(byte))) }
        }
        return words
    }

    private enum Kind {
        case capital, small, digit, other

        init(_ byte: UInt8) {
            switch byte {
            case 0x41...0x5A: self = .capital
            case 0x61...0x7A: self = .small
            case 0x30...0x39: self = .digit
            default: self = .other
            }
        }
    }
}

extension Value {
    /// With other names for the keys of the mapping and of mappings within it; lists stay as they are.
    func renamingKeys(_ name: (String) -> String) -> Value {
        guard let mapping else { return self }
        return .mapping(Mapping(mapping.map { (.string(name($0.key.keyText)), $0.value.renamingKeys(name)) }))
    }
}

/// Characters of Western languages in ASCII.
enum LatinLetters {
    /// From U+00A0 on; a hyphen for what isn't a letter or digit.
    private static let letters = """
        - - c GBP - Y - S - (C) a - - - (R) - deg - 2 3 - u P - - 1 o - 1/4 1/2 3/4 - A A A A A A Ae C E E E \
        E I I I I D N O O O O O - O U U U U Y Th ss a a a a a a ae c e e e e i i i i d n o o o o o - o u u u \
        u y th y A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i \
        I i I i IJ ij J j K k q L l L l L l L l L l N n N n N n 'n Ng ng O o O o O o Oe oe R r R r R r S s S \
        s S s S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s
        """.split(separator: " ")

    /// ASCII for characters up to U+017F; others that aren't ASCII are dropped.
    static func plain(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { plain, scalar in
            if scalar.isASCII {
                plain.unicodeScalars.append(scalar)
            } else if (0xA0...0x17F).contains(scalar.value) {
                plain += letters[Int(scalar.value - 0xA0)]
            }
        }
    }
}
