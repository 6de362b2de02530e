/// A sealed value as it is stored: `0x01 | data key id (16) | nonce (12) | ciphertext | tag (16)`.
struct Envelope {
    static let version: UInt8 = 1
    static let keyIDBytes = 16
    /// What an envelope adds to the length of its plaintext.
    static let overhead = 1 + keyIDBytes + GCM.nonceBytes + GCM.tagBytes

    let keyID: [UInt8]
    /// Nonce, ciphertext, tag.
    let sealed: ArraySlice<UInt8>

    /// nil unless the bytes can be an envelope.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.overhead, bytes.first == Self.version else { return nil }
        keyID = Array(bytes[1...Self.keyIDBytes])
        sealed = bytes[(1 + Self.keyIDBytes)...]
    }

    static func bytes(keyID: [UInt8], sealed: [UInt8]) -> [UInt8] { [version] + keyID + sealed }
}
