import Domain
import LibPQ
import StoreRows

/// Records that aren't there yet, known to be so under the DataSource's lock: written by COPY, without looking for conflicts,
/// which takes the server less than half the time.
///
/// Row-level security refuses COPY, so it runs as the tables' owner, and no row of it names a tenant: `tenant_id` has the
/// transaction's as its default (Invariant 5). A process that is frozen while it sends keeps its lock until somebody finds it
/// taken (``Link/endFrozenSessions()``).
struct RecordLoad {
    /// Fewer records aren't worth a statement that isn't prepared.
    static let fewRecords = 200

    private static let sql = """
        COPY records (ds_id, entity_no, key, hash_high, hash_low, version, seq, born, created_at, updated_at, run, data)
        FROM STDIN (FORMAT binary)
        """
    private static let columns: Int16 = 12

    private let head: [UInt8]
    private let stamp: [UInt8]
    private let run: [UInt8]
    private var rows = CopyRows()

    /// `bytes`: how much the keys and bodies are together.
    init(of entity: EntityName, run: RunID?, now: Timestamp, records: Int, bytes: Int) {
        var head: [UInt8] = []
        head.appendInteger(Self.columns)
        let source = Array(entity.source.rawValue.utf8)
        head.appendInteger(Int32(source.count))
        head += source
        head.appendValue(Int32(truncatingIfNeeded: entity.number))
        self.head = head
        var stamp: [UInt8] = []
        stamp.appendValue(now.milliseconds)
        self.stamp = stamp
        var mark: [UInt8] = []
        if let run {
            mark.appendInteger(Int32(run.mark.count))
            mark += run.mark
        } else {
            mark.appendInteger(Int32(-1))
        }
        self.run = mark
        rows.reserveCapacity(bytes + records * (head.count + mark.count + 96))
    }

    mutating func append(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash, seq: Int64
    ) {
        rows.append { bytes in
            bytes.append(contentsOf: head)
            bytes.appendInteger(Int32(key.count))
            bytes.append(contentsOf: key)
            bytes.appendValue(hash.high)
            bytes.appendValue(hash.low)
            bytes.appendValue(Int64(1))
            bytes.appendValue(seq)
            bytes.appendValue(seq)
            bytes.append(contentsOf: stamp)
            bytes.append(contentsOf: stamp)
            bytes.append(contentsOf: run)
            bytes.appendInteger(Int32(body.count))
            bytes.append(contentsOf: body)
        }
    }

    func send(_ link: Link) throws {
        guard try link.load(Self.sql, rows) == rows.count else { throw Row.broken }
    }
}

extension [UInt8] {
    /// A number as a value of a row, its length before it.
    fileprivate mutating func appendValue(_ value: some FixedWidthInteger) {
        appendInteger(Int32(value.bitWidth / 8))
        appendInteger(value)
    }
}
