package import Domain

/// A run's id as records keep it: the 16 bytes of its ULID.
extension RunID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    package var mark: [UInt8] {
        var bits: UInt128 = 0
        for character in rawValue.utf8.suffix(ULID.textLength) {
            bits = bits << 5 | UInt128(Self.alphabet.firstIndex(of: character) ?? 0)
        }
        return (0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0)) }
    }

    package init(mark: [UInt8]) {
        self.init(ULID(bits: mark.reduce(0) { $0 << 8 | UInt128($1) }))
    }
}
