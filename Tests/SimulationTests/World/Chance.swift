import TestSupport

/// All chance of a world.
struct Chance {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func bits() -> UInt64 { random.next() }

    /// 0 to `bound` - 1; 0 for a bound below 1.
    mutating func below(_ bound: Int) -> Int {
        bound < 2 ? 0 : Int(random.next() % UInt64(bound))
    }

    mutating func range(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    /// True in so many of a thousand cases.
    mutating func permille(_ share: Int) -> Bool { share > 0 && Int(random.next() % 1_000) < share }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
