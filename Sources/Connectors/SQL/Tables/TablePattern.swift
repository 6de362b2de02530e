/// One entry of ``TableFilter``: a name or a pattern with `*`.
struct TablePattern: Sendable {
    /// As the config has it.
    let text: String
    private let bytes: [UInt8]
    /// Where the text may part into schema and table.
    private let dots: [Int]

    init(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        self.bytes = bytes
        dots = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
    }

    /// Whether it has no `*`, so that it names one table.
    var isName: Bool { !bytes.contains(UInt8(ascii: "*")) }

    /// Whether the table is meant; `schema` is nil where tables have none, and dots mean nothing then.
    func matches(schema: String?, table: String) -> Bool {
        guard let schema, !dots.isEmpty else { return Self.matches(bytes[...], table) }
        // Names may hold dots themselves, so each dot may be the one between.
        return dots.contains { dot in
            Self.matches(bytes[..<dot], schema) && Self.matches(bytes[(dot + 1)...], table)
        }
    }

    /// Compares in time bounded by the product of the lengths: only the last `*` met is ever widened.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: String) -> Bool {
        var name = name
        return name.withUTF8 { name in
            var place = pattern.startIndex
            var index = 0
            var widened: (place: Int, index: Int)?
            while index < name.count {
                if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
                    widened = (place, index)
                    place += 1
                } else if place < pattern.endIndex, pattern[place] == name[index] {
                    place += 1
                    index += 1
                } else if let last = widened {
                    widened = (last.place, last.index + 1)
                    place = last.place + 1
                    index = last.index + 1
                } else {
                    return false
                }
            }
            return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
        }
    }
}
