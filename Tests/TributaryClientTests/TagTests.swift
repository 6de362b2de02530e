import CannedServer
import JSON
import Testing
import WireAPI

@testable import TributaryClient

@Suite("Versions of a DataSource")
struct TagTests {
    private static func source(_ name: String = "n", tag: String) -> CannedServer.Answer {
        .init(200, Bodies.source(name: name), headers: [("ETag", tag)])
    }
    private static let changed = CannedServer.Answer.problem(412, "datasource.changed")

    @Test("come with a read that asks for them, and go with the update that needs them")
    func update() async throws {
        try await withClient([Self.source(tag: #""1.0""#), Self.source("new", tag: #""2.0""#)]) { client, server in
            let source = try await client.datasources.getTagged("ds_1")
            #expect(source.id == "ds_1" && source.tag?.rawValue == #""1.0""#)
            let updated = try await client.datasources.update(
                "ds_1", ["name": "new"], ifMatch: try #require(source.tag))
            #expect(updated.name == "new" && updated.tag?.rawValue == #""2.0""#)
            #expect(server.requests.map { $0.headers["if-match"] } == [nil, #""1.0""#])
        }
    }

    @Test("that are the reader's own already are answered by nothing")
    func notModified() async throws {
        try await withClient([.init(304), Self.source(tag: #""2.0""#), .init(404)]) { client, server in
            let tag = EntityTag(rawValue: #""1.0""#)
            let same = try await client.datasources.get("ds_1", ifNoneMatch: tag)
            let other = try await client.datasources.get("ds_1", ifNoneMatch: tag)
            #expect(same == nil && other?.tag?.rawValue == #""2.0""#)
            await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1", ifNoneMatch: tag) }
            #expect(server.requests.allSatisfy { $0.headers["if-none-match"] == #""1.0""# })
        }
    }

    @Test("bother nobody who doesn't ask: plain calls send none")
    func plain() async throws {
        try await withClient([.init(200, Bodies.source())]) { client, server in
            let source: DataSourceBody = try await client.datasources.get("ds_1")
            _ = try await client.datasources.update(source.id, [:])
            try await client.datasources.delete(source.id)
            _ = try await client.datasources.restore(source.id)
            #expect(server.requests.allSatisfy { $0.headers["if-match"] == nil })
            #expect(server.requests.last?.body == #"{"is_deleted":false}"#)
        }
    }

    @Test("guard a delete")
    func delete() async throws {
        try await withClient([Self.changed]) { client, server in
            let error = await #expect(throws: TributaryError.self) {
                try await client.datasources.delete("ds_1", ifMatch: EntityTag(rawValue: #""1.0""#))
            }
            #expect(error?.code == .datasourceChanged)
            #expect(server.requests.first?.headers["if-match"] == #""1.0""#)
        }
    }

    @Test("let an edit begin anew on what somebody else left")
    func edit() async throws {
        let answers = [
            Self.source("a", tag: #""1.0""#), Self.changed, Self.source("b", tag: #""2.0""#),
            Self.source("b!", tag: #""3.0""#),
        ]
        try await withClient(answers) { client, server in
            let edited = try await client.datasources.edit("ds_1") { ["name": .string($0.name + "!")] }
            #expect(edited.name == "b!")
            #expect(server.requests.compactMap { $0.headers["if-match"] } == [#""1.0""#, #""2.0""#])
            #expect(server.requests.last?.body == #"{"name":"b!"}"#)
        }
    }

    @Test("an edit without a patch changes nothing, and one that always loses gives up")
    func editEnds() async throws {
        try await withClient([Self.source(tag: #""1.0""#)]) { client, server in
            _ = try await client.datasources.edit("ds_1") { _ in nil }
            #expect(server.requests.map(\.method) == ["GET"])
        }
        try await CannedServer.with(answering: {
            $0.method == "GET" ? Self.source(tag: #""1.0""#) : Self.changed
        }) { server in
            let client = TributaryClient(server)
            let error = await #expect(throws: TributaryError.self) {
                try await client.datasources.edit("ds_1") { _ in ["name": "x"] }
            }
            #expect(error?.code == .datasourceChanged)
            #expect(server.requests.count == 20)
        }
    }
}
