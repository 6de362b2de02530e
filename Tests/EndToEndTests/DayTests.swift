import Foundation
import JSON
import Testing
import TributaryClient
import WireAPI

/// The program as a person meets it.
@Suite struct DayTests {
    @Test("register, sync, read, change, sync again: the feed has exactly what changed")
    func day() async throws {
        let server = try ServerProcess()
        try server.start()
        try server.write("people.csv", "id,name\n1,Ada\n2,Grace\n3,Edsger\n")
        let client = try server.client()
        let source = try await client.datasources.create(json: [
            "name": "People", "type": "file", "config": ["path": "people.csv", "primary_key": ["id"]],
        ])
        #expect(source.status == "pending")
        let run = try await client.datasources.sync(source.id, wait: 30)
        #expect(run.status == "succeeded")
        let connected = try await client.datasources.get(source.id)
        #expect(connected.status == "connected")
        #expect(connected.syncedEntities == ["people": 3])
        #expect(connected.lastSyncAt == run.finishedAt)
        let page = try await client.datasources.records(source.id, "people")
        #expect(
            page.items.map { $0.data?.text } == [
                #"{"id":"1","name":"Ada"}"#, #"{"id":"2","name":"Grace"}"#, #"{"id":"3","name":"Edsger"}"#,
            ])
        let start = try await client.datasources.changes(source.id)
        #expect(start.items.count == 3)

        try server.write("people.csv", "id,name\n1,Ada\n2,Grace Hopper\n4,Barbara\n")
        _ = try await client.datasources.sync(source.id, wait: 30)
        let changes = try await client.datasources.changes(source.id, cursor: start.nextCursor)
        #expect(changes.items.count == 3)
        #expect(changes.items.filter(\.isDeleted).count == 1)
        #expect(server.stop() == 0)
        await client.close()
    }

    @Test("a second server on the same data is refused, and says why")
    func locked() throws {
        let server = try ServerProcess()
        try server.start()
        let (status, _) = try server.run(["serve"])
        #expect(status == 1)
        #expect(try server.logText().contains("store.locked"))
    }

    @Test("another tenant's token sees nothing of it, in lists and by id")
    func foreign() async throws {
        let server = try ServerProcess()
        try server.start()
        try server.write("people.csv", "id\n1\n")
        let mine = try server.client()
        let theirs = try server.client(tenant: "other")
        let source = try await mine.datasources.create(json: [
            "name": "People", "type": "file", "config": ["path": "people.csv"],
        ])
        #expect(try await theirs.datasources.list().total == 0)
        await #expect(throws: TributaryError.self) { try await theirs.datasources.get(source.id) }
        await mine.close()
        await theirs.close()
    }
}
