import Crypto
public import Domain
import JSON

/// The bytes that identify a record within its entity: its key values in the ordered form of `JSONKey`.
///
/// A key over ``maxBytes`` is replaced by the ordered form of one text, `sha256:` and the 64 hexadecimal digits of its
/// hash; a record without a primary key has one text too, the 32 digits of its body's ``Domain/ContentHash``.
public enum RecordKey {
    /// The longest key that is kept as it is.
    public static let maxBytes = 512

    /// Replaces what `output` holds from `start` on, one key in ordered form, by its hash if it is too long.
    public static func bound(_ output: inout [UInt8], from start: Int = 0) {
        guard output.count - start > maxBytes else { return }
        let digest = output.withUnsafeBytes { view in
            hash(UnsafeRawBufferPointer(rebasing: view[start...]))
        }
        output.removeSubrange(start...)
        var text = Array(#""sha256:"#.utf8)
        for word in digest.indices { appendHex(digest[word], to: &text) }
        text.append(UInt8(ascii: "\""))
        append(text: text, to: &output)
    }

    /// Appends the key of a record that is identified by its whole content.
    static func append(of hash: ContentHash, to output: inout [UInt8]) {
        var text = [UInt8(ascii: "\"")]
        text.reserveCapacity(34)
        appendHex(hash.high, to: &text)
        appendHex(hash.low, to: &text)
        text.append(UInt8(ascii: "\""))
        append(text: text, to: &output)
    }

    /// SHA-256 as four big-endian words.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> InlineArray<4, UInt64> {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        return hasher.finalize().withUnsafeBytes { digest in
            .init { word in UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)) }
        }
    }

    private static func appendHex(_ word: UInt64, to output: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// `text` is one plain JSON string, quotes and all, so it always makes a key.
    private static func append(text: [UInt8], to output: inout [UInt8]) {
        text.withUnsafeBytes { view in
            do {
                try JSONKey.appendOrdered([0..<view.count], of: view, to: &output)
            } catch {
                assertionFailure("a plain text must make a key: \(error)")
            }
        }
    }
}

extension ContentHash {
    /// The hash of a body: the first 128 bits of its SHA-256.
    public init(of body: UnsafeRawBufferPointer) {
        let digest = RecordKey.hash(body)
        self.init(high: digest[0], low: digest[1])
    }
}
