import ConnectorAPI
package import Domain
import LibPQ

/// Rows of a binary COPY turned into records as a read of a table turns them, without a server: for benchmarks.
package struct RecordedRows {
    private let writer: PostgresRowWriter
    private var builder: RecordBuilder

    /// `columns` with the OIDs of their types, which must be base types; `primaryKey` names some of them.
    package init(entity: String, columns: [(name: String, oid: UInt32)], primaryKey: [String]) {
        let base = UInt8(ascii: "b")
        writer = PostgresRowWriter(
            columns: columns.map { column in
                let type = PostgresType(oid: column.oid, name: "", kind: base, elementOID: 0, elementKind: 0)
                return (column.name, ColumnReading(type))
            },
            key: primaryKey.compactMap { field in columns.firstIndex { $0.name == field } }, cursor: nil)
        builder = RecordBuilder(entity: entity, primaryKey: primaryKey)
    }

    /// Whether the batch must be taken before more is added.
    package var isFull: Bool { builder.isFull }

    /// The records so far.
    package mutating func takeBatch() -> RecordBatch { builder.takeBatch() }

    /// Adds one tuple. Throws where it isn't one.
    package mutating func append(_ row: UnsafeRawBufferPointer) throws {
        do throws(RowFault) {
            try writer.write(row)
        } catch {
            throw PostgresError(.malformed)
        }
        builder.append(object: writer.object, keyRanges: writer.keyRanges)
    }
}
