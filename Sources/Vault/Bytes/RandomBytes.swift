import Crypto

/// Where random bytes come from: ``secure`` everywhere but in tests of stored formats.
public struct RandomBytes: Sendable {
    /// The operating system's generator, as swift-crypto reaches it.
    public static let secure = RandomBytes { count in
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }

    private let make: @Sendable (Int) -> [UInt8]

    /// Makes a source of a function that returns as many bytes as it is asked for.
    public init(make: @escaping @Sendable (Int) -> [UInt8]) { self.make = make }

    /// So many bytes.
    package func callAsFunction(_ count: Int) -> [UInt8] { make(count) }
}
