/// What a statement's parameters are bound to, in PostgreSQL's binary form, in one block of memory.
public struct PostgresParameters {
    /// The parameters' types by their oids (PostgreSQL's `pg_type.dat`).
    public private(set) var types: [UInt32] = []
    /// Where each value lies; nil = null.
    private(set) var ranges: [Range<Int>?] = []
    /// Never empty, so that an empty value has an address too.
    private(set) var bytes: [UInt8] = [0]

    public init() {}

    /// Adds a null.
    public mutating func appendNull(_ type: UInt32) {
        types.append(type)
        ranges.append(nil)
    }

    /// Adds a value; `write` appends its bytes.
    public mutating func append(_ type: UInt32, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        types.append(type)
        ranges.append(start..<bytes.count)
    }

    /// Lends values, lengths and formats as libpq takes them.
    func lend<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { block in
            let values = ranges.map { range in
                range.flatMap { block.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            let lengths = ranges.map { Int32($0?.count ?? 0) }
            let formats = ranges.map { _ in Int32(1) }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(ranges.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
