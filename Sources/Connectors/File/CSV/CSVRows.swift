import ConnectorAPI
import Domain

/// The rows of one CSV file on their way into batches.
final class CSVRows {
    private let table: CSVTable
    private let writer: CSVRowWriter?

    init(_ table: CSVTable, primaryKey: [String], types: CSVTypeEvidence) throws {
        self.table = table
        let key = try table.places(of: primaryKey)
        writer = table.columns.map { columns in
            CSVRowWriter(columns: columns, types: columns.map(types.type(of:)), key: key, dialect: table.dialect)
        }
    }

    /// Adds rows until the batch is full (true) or the file ends (false).
    func fill(_ builder: inout RecordBuilder) throws -> Bool {
        let source = table.source
        let columnCount = table.columns?.count ?? 0
        while !builder.isFull {
            guard try source.advance() else { return false }
            if source.fieldCount != columnCount {
                builder.reject(.csvFieldCount, excerpt: source.rawRecord, line: source.line)
            } else if source.traits.contains(.badQuote) {
                builder.reject(.csvBadQuote, excerpt: source.rawRecord, line: source.line)
            } else {
                try append(to: &builder)
            }
        }
        return true
    }

    private func append(to builder: inout RecordBuilder) throws {
        guard let writer else { return }
        let source = table.source
        switch writer.write(source.fields, source.bytes) {
        case .written: builder.append(object: writer.row, keyRanges: writer.keyRanges, line: source.line)
        case .invalidUTF8: builder.reject(.csvInvalidUTF8, excerpt: source.rawRecord, line: source.line)
        case .wrongType:
            throw AppError.source(
                .fileChangedDuringRead, "\(table.path) changed between the two reads that type inference takes",
                recovery: .retry)
        }
    }
}
