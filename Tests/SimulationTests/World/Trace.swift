import Domain

/// What happened: a hash of all of it, and the last lines in words where they are wanted.
struct Trace {
    enum Kind: UInt64 {
        case crash = 1, freeze, thaw, request, outcome, source, clock, person, phase, violation
    }

    private static let kept = 400

    private let isTold: Bool
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var lines: [String] = []

    init(isTold: Bool) { self.isTold = isTold }

    mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x100_0000_01B3
        hash ^= hash >> 29
    }

    mutating func note(_ kind: Kind, _ number: Int, at time: Duration, _ line: () -> String) {
        mix(kind.rawValue << 32 ^ UInt64(truncatingIfNeeded: number))
        guard isTold else { return }
        if lines.count >= 2 * Self.kept { lines.removeFirst(Self.kept) }
        let tenths = time.wholeMilliseconds
        lines.append("\(tenths / 1000).\(String(1000 + tenths % 1000).dropFirst()) \(line())")
    }

    /// The last of what happened.
    func last(_ count: Int) -> String { lines.suffix(count).joined(separator: "\n") }
}
