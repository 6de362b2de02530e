import CZlib

/// Deflates data that is whole in memory.
public enum Deflation {
    /// The data as RFC 1950 has it, which an ``Inflater`` of `deflate` reads; nil without memory for it.
    public static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
        var size = compressBound(UInt(bytes.count))
        var result = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            result = compress2(buffer.baseAddress, &size, bytes, UInt(bytes.count), Z_DEFAULT_COMPRESSION)
            count = result == Z_OK ? Int(size) : 0
        }
        return result == Z_OK ? output : nil
    }
}
