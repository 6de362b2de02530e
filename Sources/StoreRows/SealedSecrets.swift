/// The sealed secrets of one DataSource in one column: for each, sorted by path, the path and the sealed bytes, both
/// behind their length in four bytes, big-endian.
package enum SealedSecrets {
    package static func encode(_ secrets: [String: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (path, sealed) in secrets.sorted(by: { $0.key < $1.key }) {
            append(Array(path.utf8), to: &bytes)
            append(sealed, to: &bytes)
        }
        return bytes
    }

    package static func decode(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        var secrets: [String: [UInt8]] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            let path = try takeFirst(from: &rest)
            secrets[String(decoding: path, as: UTF8.self)] = Array(try takeFirst(from: &rest))
        }
        return secrets
    }

    private static func append(_ part: [UInt8], to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: part.count >> shift)) }
        bytes.append(contentsOf: part)
    }

    private static func takeFirst(from bytes: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        guard bytes.count >= 4 else { throw StoredDocument.broken }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        guard bytes.count >= length else { throw StoredDocument.broken }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }
}
