import Domain
import LibPQ
import StoreAPI
import StoreRows

/// One row of an answer, read from its first column to its last.
struct Row: StoredRow {
    private let answer: PostgresAnswer
    private let row: Int32
    private var column: Int32 = 0

    init(_ answer: PostgresAnswer, _ row: Int32) {
        self.answer = answer
        self.row = row
    }

    /// 0 for null.
    mutating func int64() -> Int64 { optionalInt64() ?? 0 }

    mutating func flag() -> Bool { next()?.first == 1 }

    /// Whole numbers of 2, 4 or 8 bytes, and where a tuple stands (``TupleID``).
    mutating func optionalInt64() -> Int64? {
        guard let bytes = next() else { return nil }
        var value: Int64 = bytes.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0
        for byte in bytes { value = value << 8 | Int64(byte) }
        return value
    }

    mutating func optionalText() -> String? { next().map { StoredText.read($0) } }

    mutating func optionalBlob() -> [UInt8]? { next().map { Array($0) } }

    /// Empty for null.
    mutating func blob() -> [UInt8] { optionalBlob() ?? [] }

    /// A value's bytes, valid as long as the answer; empty for null.
    mutating func lentBlob() -> UnsafeRawBufferPointer { next() ?? UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Lends a value's bytes; empty for null.
    mutating func withBlob(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(next() ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Passes over a value and says whether it was null.
    mutating func isNull() -> Bool { next() == nil }

    /// Passes over a value.
    mutating func skip() { column += 1 }

    mutating func tenant() throws -> TenantID {
        guard let tenant = TenantID(stored: try text()) else { throw Self.broken }
        return tenant
    }

    private mutating func next() -> UnsafeRawBufferPointer? {
        defer { column += 1 }
        return answer.value(row, column)
    }

    static var broken: AppError { StoredDocument.broken }
}
