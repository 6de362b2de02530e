/// How many requests one tenant may make.
public struct RateLimit: Sendable, Hashable {
    /// Requests a second in the long run, 1 to 1,000,000.
    public var perSecond: Int
    /// Requests at once after a pause, 1 to 1,000,000.
    public var burst: Int

    /// Reads `off`, `N` or `N/burst`, the burst being N where it isn't given. The outer nil: neither; the inner: off.
    static func read(_ text: String) -> RateLimit?? {
        if text == "off" { return .some(nil) }
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard numbers.count <= 2, numbers.allSatisfy({ (1...1_000_000).contains($0) }) else { return nil }
        return RateLimit(perSecond: numbers[0], burst: numbers.last ?? numbers[0])
    }
}
