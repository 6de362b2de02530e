/// Time and chance: the one place of the client where they come from. Tests and the command line give their own.
package struct ClientSurroundings: Sendable {
    /// Time since some fixed point; only goes forward.
    package var now: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 to 1 that spreads the retries of many clients.
    package var chance: @Sendable () -> Double
    /// A key that no other call has.
    package var key: @Sendable () -> String

    /// Makes surroundings.
    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
        chance: @escaping @Sendable () -> Double, key: @escaping @Sendable () -> String
    ) {
        self.now = now
        self.sleep = sleep
        self.chance = chance
        self.key = key
    }

    /// The machine's own.
    package static let system: ClientSurroundings = {
        let clock = ContinuousClock()
        let start = clock.now
        return ClientSurroundings(
            now: { clock.now - start }, sleep: { try await clock.sleep(for: $0) },
            chance: { Double(random() >> 11) / Double(1 << 53 as UInt64) },
            key: { String(random(), radix: 36) + String(random(), radix: 36) })
    }()

    /// 64 bits of the system's generator, which is safe for keys.
    private static func random() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
