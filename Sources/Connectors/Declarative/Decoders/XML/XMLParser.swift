/// Reads an XML 1.0 document that is whole in memory and valid UTF-8, into the shape of `XMLShaper`.
///
/// Nothing outside the document is ever read: a document type declaration is passed over, and of entities only the five
/// of the language and numbers are known. One that a declaration may have defined says nothing. Depth is bounded.
struct XMLParser {
    /// Why a document can't be read, and where.
    struct Failure: Error {
        let offset: Int
    }

    static let deepest = 200
    private static let mostAttributes = 1_000

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var shaper = XMLShaper()
    private var hasDeclaredEntities = false

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The document's shape.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> XMLMembers {
        var parser = XMLParser(bytes)
        return try parser.document()
    }

    private mutating func document() throws(Failure) -> XMLMembers {
        if starts(with: "\u{FEFF}") { index += 3 }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<") { try markup() } else { try text() }
        }
        guard let document = shaper.document, shaper.depth == 0 else { throw failure }
        return document
    }

    private mutating func markup() throws(Failure) {
        if take("<!--") {
            try skip(past: "-->")
        } else if take("<?") {
            try skip(past: "?>")
        } else if take("<![CDATA[") {
            guard shaper.depth > 0 else { throw failure }
            let start = index
            try skip(past: "]]>")
            shaper.text(normalised(start..<index - 3))
        } else if take("<!DOCTYPE") {
            guard shaper.depth == 0, shaper.document == nil, skipSpace() else { throw failure }
            try skipDeclaration()
        } else if take("</") {
            let name = try name()
            skipSpace()
            guard name == shaper.openName, take(">") else { throw failure }
            shaper.end()
        } else {
            index += 1
            try element()
        }
    }

    private mutating func element() throws(Failure) {
        guard shaper.depth < Self.deepest, shaper.depth > 0 || shaper.document == nil else { throw failure }
        let name = try name()
        var attributes: [(name: String, value: String)] = []
        while true {
            let hadSpace = skipSpace()
            if take("/>") {
                shaper.begin(name, attributes: attributes)
                return shaper.end()
            }
            if take(">") { return shaper.begin(name, attributes: attributes) }
            guard hadSpace, attributes.count < Self.mostAttributes else { throw failure }
            let attribute = try self.attribute()
            guard !attributes.contains(where: { $0.name == attribute.name }) else { throw failure }
            attributes.append(attribute)
        }
    }

    private mutating func attribute() throws(Failure) -> (name: String, value: String) {
        let name = try name()
        skipSpace()
        guard take("=") else { throw failure }
        skipSpace()
        guard let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw failure }
        index += 1
        var value = ""
        var start = index
        while let byte = peek(), byte != quote {
            guard byte != UInt8(ascii: "<") else { throw failure }
            if byte == UInt8(ascii: "&") {
                value += attributeText(start..<index)
                value += try reference()
                start = index
            } else {
                index += 1
            }
        }
        guard peek() == quote else { throw failure }
        value += attributeText(start..<index)
        index += 1
        return (name, value)
    }

    /// Takes text up to the next markup.
    private mutating func text() throws(Failure) {
        var start = index
        while let byte = peek(), byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                try add(start..<index)
                guard shaper.depth > 0 else { throw failure }
                shaper.text(try reference())
                start = index
            } else {
                guard byte != UInt8(ascii: "]") || !starts(with: "]]>"), byte >= 0x20 || Self.isSpace(byte) else {
                    throw failure
                }
                index += 1
            }
        }
        try add(start..<index)
    }

    private mutating func add(_ range: Range<Int>) throws(Failure) {
        try check(range)
        if !range.isEmpty { shaper.text(normalised(range)) }
    }

    /// Only white space may stand outside the root.
    private func check(_ range: Range<Int>) throws(Failure) {
        guard shaper.depth > 0 || bytes[range].allSatisfy(Self.isSpace) else { throw failure }
    }

    /// Reads `&…;`.
    private mutating func reference() throws(Failure) -> String {
        let start = index + 1
        guard let end = bytes[start...].prefix(64).firstIndex(of: UInt8(ascii: ";")), end > start else {
            throw failure
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        index = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.hasPrefix("#") else {
            guard hasDeclaredEntities, name.utf8.allSatisfy(Self.isNameByte) else { throw failure }
            return ""
        }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
        guard let code, let scalar = Unicode.Scalar(code), code >= 0x20 || [9, 10, 13].contains(code),
            code != 0xFFFE, code != 0xFFFF
        else { throw failure }
        return String(Character(scalar))
    }

    /// Passes over a document type declaration with what is in its brackets.
    private mutating func skipDeclaration() throws(Failure) {
        let start = index
        defer {
            hasDeclaredEntities = bytes[start..<index].contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\"") }
        }
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                index += 1
                while let next = peek(), next != byte { index += 1 }
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">") where depth == 0:
                index += 1
                return
            case UInt8(ascii: "<") where starts(with: "<!--"):
                try skip(past: "-->")
                continue
            default: break
            }
            index += 1
        }
        throw failure
    }

    private mutating func name() throws(Failure) -> String {
        let start = index
        while let byte = peek(), Self.isNameByte(byte) { index += 1 }
        guard index > start, !Self.isForbiddenStart(bytes[start]) else { throw failure }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x80..., UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isForbiddenStart(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Text with its line ends as `\n`.
    private func normalised(_ range: Range<Int>) -> String {
        guard bytes[range].contains(0x0D) else { return String(decoding: bytes[range], as: UTF8.self) }
        var text: [UInt8] = []
        for place in range {
            guard bytes[place] == 0x0D else {
                text.append(bytes[place])
                continue
            }
            if place + 1 >= range.upperBound || bytes[place + 1] != 0x0A { text.append(0x0A) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// An attribute's text, where each white space is a blank.
    private func attributeText(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(normalised(range).unicodeScalars.map { $0 == "\t" || $0 == "\n" ? " " : $0 }))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = index
        while let byte = peek(), Self.isSpace(byte) { index += 1 }
        return index > start
    }

    private mutating func skip(past end: StaticString) throws(Failure) {
        while index < bytes.count {
            if take(end) { return }
            index += 1
        }
        throw failure
    }

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        for place in 0..<count where bytes[index + place] != text.utf8Start[place] { return false }
        return true
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        index += text.utf8CodeUnitCount
        return true
    }

    private var failure: Failure { Failure(offset: index) }
}
