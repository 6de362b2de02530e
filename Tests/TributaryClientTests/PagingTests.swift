import CannedServer
import Testing
import WireAPI

@testable import TributaryClient

@Suite("Lists over all their pages")
struct PagingTests {
    private static func sources(_ ids: Int...) -> [String] { ids.map { Bodies.source("ds_\($0)") } }

    @Test("give every item once, in order, fetching a page when its first item is asked for")
    func items() async throws {
        let answers: [CannedServer.Answer] = [
            .page(Self.sources(1, 2), next: "a"), .page(next: "b"), .page(Self.sources(3), next: nil),
        ]
        try await withClient(answers) { client, server in
            var filter = DataSourceFilter()
            (filter.status, filter.limit, filter.cursor) = ("error", 2, "start")
            var ids: [String] = []
            var fetched: [Int] = []
            for try await source in client.datasources.all(filter) {
                ids.append(source.id)
                fetched.append(server.requests.count)
            }
            #expect(ids == ["ds_1", "ds_2", "ds_3"])
            #expect(fetched == [1, 1, 3])
            #expect(
                server.requests.map(\.target)
                    == ["start", "a", "b"].map { "/api/v1/datasources?status=error&limit=2&cursor=\($0)" })
        }
    }

    @Test("records, runs and rejects are lists too")
    func others() async throws {
        try await withClient([.page([Bodies.change(1)], next: "a"), .page([Bodies.change(2)], next: nil)]) {
            client, server in
            let filter = RecordFilter(keys: ["1"], includesDeleted: true, limit: 1)
            let seqs = try await client.datasources.allRecords("ds_1", "e", filter).reduce(into: []) {
                $0.append($1.seq)
            }
            #expect(seqs == [1, 2])
            #expect(
                server.requests.last?.target.hasSuffix("records/e?limit=1&cursor=a&key=1&include_deleted=true") == true)
        }
        try await withClient([.page([Bodies.run()], next: "a"), .page([Bodies.run()], next: nil)]) { client, server in
            let count = try await client.datasources.allRuns("ds_1", limit: 7).reduce(0) { sum, _ in sum + 1 }
            #expect(count == 2)
            #expect(server.requests.last?.target == "/api/v1/datasources/ds_1/runs?limit=7&cursor=a")
        }
        try await withClient([.page([#"{"entity":"e","reason":"r","excerpt":"x"}"#], next: nil)]) { client, server in
            let reasons = try await client.datasources.allRejects("ds_1", "run_1").reduce(into: []) {
                $0.append($1.reason)
            }
            #expect(reasons == ["r"])
            #expect(server.requests.last?.target == "/api/v1/datasources/ds_1/runs/run_1/rejects")
        }
    }

    @Test("end with an error where a cursor comes again, at once or in a circle")
    func circles() async throws {
        let one = Self.sources(1)
        let circles: [[CannedServer.Answer]] = [
            [.page(one, next: "a")], [.page(next: "a")],
            [.page(one, next: "a"), .page(one, next: "b"), .page(one, next: "a")],
        ]
        for answers in circles {
            try await withClient(answers) { client, server in
                let error = await #expect(throws: ConnectionError.self) {
                    for try await _ in client.datasources.all() {}
                }
                #expect(error?.reason == .unreadable)
                #expect(server.requests.count == max(answers.count, 2))
            }
        }
    }

    @Test("throw a page's error after the items before it, and end there")
    func errors() async throws {
        try await withClient([.page(Self.sources(1, 2), next: "a"), .init(400)]) { client, _ in
            var items = client.datasources.all().makeAsyncIterator()
            let two = [try await items.next(), try await items.next()]
            #expect(two.map { $0?.id } == ["ds_1", "ds_2"])
            await #expect(throws: TributaryError.self) { try await items.next() }
            let afterwards = try await items.next()
            #expect(afterwards == nil)
        }
    }

    @Test("stop for a cancelled task, even between the items of a page")
    func cancellation() async throws {
        try await withClient([.page(Self.sources(1, 2, 3), next: "a")]) { client, server in
            let task = Task {
                var count = 0
                do {
                    for try await _ in client.datasources.all() {
                        count += 1
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                    return -1
                } catch is CancellationError {
                    return count
                }
            }
            let seen = try await task.value
            #expect(seen == 1)
            #expect(server.requests.count == 1)
        }
    }

    @Test("begin anew with each loop")
    func twice() async throws {
        try await withClient([.page(Self.sources(1), next: nil)]) { client, server in
            let all = client.datasources.all()
            for _ in 0..<2 { for try await source in all { #expect(source.id == "ds_1") } }
            #expect(server.requests.count == 2)
        }
    }
}
