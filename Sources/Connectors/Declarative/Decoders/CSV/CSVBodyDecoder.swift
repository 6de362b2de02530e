import Domain
import JSON

/// CSV with a header: an object of texts for each row. Fields that a row lacks are null.
struct CSVBodyDecoder: BodyDecoder {
    let encoding: TextEncoding
    let delimiter: UInt8
    /// Values that become null.
    let nulls: Set<String>

    let isStreaming = true

    func begin(_ head: ResponseHead) -> any BodyDecoding { CSVBodyDecoding(self) }

    /// The delimiter that a manifest's text stands for: one character, or an escape such as `\t`; nil for others.
    static func delimiter(_ text: String) -> UInt8? {
        switch text {
        case "\\t": return UInt8(ascii: "\t")
        case "\\\\": return UInt8(ascii: "\\")
        default:
            guard text.utf8.count == 1, let byte = text.utf8.first, byte != UInt8(ascii: "\"") else { return nil }
            return byte
        }
    }
}

private struct CSVBodyDecoding: BodyDecoding {
    private static let largestRow = 16 << 20

    private let format: CSVBodyDecoder
    private var decoder: TextDecoder
    private var reader: CSVRowReader
    private var header: CSVHeader?
    private var writer = JSONWriter()

    init(_ format: CSVBodyDecoder) {
        self.format = format
        decoder = TextDecoder(format.encoding)
        reader = CSVRowReader(delimiter: format.delimiter)
    }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        var text: [UInt8] = []
        try piece.withUnsafeBytes { try decoder.decode($0, into: &text) }
        var index = 0
        while text.withUnsafeBufferPointer({ reader.readRow($0, from: &index) }) {
            takeRow(into: &elements)
            // Every row repeats the header, which may be far longer than the row.
            guard elements.bytes.count <= BodyLimits.portion else {
                throw AppError(.bodyTooLarge, recovery: .fixConfig)
            }
        }
        guard reader.bytes.count <= Self.largestRow else { throw AppError(.bodyTooLarge, recovery: .fixConfig) }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        try decoder.finish()
        if reader.finish() { takeRow(into: &elements) }
    }

    private mutating func takeRow(into elements: inout JSONElementBatch) {
        defer { reader.beginRow() }
        guard let header else { return header = CSVHeader(reader.fields) }
        writer.removeAll()
        writer.beginObject()
        for column in header.columns {
            writer.name(column.name)
            write(column.place < reader.ends.count ? reader.text(column.place) : nil)
        }
        if reader.ends.count > header.count {
            writer.name("null")
            writer.beginArray()
            for place in header.count..<reader.ends.count { writer.string(reader.text(place)) }
            writer.endArray()
        }
        writer.endObject()
        elements.append(writer.bytes)
    }

    private mutating func write(_ text: String?) {
        if let text, !format.nulls.contains(text) { writer.string(text) } else { writer.null() }
    }
}

/// The names of columns. Where two are the same, the last one's fields count.
private struct CSVHeader {
    let columns: [(name: String, place: Int)]
    let count: Int

    init(_ names: [String]) {
        count = names.count
        var last: [String: Int] = [:]
        for (place, name) in names.enumerated() { last[name] = place }
        var columns: [(name: String, place: Int)] = []
        for name in names {
            guard let place = last.removeValue(forKey: name) else { continue }
            columns.append((name, place))
        }
        self.columns = columns
    }
}

extension CSVRowReader {
    fileprivate func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

    fileprivate var fields: [String] { ends.indices.map(text) }
}
