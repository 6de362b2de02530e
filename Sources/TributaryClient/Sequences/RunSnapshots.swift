public import WireAPI

/// A run as it goes: first as it was given, then one snapshot a look, the ended run last.
public struct RunSnapshots: AsyncSequence, Sendable {
    public typealias Element = SyncRunBody

    /// How long a server may be away before its error counts.
    static let longestOutage: Duration = .seconds(30)

    private let run: SyncRunBody
    private let looks: Backoff
    private let limits: ClientLimits
    private let surroundings: ClientSurroundings
    private let look: @Sendable () async throws -> SyncRunBody

    init(
        run: SyncRunBody, looks: Backoff, limits: ClientLimits, surroundings: ClientSurroundings,
        look: @escaping @Sendable () async throws -> SyncRunBody
    ) {
        self.run = run
        self.looks = looks
        self.limits = limits
        self.surroundings = surroundings
        self.look = look
    }

    /// Begins with the run as it was given.
    public func makeAsyncIterator() -> Iterator {
        Iterator(run: run, looks: looks, limits: limits, surroundings: surroundings, look: look)
    }

    /// Watches the run once.
    public struct Iterator: AsyncIteratorProtocol {
        private let looks: Backoff
        private let limits: ClientLimits
        private let surroundings: ClientSurroundings
        private let look: @Sendable () async throws -> SyncRunBody
        private var given: SyncRunBody?
        private var pauses = 0
        private var isAtEnd = false

        fileprivate init(
            run: SyncRunBody, looks: Backoff, limits: ClientLimits, surroundings: ClientSurroundings,
            look: @escaping @Sendable () async throws -> SyncRunBody
        ) {
            given = run
            self.looks = looks
            self.limits = limits
            self.surroundings = surroundings
            self.look = look
        }

        /// The next snapshot; nil after the ended run.
        public mutating func next() async throws -> SyncRunBody? {
            guard !isAtEnd else { return nil }
            // Whoever asks again after an error gets the end.
            isAtEnd = true
            let run = if let given { given } else { try await nextLook() }
            given = nil
            isAtEnd = run.hasEnded
            return run
        }

        private mutating func nextLook() async throws -> SyncRunBody {
            try await surroundings.sleep(looks.pause(after: pauses))
            pauses += 1
            var patience = Patience(limits, surroundings)
            let start = surroundings.now()
            while true {
                do {
                    return try await look()
                } catch {
                    guard let pause = patience.pause(after: error),
                        surroundings.now() - start + pause <= RunSnapshots.longestOutage
                    else { throw error }
                    try await surroundings.sleep(pause)
                }
            }
        }
    }
}
