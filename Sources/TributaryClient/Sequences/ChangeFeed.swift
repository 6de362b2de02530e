public import WireAPI

/// One page of a change feed, with the place to go on from.
public struct ChangePage: Hashable, Sendable {
    /// The newest version of each record that changed, in the order of the changes; deletions as tombstones. Empty
    /// where only the place moved on.
    public let items: [RecordBody]
    /// Where to go on after these items: store it together with what you made of them.
    public let cursor: String

    /// Makes a page.
    public init(items: [RecordBody], cursor: String) {
        self.items = items
        self.cursor = cursor
    }
}

/// The pages of a change feed. Made by `catchUp`, which ends at the newest change, and `follow`, which ends when its
/// task is cancelled: with `CancellationError`.
public struct ChangeFeed: AsyncSequence, Sendable {
    public typealias Element = ChangePage

    /// How long the server is asked to wait for a change.
    static let waitSeconds = 25
    /// An empty answer that came sooner isn't asked again at once: a server that stops answers so.
    static let shortestWait: Duration = .seconds(1)

    /// The call for a page: cursor, seconds to wait, and whether the feed itself goes on after a failure.
    typealias MakeCall = @Sendable (String?, Int?, Bool) throws -> Call

    private let start: String?
    private let connection: Connection
    private let onInterruption: (@Sendable (any Error) -> Void)?
    private let isFollowed: Bool
    private let call: MakeCall

    init(
        from start: String?, connection: Connection, onInterruption: (@Sendable (any Error) -> Void)?,
        isFollowed: Bool, call: @escaping MakeCall
    ) {
        self.start = start
        self.connection = connection
        self.onInterruption = onInterruption
        self.isFollowed = isFollowed
        self.call = call
    }

    /// Begins at the cursor that the feed was made with.
    public func makeAsyncIterator() -> Iterator {
        Iterator(
            connection: connection, onInterruption: onInterruption, isFollowed: isFollowed, call: call, cursor: start)
    }

    /// Goes through the feed once.
    public struct Iterator: AsyncIteratorProtocol {
        private let connection: Connection
        private let onInterruption: (@Sendable (any Error) -> Void)?
        private let isFollowed: Bool
        private let call: MakeCall
        private var cursor: String?
        private var patience: Patience
        private var hasBegun = false
        private var isAtEnd = false

        fileprivate init(
            connection: Connection, onInterruption: (@Sendable (any Error) -> Void)?, isFollowed: Bool,
            call: @escaping MakeCall, cursor: String?
        ) {
            self.connection = connection
            self.onInterruption = onInterruption
            self.isFollowed = isFollowed
            self.call = call
            self.cursor = cursor
            patience = Patience(connection.limits, connection.surroundings)
        }

        /// The next page; nil at the newest change where the feed isn't followed.
        public mutating func next() async throws -> ChangePage? {
            while !isAtEnd {
                try Task.checkCancellation()
                // Whoever asks again after an error gets the end.
                isAtEnd = true
                let start = connection.surroundings.now()
                let page = isFollowed ? try await patientPage() : try await page(wait: nil, isTriedOnce: false)
                let hasMoved = page.cursor != cursor
                guard hasMoved || page.items.isEmpty else {
                    throw ConnectionError(
                        .unreadable, "The server gave changes and no new cursor, so they would come again for ever.",
                        mayHaveArrived: true)
                }
                let wasWaiting = hasBegun
                (cursor, hasBegun) = (page.cursor, true)
                isAtEnd = !isFollowed && page.items.isEmpty
                if hasMoved { return page }
                if wasWaiting, connection.surroundings.now() - start < ChangeFeed.shortestWait, isFollowed {
                    try await connection.surroundings.sleep(ChangeFeed.shortestWait)
                }
            }
            return nil
        }

        /// A page that is waited for, also over a server's absence once there has been a first page.
        private mutating func patientPage() async throws -> ChangePage {
            guard hasBegun else { return try await page(wait: nil, isTriedOnce: false) }
            while true {
                do {
                    let page = try await page(wait: ChangeFeed.waitSeconds, isTriedOnce: true)
                    patience.rest()
                    return page
                } catch {
                    guard let pause = patience.pause(after: error) else { throw error }
                    onInterruption?(error)
                    try await connection.surroundings.sleep(pause)
                }
            }
        }

        private func page(wait seconds: Int?, isTriedOnce: Bool) async throws -> ChangePage {
            let page: Page<RecordBody> = try await connection.send(call(cursor, seconds, isTriedOnce))
            guard let next = page.nextCursor else {
                throw ConnectionError(.unreadable, "The server gave changes without a cursor.", mayHaveArrived: true)
            }
            return ChangePage(items: page.items, cursor: next)
        }
    }
}
