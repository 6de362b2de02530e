import ConnectorAPI
import Domain

/// One CSV file that is being read: its columns and then its rows.
final class CSVTable {
    let path: String
    let source: CSVRecordSource
    let dialect: CSVDialect
    /// The columns' names, each once; nil for a file without any record.
    let columns: [String]?

    /// Opens a table and reads its header; throws ``ErrorCode/csvHeaderDuplicate``, ``ErrorCode/csvHeaderInvalid`` and
    /// what reading the first record throws.
    init(_ buffer: InputBuffer, path: String, dialect: CSVDialect, format: FileFormat) throws {
        self.path = path
        self.dialect = dialect
        source = CSVRecordSource(
            buffer, path: path, dialect: dialect, delimiter: dialect.delimiter(for: format))
        columns = try Self.columns(of: source, path: path, dialect: dialect)
    }

    private static func columns(
        of source: CSVRecordSource, path: String, dialect: CSVDialect
    ) throws -> [String]? {
        guard try source.advance() else { return nil }
        guard source.fieldCount <= CSVScanner.mostFields, !source.traits.contains(.badQuote) else {
            throw invalid("the header of \(path) has too many columns or a misplaced quote")
        }
        guard dialect.hasHeader else {
            source.hold()
            return (1...source.fieldCount).map { "column_\($0)" }
        }
        var names: [String] = []
        var seen: Set<[UInt8]> = []
        for index in 0..<source.fieldCount {
            let text = CSVText.unquoted(source.fields[index], source.bytes)
            guard let name = CSVText.string(text, dialect.encoding) else {
                throw invalid("the name of column \(index + 1) in \(path) isn't \(dialect.encoding.rawValue)")
            }
            names.append(name.isEmpty ? "column_\(index + 1)" : name)
            guard seen.insert(Array(names[index].utf8)).inserted else {
                throw AppError.source(
                    .csvHeaderDuplicate, "column \(index + 1) in \(path) has the name of an earlier one",
                    recovery: .fixConfig)
            }
        }
        return names
    }

    private static func invalid(_ message: String) -> AppError {
        .source(.csvHeaderInvalid, message, recovery: .fixConfig)
    }

    /// Where the fields of a primary key are among the columns; throws ``ErrorCode/csvKeyColumnMissing``.
    func places(of primaryKey: [String]) throws -> [Int] {
        guard let columns else { return [] }
        return try primaryKey.enumerated().map { index, name in
            guard let place = columns.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                throw AppError.source(
                    .csvKeyColumnMissing, "the primary key's field \(index + 1) isn't a column of \(path)",
                    recovery: .fixConfig)
            }
            return place
        }
    }
}

/// The text of single fields, for headers and samples; rows are written without it.
enum CSVText {
    /// A field's bytes with doubled quotes made single.
    static func unquoted(_ field: CSVField, _ bytes: UnsafePointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var index = field.start
        while index < field.end {
            text.append(bytes[index])
            let isDoubled = field.traits.contains(.quoted) && bytes[index] == UInt8(ascii: "\"")
            index += isDoubled ? 2 : 1
        }
        return text
    }

    /// nil if the bytes aren't in that encoding.
    static func string(_ text: [UInt8], _ encoding: CSVDialect.Encoding) -> String? {
        switch encoding {
        case .utf8: String(validating: text, as: UTF8.self)
        case .latin1:
            String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) }))
        }
    }
}
