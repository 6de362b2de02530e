@testable import SQLConnectors

/// Makes tuples of binary COPY.
struct ValuesTuple {
    private(set) var bytes: [UInt8] = []

    init(fields: Int) { bytes += Self.bigEndian(Int16(fields)) }

    static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    mutating func null() { bytes += Self.bigEndian(Int32(-1)) }

    mutating func field(_ value: [UInt8]) { bytes += Self.bigEndian(Int32(value.count)) + value }

    mutating func field(_ text: String) { field(Array(text.utf8)) }

    mutating func field(_ number: some FixedWidthInteger) { field(Self.bigEndian(number)) }

    static func numeric(_ digits: [UInt16], weight: Int16, sign: UInt16 = 0, scale: UInt16) -> [UInt8] {
        bigEndian(UInt16(digits.count)) + bigEndian(weight) + bigEndian(sign) + bigEndian(scale)
            + digits.flatMap { bigEndian($0) }
    }

    /// `dimensions` are sizes and first numbers.
    static func array(_ element: UInt32, _ dimensions: [(Int32, Int32)], _ elements: [[UInt8]?]) -> [UInt8] {
        bigEndian(Int32(dimensions.count)) + bigEndian(Int32(elements.contains { $0 == nil } ? 1 : 0))
            + bigEndian(element) + dimensions.flatMap { bigEndian($0.0) + bigEndian($0.1) }
            + elements.flatMap { $0.map { bigEndian(Int32($0.count)) + $0 } ?? bigEndian(Int32(-1)) }
    }

    /// A reading of a base type, or of an array of it.
    static func reading(_ format: ValueFormat, isArray: Bool = false) -> ColumnReading {
        let base = UInt8(ascii: "b")
        return ColumnReading(
            PostgresType(
                oid: isArray ? 99_999 : format.oid, name: "\(format)", kind: base,
                elementOID: isArray ? format.oid : 0, elementKind: isArray ? base : 0))
    }

    /// What a writer with one column makes of one value; nil is a null.
    static func written(_ value: [UInt8]?, as reading: ColumnReading) throws -> String {
        let writer = PostgresRowWriter(columns: [(name: "v", reading: reading)], key: [0], cursor: nil)
        var tuple = ValuesTuple(fields: 1)
        if let value { tuple.field(value) } else { tuple.null() }
        try tuple.bytes.withUnsafeBytes { try writer.write($0) }
        let object = String(decoding: writer.object, as: UTF8.self)
        return String(object.dropFirst(5).dropLast())
    }

    static func written(_ value: [UInt8]?, as format: ValueFormat) throws -> String {
        try written(value, as: reading(format))
    }
}
