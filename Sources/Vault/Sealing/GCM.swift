import Crypto

/// AES-256-GCM (NIST SP 800-38D) in one piece: nonce (12), ciphertext, tag (16).
enum GCM {
    static let nonceBytes = 12
    static let tagBytes = 16

    static func seal(_ plaintext: [UInt8], key: SymmetricKey, data: [UInt8], random: RandomBytes) throws -> [UInt8] {
        let nonce = try AES.GCM.Nonce(data: random(nonceBytes))
        let box = try AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: data)
        return Array(nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// nil when key, data or any bit isn't that of the sealing.
    static func open(_ sealed: ArraySlice<UInt8>, key: SymmetricKey, data: [UInt8]) -> [UInt8]? {
        guard sealed.count >= nonceBytes + tagBytes else { return nil }
        // No reason is kept: why a ciphertext doesn't open is nobody's business.
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let plaintext = try? AES.GCM.open(box, using: key, authenticating: data)
        else { return nil }
        return Array(plaintext)
    }
}
