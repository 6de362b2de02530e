import ConnectorAPI
import Domain
import JSON

/// Writes rows as compact JSON objects, one at a time, into memory of its own. The hot path of the connector: no
/// allocation a row, short runs copied in whole words.
final class CSVRowWriter {
    enum Outcome {
        case written, invalidUTF8
        /// A value isn't of the type that the whole file was found to have.
        case wrongType
    }

    private struct Column {
        /// Where `{"name":` or `,"name":` is in `names`.
        var nameStart: Int
        var nameLength: Int
        var type: CSVType
        /// The place among the key's fields; -1 for none.
        var keyPlace: Int
    }

    private let columns: [Column]
    private let names: ByteBlock
    private let output = ByteBlock(capacity: 4096)
    private let nulls: CSVNulls
    private let isLatin1: Bool
    private var count = 0
    /// Where the key's values are in the row written last.
    private(set) var keyRanges: [Range<Int>?]

    /// `types` are those of the columns; `key` are the places among them of the primary key's fields.
    init(columns names: [String], types: [CSVType], key: [Int], dialect: CSVDialect) {
        var text: [UInt8] = []
        columns = zip(names, types).enumerated().map { index, column in
            let start = text.count
            text.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            text.append(contentsOf: JSONValue.string(column.0).serialized())
            text.append(UInt8(ascii: ":"))
            return Column(
                nameStart: start, nameLength: text.count - start, type: column.1,
                keyPlace: key.firstIndex(of: index) ?? -1)
        }
        self.names = ByteBlock(capacity: text.count)
        for (index, byte) in text.enumerated() { self.names.bytes[index] = byte }
        nulls = CSVNulls(dialect)
        isLatin1 = dialect.encoding == .latin1
        keyRanges = Array(repeating: nil, count: key.count)
    }

    /// The row written last.
    var row: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: output.bytes, count: count) }

    /// Writes a row of as many fields as there are columns. A row longer than a body may be is cut, but stays longer.
    func write(_ fields: UnsafePointer<CSVField>, _ bytes: UnsafePointer<UInt8>) -> Outcome {
        count = 0
        for index in columns.indices {
            let column = columns[index]
            let field = fields[index]
            ensure(column.nameLength &+ field.end &- field.start &+ 16)
            copy(UnsafePointer(names.bytes) + column.nameStart, column.nameLength)
            let start = count
            let outcome = value(field, bytes, column.type)
            guard outcome == .written else { return outcome }
            if column.keyPlace >= 0 { keyRanges[column.keyPlace] = isMissing(field, from: start) ? nil : start..<count }
            if count > RecordBatch.maxBodyBytes { break }
        }
        put(UInt8(ascii: "}"))
        return .written
    }

    /// Nothing between two delimiters is no key; two quotes in the file are the empty text, and a null is told as such.
    @inline(__always)
    private func isMissing(_ field: CSVField, from start: Int) -> Bool {
        field.start == field.end && !field.traits.contains(.quoted) && count &- start == 2
    }

    @inline(__always)
    private func value(_ field: CSVField, _ bytes: UnsafePointer<UInt8>, _ type: CSVType) -> Outcome {
        if !nulls.isEmpty, nulls.contains(field, bytes) {
            put("null")
            return .written
        }
        if type == .text { return text(field, bytes) }
        let found = CSVLiteral.type(bytes, field.start, field.end)
        guard found == type || found == .integer && type == .number else { return .wrongType }
        copy(bytes + field.start, field.end &- field.start)
        return .written
    }

    @inline(__always)
    private func text(_ field: CSVField, _ bytes: UnsafePointer<UInt8>) -> Outcome {
        put(UInt8(ascii: "\""))
        if field.traits.isDisjoint(with: [.escapes, .highBytes]) {
            copy(bytes + field.start, field.end &- field.start)
        } else {
            guard isLatin1 || !field.traits.contains(.highBytes) || Self.isUTF8(field, bytes) else {
                return .invalidUTF8
            }
            escaped(field, bytes)
        }
        put(UInt8(ascii: "\""))
        return .written
    }

    private static func isUTF8(_ field: CSVField, _ bytes: UnsafePointer<UInt8>) -> Bool {
        do {
            _ = try UTF8Span(
                validating: UnsafeBufferPointer(start: bytes + field.start, count: field.end - field.start).span)
            return true
        } catch {
            return false
        }
    }

    private func escaped(_ field: CSVField, _ bytes: UnsafePointer<UInt8>) {
        var index = field.start
        while count <= RecordBatch.maxBodyBytes {
            let run = TextScan.textStop(bytes, from: index, to: field.end, high: isLatin1 ? .max : 0)
            ensure(run - index + 32)
            copy(bytes + index, run - index)
            guard run < field.end else { return }
            escape(bytes[run])
            // In quotes a quote is doubled.
            index = run + (bytes[run] == UInt8(ascii: "\"") && field.traits.contains(.quoted) ? 2 : 1)
        }
    }

    private func escape(_ byte: UInt8) {
        guard byte < 0x80 else {
            put(0xC0 | byte >> 6)
            return put(0x80 | byte & 0x3F)
        }
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            put("u00")
            put(UInt8(ascii: "0") + byte >> 4)
            put(byte & 0xF < 10 ? UInt8(ascii: "0") + byte & 0xF : UInt8(ascii: "a") + (byte & 0xF) - 10)
        }
    }

    /// Makes room for `extra` more bytes; the block's slack covers the closing quote and brace.
    @inline(__always)
    private func ensure(_ extra: Int) {
        if count &+ extra > output.capacity { output.grow(to: count &+ extra, keeping: count) }
    }

    /// Needs room ensured before.
    @inline(__always)
    private func put(_ byte: UInt8) {
        output.bytes[count] = byte
        count &+= 1
    }

    private func put(_ word: StaticString) {
        output.bytes.advanced(by: count).update(from: word.utf8Start, count: word.utf8CodeUnitCount)
        count &+= word.utf8CodeUnitCount
    }

    /// Copies short runs as two words, which may run over both ends into slack.
    @inline(__always)
    private func copy(_ source: UnsafePointer<UInt8>, _ length: Int) {
        let target = output.bytes + count
        if length <= 16 {
            let from = UnsafeRawPointer(source)
            let to = UnsafeMutableRawPointer(target)
            let first = from.loadUnaligned(as: UInt64.self)
            let second = from.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            to.storeBytes(of: first, as: UInt64.self)
            to.storeBytes(of: second, toByteOffset: 8, as: UInt64.self)
        } else {
            target.update(from: source, count: length)
        }
        count &+= length
    }
}
