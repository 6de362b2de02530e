import Synchronization

/// A 128-bit id that sorts by the time it was made: 48 bits of milliseconds, then 80 random bits.
///
/// Text form: 26 characters of Crockford base32, upper case (https://github.com/ulid/spec).
public struct ULID: Sendable, Hashable {
    public static let textLength = 26
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// By byte.
    private static let isDigit = (UInt8.min...UInt8.max).map { alphabet.contains($0) }

    public let bits: UInt128

    public init(bits: UInt128) { self.bits = bits }

    public var text: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            for index in 0..<Self.textLength {
                let shift = UInt128(5 * (Self.textLength - 1 - index))
                buffer[index] = Self.alphabet[Int(truncatingIfNeeded: (bits >> shift) & 31)]
            }
            return Self.textLength
        }
    }

    /// Whether these characters are a ULID's: 26 of the alphabet, the first at most `7`.
    static func isWellFormed(_ characters: Substring.UTF8View) -> Bool {
        guard characters.count == textLength, let first = characters.first, first <= UInt8(ascii: "7") else {
            return false
        }
        return characters.allSatisfy { isDigit[Int($0)] }
    }
}

/// Makes ULIDs that never go back within the process, whatever the clock does.
public final class ULIDGenerator: Sendable {
    private let clock: WallClock
    private let random: @Sendable () -> UInt64
    private let last = Mutex<UInt128>(0)

    public init(clock: WallClock, random: @escaping @Sendable () -> UInt64) {
        self.clock = clock
        self.random = random
    }

    /// A ULID above every other that this generator made. Chance is drawn once a millisecond; within it ids count up.
    public func next() -> ULID {
        let time = UInt128(UInt64(clamping: clock.now().milliseconds) & 0xFFFF_FFFF_FFFF) << 80
        return ULID(
            bits: last.withLock { last in
                guard time >> 80 > last >> 80 else {
                    last += 1
                    return last
                }
                last = time | UInt128(random() & 0xFFFF) << 64 | UInt128(random())
                return last
            })
    }

    public func next<Kind>(_: Kind.Type) -> Identifier<Kind> { Identifier(next()) }
}
