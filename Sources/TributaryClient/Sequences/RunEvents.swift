public import WireAPI

/// A run as the server tells of it: at once, then at most once a second when it has changed, the ended run last.
///
/// The first answer must come; later a connection that breaks is opened anew, and a server that is away for up to half
/// a minute is waited for. Throws `ConnectionError` (`unreadable`) where something in between doesn't let events
/// through. Cancelling the task ends it with `CancellationError`.
public struct RunEvents: AsyncSequence, Sendable {
    public typealias Element = SyncRunBody

    /// How long a server may be away before its error counts.
    static let longestOutage: Duration = .seconds(30)
    /// How long a server says nothing at most while a run goes on.
    static let longestSilence: Duration = .seconds(15)

    typealias MakeCall = @Sendable () throws -> Call

    private let connection: Connection
    private let hasOtherWay: Bool
    private let call: MakeCall

    /// With `hasOtherWay` a refusal isn't waited for: the caller asks in another way.
    init(connection: Connection, hasOtherWay: Bool = false, call: @escaping MakeCall) {
        self.connection = connection
        self.hasOtherWay = hasOtherWay
        self.call = call
    }

    /// Begins with the run as it stands.
    public func makeAsyncIterator() -> Iterator {
        Iterator(connection: connection, hasOtherWay: hasOtherWay, call: call)
    }

    /// Follows the run once.
    public struct Iterator: AsyncIteratorProtocol {
        private let connection: Connection
        private let hasOtherWay: Bool
        private let call: MakeCall
        private var patience: Patience
        private var reader: EventReader?
        private var lostAt: Duration?
        private var isAtEnd = false
        /// Whether the server has told anything.
        private(set) var hasBegun = false

        fileprivate init(connection: Connection, hasOtherWay: Bool, call: @escaping MakeCall) {
            self.connection = connection
            self.hasOtherWay = hasOtherWay
            self.call = call
            patience = Patience(connection.limits, connection.surroundings)
        }

        /// The run as it is now; nil after the ended run.
        public mutating func next() async throws -> SyncRunBody? {
            guard !isAtEnd else { return nil }
            // Whoever asks again after an error gets the end.
            isAtEnd = true
            while true {
                do {
                    let (run, isLast) = try await telling()
                    isAtEnd = isLast
                    return run
                } catch {
                    reader = nil
                    try await connection.surroundings.sleep(try pause(after: error))
                }
            }
        }

        private mutating func telling() async throws -> (run: SyncRunBody, isLast: Bool) {
            var reader = if let reader { reader } else { try await opened() }
            while let event = try await reader.next() {
                // Events of other names may come some day.
                guard event.name == "progress" || event.name == "end" else { continue }
                let run = try Answer.decoded(event.data, as: SyncRunBody.self)
                self.reader = event.name == "end" ? nil : reader
                (hasBegun, lostAt) = (true, nil)
                patience.rest()
                return (run, event.name == "end")
            }
            throw ConnectionError(.unreachable, "The server's events ended before the run.", mayHaveArrived: true)
        }

        private func opened() async throws -> EventReader {
            var call = try call()
            call.isTriedOnce = hasBegun || hasOtherWay
            return EventReader(try await connection.stream(call), maxBytes: connection.limits.maxAnswerBytes)
        }

        /// How long to wait before the connection is opened anew; throws the error where that won't help.
        private mutating func pause(after error: any Error) throws -> Duration {
            guard hasBegun, !(hasOtherWay && error is TributaryError), let pause = patience.pause(after: error) else {
                throw error
            }
            let now = connection.surroundings.now()
            let start = lostAt ?? now
            lostAt = start
            guard now - start + pause <= RunEvents.longestOutage else { throw error }
            return pause
        }
    }
}
