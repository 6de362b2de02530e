/// The header of an array in binary: its dimensions, each with its size and the number of its first element.
struct ArrayShape {
    /// The most that PostgreSQL has (`MAXDIM`).
    private static let mostDimensions: Int32 = 6
    private static let header = 12

    /// 0 for an empty array.
    let dimensions: Int
    /// Whether every dimension counts from 1.
    let countsFromOne: Bool
    private let value: ValueBytes

    /// The place of the first element.
    var start: Int { Self.header + dimensions * 8 }

    /// Reads the header of an array whose elements are of the type `element`; each dimension has an element at least,
    /// and there are no more of them than the bytes can hold.
    init(_ value: ValueBytes, element: UInt32) throws(ValueFault) {
        guard value.count >= Self.header else { throw .malformed }
        let dimensions = value.load(0, as: Int32.self)
        guard 0...Self.mostDimensions ~= dimensions, 0...1 ~= value.load(4, as: Int32.self),
            value.load(8, as: UInt32.self) == element, value.count >= Self.header + Int(dimensions) * 8
        else { throw .malformed }
        self.dimensions = Int(dimensions)
        self.value = value
        let most = (value.count - Self.header - self.dimensions * 8) / 4
        var total = 1
        var fromOne = true
        for dimension in 0..<self.dimensions {
            let size = Int(value.load(Self.header + dimension * 8, as: Int32.self))
            let first = Int(value.load(Self.header + dimension * 8 + 4, as: Int32.self))
            guard size > 0, first + size - 1 <= Int(Int32.max) else { throw .malformed }
            total *= size
            guard total <= most else { throw .malformed }
            fromOne = fromOne && first == 1
        }
        countsFromOne = fromOne
    }

    func size(_ dimension: Int) -> Int { Int(value.load(Self.header + dimension * 8, as: Int32.self)) }

    /// The number of a dimension's first element.
    func first(_ dimension: Int) -> Int { Int(value.load(Self.header + dimension * 8 + 4, as: Int32.self)) }
}
