import CannedServer
import Synchronization
import Testing
import WireAPI

@testable import TributaryClient

@Suite("The change feed")
struct FeedTests {
    private static let path = "/api/v1/datasources/ds_1/changes"

    /// The pages of a feed, until so many have come or it ends.
    private func pages(_ feed: ChangeFeed, most: Int = .max) async throws -> [ChangePage] {
        var pages: [ChangePage] = []
        for try await page in feed {
            pages.append(page)
            if pages.count == most { break }
        }
        return pages
    }

    @Test("is caught up with by pages, each with the cursor to store, to the newest change")
    func catchUp() async throws {
        let answers: [CannedServer.Answer] = [
            .page([Bodies.change(1), Bodies.change(2)], next: "a"), .page([Bodies.change(3)], next: "b"),
            .page(next: "b"),
        ]
        try await withClient(answers) { client, server in
            let pages = try await pages(client.datasources.catchUp("ds_1", from: nil, entity: "e", limit: 2))
            #expect(pages.map { $0.items.map(\.seq) } == [[1, 2], [3]])
            #expect(pages.map(\.cursor) == ["a", "b"])
            #expect(
                server.requests.map(\.target) == [
                    Self.path + "?limit=2&entity=e", Self.path + "?limit=2&cursor=a&entity=e",
                    Self.path + "?limit=2&cursor=b&entity=e",
                ])
        }
    }

    @Test("tells a new place without changes, once")
    func emptyPlace() async throws {
        try await withClient([.page(next: "a")]) { client, server in
            let pages = try await pages(client.datasources.catchUp("ds_1", from: nil))
            #expect(pages == [ChangePage(items: [], cursor: "a")])
            let none = try await self.pages(client.datasources.catchUp("ds_1", from: "a"))
            #expect(none.isEmpty)
            #expect(server.requests.count == 2)
        }
    }

    @Test("that gives changes and no new place is an error, not a flood", arguments: [false, true])
    func standstill(isFollowed: Bool) async throws {
        try await withClient([.page([Bodies.change(1)], next: "a")]) { client, server in
            let source = client.datasources
            let feed = isFollowed ? source.follow("ds_1", from: nil) : source.catchUp("ds_1", from: nil)
            let error = await #expect(throws: ConnectionError.self) { _ = try await pages(feed) }
            #expect(error?.reason == .unreadable)
            #expect(server.requests.count == 2)
        }
    }

    @Test("is followed by long polls that go on from each page's cursor; empty answers give no page")
    func follow() async throws {
        let time = StillTime()
        let answers: [CannedServer.Answer] = [
            .page([Bodies.change(1)], next: "a"), .page(next: "a"), .page([Bodies.change(2)], next: "b"),
        ]
        try await withClient(answers, in: time) { client, server in
            let pages = try await pages(client.datasources.follow("ds_1", from: "s"), most: 2)
            #expect(pages.map(\.cursor) == ["a", "b"])
            #expect(
                server.requests.map(\.target) == ["s", "a&wait=25", "a&wait=25"].map { Self.path + "?cursor=\($0)" })
        }
        // The empty answer came at once: the server isn't asked again at once.
        #expect(time.milliseconds == [1000])
    }

    @Test("that is followed outlives lost connections, overload and restarts, with growing pauses")
    func outage() async throws {
        let time = StillTime()
        let busy = CannedServer.Answer(429, headers: [("Retry-After", "9")])
        let answers: [CannedServer.Answer] = [
            .page([Bodies.change(1)], next: "a"), .lost, .init(502), busy, .init(503),
            .page([Bodies.change(2)], next: "b"),
            .lost, .page([Bodies.change(3)], next: "c"),
        ]
        let failures = Mutex(0)
        try await withClient(answers, in: time) { client, server in
            let feed = client.datasources.follow("ds_1", from: nil) { _ in failures.withLock { $0 += 1 } }
            let pages = try await pages(feed, most: 3)
            #expect(pages.map(\.cursor) == ["a", "b", "c"])
            #expect(server.requests.count == answers.count)
        }
        #expect(time.milliseconds == [500, 1000, 9000, 4000, 500])
        #expect(failures.withLock { $0 } == 5)
    }

    @Test("isn't followed where the first page doesn't come")
    func firstPage() async throws {
        try await withClient([.lost]) { client, server in
            await #expect(throws: ConnectionError.self) {
                _ = try await pages(client.datasources.follow("ds_1", from: nil))
            }
            #expect(server.requests.count == 4, "by the rules of any call")
        }
    }

    @Test(
        "ends by an error that won't pass, such as a cursor that has expired",
        arguments: [
            (410, "changes.cursor_expired"), (404, "datasource.not_found"), (403, "auth.scope_missing"),
        ])
    func expired(status: Int, code: String) async throws {
        try await withClient([.page([Bodies.change(1)], next: "a"), .problem(status, code)]) { client, server in
            var feed = client.datasources.follow("ds_1", from: nil).makeAsyncIterator()
            let first = try await feed.next()
            #expect(first?.cursor == "a")
            let error = await #expect(throws: TributaryError.self) { try await feed.next() }
            #expect(error?.code.rawValue == code)
            #expect((error?.code == .cursorExpired) == (status == 410))
            let afterwards = try await feed.next()
            #expect(afterwards == nil)
            #expect(server.requests.count == 2)
        }
    }

    @Test("ends at once when its task is cancelled: in a long poll and in a pause", arguments: [false, true])
    func cancellation(inPause: Bool) async throws {
        let answers: [CannedServer.Answer] = [.page([Bodies.change(1)], next: "a"), inPause ? .lost : .never]
        try await CannedServer.with(answers: answers) { server in
            let client = TributaryClient(url: server.url, token: "tok")
            let task = Task { try await pages(client.datasources.follow("ds_1", from: nil)) }
            while server.requests.count < 2 { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await client.close()
        }
    }
}
