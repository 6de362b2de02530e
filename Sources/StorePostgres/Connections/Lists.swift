import LibPQ

/// Many values as one parameter, for `unnest`: PostgreSQL's binary form of an array of one dimension.
struct ByteList: Bindable {
    static let type = TypeID.bytesList

    private var elements: [UInt8] = []
    private(set) var count = 0
    private var hasNull = false

    init() {}

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        elements.appendInteger(Int32(bytes.count))
        elements.append(contentsOf: bytes)
        count += 1
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    mutating func appendNull() {
        elements.appendInteger(Int32(-1))
        count += 1
        hasNull = true
    }

    func bind(to parameters: inout PostgresParameters) {
        parameters.append(Self.type) { bytes in
            ArrayForm.appendHead(count: count, hasNull: hasNull, of: TypeID.bytes, to: &bytes)
            bytes.append(contentsOf: elements)
        }
    }
}

/// Whole numbers as one parameter.
struct IntegerList: Bindable {
    static let type = TypeID.integerList

    private var values: [Int64] = []

    init() {}

    init(_ values: [Int64]) { self.values = values }

    mutating func append(_ value: Int64) { values.append(value) }

    func bind(to parameters: inout PostgresParameters) {
        parameters.append(Self.type) { bytes in
            ArrayForm.appendHead(count: values.count, hasNull: false, of: TypeID.integer, to: &bytes)
            for value in values {
                bytes.appendInteger(Int32(8))
                bytes.appendInteger(value)
            }
        }
    }
}

/// Where a row's version stands in its table: six bytes, the page's number and the place in the page.
struct TupleID: Sendable {
    fileprivate let bits: UInt64

    /// From what a column of type `tid` gives as a number.
    init(_ number: Int64) { bits = UInt64(bitPattern: number) }
}

/// Places of rows as one parameter.
struct TupleList: Bindable {
    static let type = TypeID.tupleList

    private var values: [TupleID] = []

    mutating func append(_ value: TupleID) { values.append(value) }

    func bind(to parameters: inout PostgresParameters) {
        parameters.append(Self.type) { bytes in
            ArrayForm.appendHead(count: values.count, hasNull: false, of: TypeID.tuple, to: &bytes)
            for value in values {
                bytes.appendInteger(Int32(6))
                bytes.appendInteger(UInt32(truncatingIfNeeded: value.bits >> 16))
                bytes.appendInteger(UInt16(truncatingIfNeeded: value.bits))
            }
        }
    }
}

/// The head of an array in binary form (PostgreSQL's `array_recv`).
private enum ArrayForm {
    static func appendHead(count: Int, hasNull: Bool, of type: UInt32, to bytes: inout [UInt8]) {
        bytes.appendInteger(Int32(count == 0 ? 0 : 1))
        bytes.appendInteger(Int32(hasNull ? 1 : 0))
        bytes.appendInteger(type)
        guard count > 0 else { return }
        bytes.appendInteger(Int32(count))
        bytes.appendInteger(Int32(1))
    }
}
