/// The bytes of one value, which lie in a row that ends at `limit`. Numbers are big-endian; the caller has checked that
/// they lie within `count`.
struct ValueBytes {
    let start: UnsafeRawPointer
    let count: Int
    let limit: UnsafeRawPointer

    @inline(__always)
    var bytes: UnsafePointer<UInt8> { start.assumingMemoryBound(to: UInt8.self) }

    @inline(__always)
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Number.Type) -> Number {
        Number(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// A number that is all there is.
    @inline(__always)
    func whole<Number: FixedWidthInteger & BitwiseCopyable>(as type: Number.Type) throws(ValueFault) -> Number {
        guard count == MemoryLayout<Number>.size else { throw .malformed }
        return load(0, as: type)
    }

    /// The value whose length is at `offset`, and the place after it; nil in `value` for null.
    @inline(__always)
    func field(at offset: inout Int) throws(ValueFault) -> ValueBytes? {
        guard count &- offset >= 4 else { throw .malformed }
        let length = Int(load(offset, as: Int32.self))
        offset &+= 4
        if length == -1 { return nil }
        guard length >= 0, length <= count &- offset else { throw .malformed }
        defer { offset &+= length }
        return ValueBytes(start: start + offset, count: length, limit: limit)
    }

    /// The value without its first `length` bytes.
    func dropping(_ length: Int) -> ValueBytes {
        ValueBytes(start: start + length, count: count - length, limit: limit)
    }
}
