public import WireAPI

/// A run as it goes: first as it was given, then each time that the server tells of a change, the ended run last. Where
/// events don't come through, one snapshot a look.
public struct RunSnapshots: AsyncSequence, Sendable {
    public typealias Element = SyncRunBody

    typealias Look = @Sendable () async throws -> SyncRunBody

    private let run: SyncRunBody
    private let looks: Backoff
    private let connection: Connection
    private let events: RunEvents
    private let look: Look

    init(run: SyncRunBody, looks: Backoff, connection: Connection, events: RunEvents, look: @escaping Look) {
        self.run = run
        self.looks = looks
        self.connection = connection
        self.events = events
        self.look = look
    }

    /// Begins with the run as it was given.
    public func makeAsyncIterator() -> Iterator {
        Iterator(run: run, looks: looks, connection: connection, events: events, look: look)
    }

    /// Watches the run once.
    public struct Iterator: AsyncIteratorProtocol {
        private let looks: Backoff
        private let connection: Connection
        private let look: Look
        /// nil = they don't come through.
        private var events: RunEvents.Iterator?
        private var given: SyncRunBody?
        private var last: SyncRunBody
        private var pauses = 0
        private var isAtEnd = false

        fileprivate init(
            run: SyncRunBody, looks: Backoff, connection: Connection, events: RunEvents, look: @escaping Look
        ) {
            (given, last) = (run, run)
            self.looks = looks
            self.connection = connection
            self.events = events.makeAsyncIterator()
            self.look = look
        }

        /// The next snapshot; nil after the ended run.
        public mutating func next() async throws -> SyncRunBody? {
            guard !isAtEnd else { return nil }
            // Whoever asks again after an error gets the end.
            isAtEnd = true
            last = try await snapshot()
            isAtEnd = last.hasEnded
            return last
        }

        private mutating func snapshot() async throws -> SyncRunBody {
            if let given {
                self.given = nil
                return given
            }
            if let run = try await nextChange() { return run }
            return try await nextLook()
        }

        /// What the server tells next; nil where it can't, now or any more.
        private mutating func nextChange() async throws -> SyncRunBody? {
            guard var events else { return nil }
            self.events = nil
            do {
                while let run = try await events.next() {
                    // Each connection begins with what may be known.
                    guard run != last else { continue }
                    self.events = events
                    return run
                }
            } catch let error where !(error is CancellationError) {
                // A server that was waited for already isn't waited for again; any other error comes with the look too,
                // where it isn't of the events alone.
                guard !events.hasBegun || (error as? ConnectionError)?.isPassing != true else { throw error }
            }
            return nil
        }

        private mutating func nextLook() async throws -> SyncRunBody {
            let surroundings = connection.surroundings
            try await surroundings.sleep(looks.pause(after: pauses))
            pauses += 1
            var patience = Patience(connection.limits, surroundings)
            let start = surroundings.now()
            while true {
                do {
                    return try await look()
                } catch {
                    guard let pause = patience.pause(after: error),
                        surroundings.now() - start + pause <= RunEvents.longestOutage
                    else { throw error }
                    try await surroundings.sleep(pause)
                }
            }
        }
    }
}
