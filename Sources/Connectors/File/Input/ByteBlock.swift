/// A block of memory that grows; freed when it goes out of use.
///
/// A few bytes past `capacity` may be read and written too, so that short runs can be copied in whole words.
final class ByteBlock {
    static let slack = 16

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        bytes = Self.allocate(capacity)
    }

    deinit { bytes.deallocate() }

    /// Makes room for at least `capacity` bytes and keeps the first `count`.
    func grow(to wanted: Int, keeping count: Int) {
        guard wanted > capacity else { return }
        let capacity = max(wanted, self.capacity * 2)
        let grown = Self.allocate(capacity)
        grown.update(from: bytes, count: count)
        bytes.deallocate()
        bytes = grown
        self.capacity = capacity
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + slack)
        bytes.initialize(repeating: 0, count: capacity + slack)
        return bytes
    }
}
