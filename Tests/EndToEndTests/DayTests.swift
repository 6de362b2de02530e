import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The program as a person meets it.
@Suite(.ownThreads) struct DayTests {
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

    @Test("without workers it serves the API, and a run waits in the queue")
    func withoutWorkers() async throws {
        let server = try ServerProcess(["TRIBUTARY_WORKERS": "0"])
        try server.start()
        let client = try server.client()
        let source = try await client.datasources.create(json: [
            "name": "People", "type": "file", "config": ["path": "people.csv"],
        ])
        #expect(try await client.datasources.sync(source.id, wait: 1).status == "queued")
        #expect(try await client.datasources.get(source.id).status == "pending")
        #expect(server.stop() == 0)
        await client.close()
    }

    @Test("an address that is taken is named, with what to do about it")
    func takenAddress() throws {
        let server = try ServerProcess()
        try server.start()
        let port = try #require(server.url.split(separator: ":").last)
        let other = try ServerProcess(["TRIBUTARY_HTTP_PORT": String(port)])
        let (status, output) = try other.run(["serve"])
        #expect(status == 1)
        #expect(output == "")
        #expect(try other.logText().contains("http.address_unavailable"))
    }

    @Test("the doctor finds that the key file is lost")
    func lostKeys() throws {
        let server = try ServerProcess()
        try server.start()
        #expect(server.stop() == 0)
        try FileManager.default.removeItem(atPath: server.folder.path + "/data/master.keys")
        let (status, output) = try server.run(["doctor"])
        #expect(status == 1)
        #expect(output.contains("FAIL  key file"))
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

    @Test("a server that is asked to stop answers its long polls first, and soon")
    func stopsWithLongPoll() async throws {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        let source = try await client.datasources.create(json: [
            "name": "People", "type": "file", "config": ["path": "people.csv"],
        ])
        let start = try await client.datasources.changes(source.id)
        let idle = try sockets(of: #require(server.process).id)
        async let page = client.datasources.changes(source.id, cursor: start.nextCursor, wait: 30)
        // The poll holds a connection once another request needs one of its own.
        let process = try #require(server.process)
        repeat { _ = try await client.health() } while try sockets(of: process.id) < idle + 1
        let clock = ContinuousClock()
        let took = clock.measure { #expect(server.stop() == 0) }
        #expect(took < .seconds(11))
        #expect(try await page.items.isEmpty)
        await client.close()
    }

    @Test("a token minted before the first start is good after it, and a missing folder of connectors is named")
    func firstSteps() async throws {
        let server = try ServerProcess(["TRIBUTARY_CONNECTORS_DIR": "/nowhere"])
        let token = try server.token()
        try server.start()
        let client = TributaryClient(url: server.url, token: token)
        #expect(try await client.datasources.list().total == 0)
        #expect(try server.logText().contains("The folder of connectors /nowhere can't be read."))
        await client.close()
    }

    /// Open sockets of a process.
    private func sockets(of process: Int32) throws -> Int {
        let folder = "/proc/\(process)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            // A descriptor that was closed in between isn't one.
            (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name))?.hasPrefix("socket:")
                == true
        }
    }
}
