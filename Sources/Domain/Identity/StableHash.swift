/// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv): the same in every process and on every machine, so what
/// it gives may be kept. Whoever chooses the bytes can make two sets of them agree.
public enum StableHash {
    /// The hash of the bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The hash of the bytes, stirred: every bit depends on all of them, however few they are.
    public static func mixed(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = of(bytes)
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
