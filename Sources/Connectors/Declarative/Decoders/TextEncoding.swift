import Domain

/// A character encoding by the names that manifests and media types use for it.
enum TextEncoding {
    case utf8
    /// UTF-8 whose byte order mark is dropped.
    case utf8WithMark
    case ascii
    case latin1
    case windows1252
    /// UTF-16 by its byte order mark, or little-endian.
    case utf16
    case utf16LittleEndian
    case utf16BigEndian

    /// The encoding of that name; nil for one that isn't read.
    init?(named name: String) {
        switch name.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
        case "utf8", "u8", "utf", "cp65001": self = .utf8
        case "utf8sig": self = .utf8WithMark
        case "ascii", "usascii", "646": self = .ascii
        case "latin1", "latin", "l1", "iso88591", "88591", "cp819": self = .latin1
        case "windows1252", "cp1252", "1252": self = .windows1252
        case "utf16", "u16": self = .utf16
        case "utf16le": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        default: return nil
        }
    }

    /// The `charset` of a media type; nil where none is said.
    static func charset(ofMediaType type: String) -> String? {
        for parameter in type.split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ $0 != " " }).lowercased() == "charset" else { continue }
            return String(parts[1].filter { $0 != " " && $0 != "\"" && $0 != "'" })
        }
        return nil
    }
}

/// Turns text of an encoding, fed in pieces that may be cut anywhere, into UTF-8.
struct TextDecoder {
    private let encoding: TextEncoding
    /// Bytes of a character that the piece before cut.
    private var carry: [UInt8] = []
    private var hasBegun = false
    private var isBigEndian: Bool
    private var highSurrogate: UInt16?

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
        isBigEndian = if case .utf16BigEndian = encoding { true } else { false }
    }

    /// Appends what the next piece says; throws ``Domain/ErrorCode/bodyEncoding`` for bytes that say nothing.
    mutating func decode(_ piece: UnsafeRawBufferPointer, into text: inout [UInt8]) throws {
        switch encoding {
        case .utf8, .utf8WithMark: try decodeUTF8(piece, into: &text)
        case .ascii:
            guard piece.allSatisfy({ $0 < 0x80 }) else { throw Self.wrong }
            text.append(contentsOf: piece)
        case .latin1: for byte in piece { Self.append(UInt32(byte), to: &text) }
        case .windows1252: for byte in piece { Self.append(try Self.windows1252(byte), to: &text) }
        case .utf16, .utf16LittleEndian, .utf16BigEndian: try decodeUTF16(piece, into: &text)
        }
    }

    /// Says that the text has ended.
    func finish() throws {
        guard carry.isEmpty, highSurrogate == nil else { throw Self.wrong }
    }

    private mutating func decodeUTF8(_ piece: UnsafeRawBufferPointer, into text: inout [UInt8]) throws {
        let start = text.count
        text.append(contentsOf: carry)
        text.append(contentsOf: piece)
        carry.removeAll()
        let whole = Self.endOfWholeCharacters(text, from: start)
        carry.append(contentsOf: text[whole...])
        text.removeLast(text.count - whole)
        guard text.withUnsafeBytes({ Self.isUTF8($0[start...]) }) else { throw Self.wrong }
        if !hasBegun, text.count > start {
            hasBegun = true
            if case .utf8WithMark = encoding, text[start...].starts(with: [0xEF, 0xBB, 0xBF]) {
                text.removeSubrange(start..<start + 3)
            }
        }
    }

    private static func isUTF8(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let view = UnsafeBufferPointer(rebasing: bytes.base.bindMemory(to: UInt8.self)[bytes.indices])
        return String(validating: view, as: UTF8.self) != nil
    }

    /// Where a character begins that the end cuts; the end itself if none does.
    private static func endOfWholeCharacters(_ text: [UInt8], from start: Int) -> Int {
        var place = text.count
        for back in 1...3 where text.count - back >= start {
            let byte = text[text.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            if length > back { place = text.count - back }
            break
        }
        return place
    }

    private mutating func decodeUTF16(_ piece: UnsafeRawBufferPointer, into text: inout [UInt8]) throws {
        var first = carry.first
        carry.removeAll()
        for byte in piece {
            guard let lead = first else {
                first = byte
                continue
            }
            first = nil
            var unit = isBigEndian ? UInt16(lead) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(lead)
            if !hasBegun {
                hasBegun = true
                if case .utf16 = encoding, unit == 0xFFFE || unit == 0xFEFF {
                    if unit == 0xFFFE { isBigEndian = true }
                    continue
                }
            }
            try take(&unit, into: &text)
        }
        if let first { carry.append(first) }
    }

    private mutating func take(_ unit: inout UInt16, into text: inout [UInt8]) throws {
        if let high = highSurrogate {
            guard unit & 0xFC00 == 0xDC00 else { throw Self.wrong }
            highSurrogate = nil
            Self.append(0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)), to: &text)
        } else if unit & 0xFC00 == 0xD800 {
            highSurrogate = unit
        } else {
            guard unit & 0xFC00 != 0xDC00 else { throw Self.wrong }
            Self.append(UInt32(unit), to: &text)
        }
    }

    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        guard scalar >= 0x80, let scalar = Unicode.Scalar(scalar) else { return text.append(UInt8(scalar & 0x7F)) }
        if let encoded = UTF8.encode(scalar) { text.append(contentsOf: encoded) }
    }

    /// The characters of 80 to 9F, where Windows-1252 differs from Latin-1; 0 for bytes that have none.
    private static let windowsCharacters: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D,
        0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
        0x017E, 0x0178,
    ]

    private static func windows1252(_ byte: UInt8) throws -> UInt32 {
        guard (0x80...0x9F).contains(byte) else { return UInt32(byte) }
        let scalar = windowsCharacters[Int(byte - 0x80)]
        guard scalar != 0 else { throw wrong }
        return scalar
    }

    private static var wrong: AppError {
        AppError(.bodyEncoding, recovery: .fixConfig)
    }
}
