import FaultKit
import JSON
import TestSupport
import Testing
import TributaryClient

/// Requests with an idempotency key at the real program: many at once, and with their answers cut off.
@Suite(.serialized, .ownThreads) struct RepetitionCrashTests {
    private static let new: JSONObject = ["name": "Once", "type": "file", "config": ["path": "x.csv"]]

    @Test("50 creates with one key at the same time make one DataSource, and all get it")
    func parallel() async throws {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await client.datasources.create(json: Self.new, idempotencyKey: "one").id
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await client.datasources.list().total == 1)
        await client.close()
    }

    @Test("killed between effect and answer, it has done the request once when the same key comes again")
    func killed() async throws {
        let server = try ServerProcess()
        try server.start()
        let token = try server.token()
        for round in 1...5 {
            let proxy = try TCPProxy(to: try #require(Int(server.url.split(separator: ":").last ?? "")))
            // Nothing of the answer arrives; the client is left with a broken connection.
            proxy.cutAfter(bytes: 1, .toClient, times: 100)
            let blind = TributaryClient(
                url: "http://127.0.0.1:\(proxy.port)", token: token, limits: ClientLimits(attempts: 1))
            await #expect(throws: ConnectionError.self) {
                _ = try await blind.datasources.create(json: Self.new, idempotencyKey: "round-\(round)")
            }
            await blind.close()
            server.kill()
            try server.start()
            let client = TributaryClient(url: server.url, token: token)
            let made = try await client.datasources.list()
            #expect(made.total == round)
            let again = try await client.datasources.create(json: Self.new, idempotencyKey: "round-\(round)")
            #expect(made.items.first?.id == again.id)
            #expect(try await client.datasources.list().total == round)
            await client.close()
        }
    }

    @Test("a client whose answers are cut off repeats its create by itself, and there is one")
    func repeats() async throws {
        let server = try ServerProcess()
        try server.start()
        let proxy = try TCPProxy(to: try #require(Int(server.url.split(separator: ":").last ?? "")))
        proxy.cutAfter(bytes: 1, .toClient, times: 2)
        let client = TributaryClient(url: "http://127.0.0.1:\(proxy.port)", token: try server.token())
        let source = try await client.datasources.create(json: Self.new)
        #expect(proxy.cuts == 2)
        #expect(try await client.datasources.list().items.map(\.id) == [source.id])
        await client.close()
    }
}
