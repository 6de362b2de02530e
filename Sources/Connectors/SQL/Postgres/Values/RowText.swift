/// The text of one row as it grows, in one block of memory that its owner frees.
///
/// A few bytes past `capacity` may be written too, so that short runs can be copied in whole words. Room for what is
/// put must have been ensured; what `ensure` leaves over is never negative.
struct RowText {
    /// Room for any value of fixed width, a comma and a closing bracket.
    static let fixedRoom = 96
    private static let slack = 16

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        bytes = Self.allocate(capacity)
    }

    /// Frees the block; the text is of no more use.
    func deallocate() { bytes.deallocate() }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func ensure(_ extra: Int) {
        if count &+ extra > capacity { grow(count &+ extra) }
    }

    @inline(never)
    private mutating func grow(_ wanted: Int) {
        capacity = max(wanted, capacity * 2)
        let grown = Self.allocate(capacity)
        grown.update(from: bytes, count: count)
        bytes.deallocate()
        bytes = grown
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + slack)
        bytes.initialize(repeating: 0, count: capacity + slack)
        return bytes
    }

    /// The place at which the next byte goes.
    @inline(__always)
    var end: UnsafeMutablePointer<UInt8> { bytes + count }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        bytes[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func put(_ word: StaticString) {
        end.update(from: word.utf8Start, count: word.utf8CodeUnitCount)
        count &+= word.utf8CodeUnitCount
    }

    @inline(__always)
    mutating func put(_ source: UnsafePointer<UInt8>, count length: Int) {
        end.update(from: source, count: length)
        count &+= length
    }

    /// Puts bytes that have 16 bytes of slack after them; short runs are copied as two words.
    @inline(__always)
    mutating func putSlack(_ source: UnsafePointer<UInt8>, count length: Int) {
        if length <= 16 {
            let from = UnsafeRawPointer(source)
            let to = UnsafeMutableRawPointer(end)
            to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
            to.storeBytes(of: from.loadUnaligned(fromByteOffset: 8, as: UInt64.self), toByteOffset: 8, as: UInt64.self)
            count &+= length
        } else {
            put(source, count: length)
        }
    }
}
