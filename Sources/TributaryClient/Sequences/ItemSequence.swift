public import WireAPI

/// The items of a list over all its pages. A page is fetched when its first item is asked for; nothing is fetched ahead.
///
/// Each iteration begins at the first page. It throws what fetching a page throws, and `ConnectionError` (`unreadable`)
/// where a server gives a cursor twice, which would never end. Cancelling the task ends it with `CancellationError`.
public struct ItemSequence<Item: WireValue>: AsyncSequence, Sendable {
    private let start: String?
    private let fetch: @Sendable (String?) async throws -> Page<Item>

    init(from start: String? = nil, fetch: @escaping @Sendable (String?) async throws -> Page<Item>) {
        self.start = start
        self.fetch = fetch
    }

    /// Begins at the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(start: start, fetch: fetch) }

    /// Goes through the pages once.
    public struct Iterator: AsyncIteratorProtocol {
        private let fetch: @Sendable (String?) async throws -> Page<Item>
        private var items: ArraySlice<Item> = []
        private var cursor: String?
        private var seen: Set<String> = []
        private var isAtEnd = false

        fileprivate init(start: String?, fetch: @escaping @Sendable (String?) async throws -> Page<Item>) {
            cursor = start
            self.fetch = fetch
        }

        /// The next item; nil at the end.
        public mutating func next() async throws -> Item? {
            try Task.checkCancellation()
            // A page may be empty and still not be the last.
            while items.isEmpty, !isAtEnd { try await turn() }
            return items.popFirst()
        }

        private mutating func turn() async throws {
            // Until the page is there and good: whoever asks again after an error gets the end.
            isAtEnd = true
            if let cursor { seen.insert(cursor) }
            let page = try await fetch(cursor)
            if let next = page.nextCursor, seen.contains(next) {
                throw ConnectionError(
                    .unreadable, "The server gave the same cursor twice, so the list would never end.",
                    mayHaveArrived: true)
            }
            items = page.items[...]
            cursor = page.nextCursor
            isAtEnd = cursor == nil
        }
    }
}
