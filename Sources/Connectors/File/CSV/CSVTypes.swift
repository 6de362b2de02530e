/// What the values of a column are written as.
enum CSVType: UInt8, Sendable {
    case text, integer, number, boolean

    /// JSON Schema's name for it.
    var schemaName: String {
        switch self {
        case .text: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        }
    }
}

/// Says what a field's text can be taken as without changing a character of it.
enum CSVLiteral {
    /// An integer fits `Int64` and has neither plus nor leading zero. A number has a fraction, or an exponent with a
    /// sign or after a fraction (`1e5` is more often a code than a number) that `Double` can hold. `true` and `false`
    /// are lower case. `-0` and all else is text.
    static func type(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> CSVType {
        guard start < end else { return .text }
        switch bytes[start] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return numeric(bytes, start, end)
        case UInt8(ascii: "t"): return equals(bytes, start, end, "true") ? .boolean : .text
        case UInt8(ascii: "f"): return equals(bytes, start, end, "false") ? .boolean : .text
        default: return .text
        }
    }

    private static func numeric(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> CSVType {
        let isNegative = bytes[start] == UInt8(ascii: "-")
        let digits = start + (isNegative ? 1 : 0)
        var index = skipDigits(bytes, digits, end)
        guard index > digits, bytes[digits] != UInt8(ascii: "0") || index == digits + 1 else { return .text }
        if index == end { return isInt64(bytes, digits, end, isNegative) ? .integer : .text }
        var hasFraction = false
        if bytes[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = skipDigits(bytes, fraction, end)
            guard index > fraction else { return .text }
            hasFraction = true
        }
        return index == end || isExponent(bytes, index, end, hasFraction) ? .number : .text
    }

    private static func isExponent(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ hasFraction: Bool
    ) -> Bool {
        guard bytes[start] | 0x20 == UInt8(ascii: "e"), start + 1 < end else { return false }
        let isSigned = bytes[start + 1] == UInt8(ascii: "-") || bytes[start + 1] == UInt8(ascii: "+")
        let digits = start + (isSigned ? 2 : 1)
        guard isSigned || hasFraction, (1...3).contains(end - digits), skipDigits(bytes, digits, end) == end else {
            return false
        }
        return (digits..<end).reduce(0) { $0 * 10 + Int(bytes[$1] - UInt8(ascii: "0")) } <= 300
    }

    private static func isInt64(
        _ bytes: UnsafePointer<UInt8>, _ digits: Int, _ end: Int, _ isNegative: Bool
    ) -> Bool {
        if end - digits < 19 { return !(isNegative && bytes[digits] == UInt8(ascii: "0")) }
        guard end - digits == 19 else { return false }
        let magnitude = (digits..<end).reduce(into: 0 as UInt64) { value, index in
            value = value * 10 + UInt64(bytes[index] - UInt8(ascii: "0"))
        }
        return magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0)
    }

    private static func skipDigits(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        return index
    }

    private static func equals(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ word: StaticString
    ) -> Bool {
        guard end - start == word.utf8CodeUnitCount else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
    }
}

/// Learns the types of columns from all of their values.
struct CSVTypeEvidence: Sendable {
    /// By the bytes of the column's name: a bit for each type that was met.
    private var seen: [[UInt8]: UInt8] = [:]

    /// A column without values, and one whose values don't agree, is text; integers and numbers together are numbers.
    func type(of column: String) -> CSVType {
        switch seen[Array(column.utf8)] ?? 0 {
        case Self.bit(.integer): .integer
        case Self.bit(.number), Self.bit(.number) | Self.bit(.integer): .number
        case Self.bit(.boolean): .boolean
        default: .text
        }
    }

    /// Looks at the table's rows, at most `limit` of them. A row that will be rejected counts for nothing.
    mutating func learn(from table: CSVTable, limit: Int = .max) throws {
        guard let columns = table.columns else { return }
        let nulls = CSVNulls(table.dialect)
        var found = columns.map { seen[Array($0.utf8)] ?? 0 }
        let source = table.source
        var rows = 0
        while rows < limit, try source.advance() {
            rows += 1
            guard source.fieldCount == columns.count, !source.traits.contains(.badQuote) else { continue }
            for index in found.indices where found[index] & Self.bit(.text) == 0 {
                let field = source.fields[index]
                if nulls.contains(field, source.bytes) { continue }
                found[index] |= Self.bit(CSVLiteral.type(source.bytes, field.start, field.end))
            }
        }
        for (name, bits) in zip(columns, found) { seen[Array(name.utf8)] = bits }
    }

    private static func bit(_ type: CSVType) -> UInt8 { 1 << type.rawValue }
}

/// Which fields mean null: unquoted ones only.
struct CSVNulls: Sendable {
    private let markers: [[UInt8]]

    init(_ dialect: CSVDialect) {
        markers = dialect.nullValues + (dialect.infersTypes ? [[]] : [])
    }

    /// Whether no field does.
    var isEmpty: Bool { markers.isEmpty }

    @inline(__always)
    func contains(_ field: CSVField, _ bytes: UnsafePointer<UInt8>) -> Bool {
        !markers.isEmpty && !field.traits.contains(.quoted) && isMarker(bytes, field.start, field.end - field.start)
    }

    private func isMarker(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Bool {
        markers.contains { marker in
            marker.count == count && marker.indices.allSatisfy { marker[$0] == bytes[start + $0] }
        }
    }
}
