import Glibc

extension UnsafeRawBufferPointer {
    /// Byte order, a prefix before what it begins: that of both databases' keys.
    package func compared(to other: UnsafeRawBufferPointer) -> Int {
        let shared = Swift.min(count, other.count)
        if shared > 0, let start = baseAddress, let end = other.baseAddress {
            let order = memcmp(start, end, shared)
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }

    package func precedes(_ other: UnsafeRawBufferPointer) -> Bool { compared(to: other) < 0 }
}
