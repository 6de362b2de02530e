import Domain
import HTTPAPI
import Hummingbird
import HummingbirdTesting
import JSON
import Registry
import Synchronization
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The Swift client and the server, with a socket between them.
@Suite("The client against the server")
struct ClientAgainstServerTests {
    /// Runs `work` with a client of a stage's server.
    private func withClient(
        clock: MonotonicClock? = nil, _ work: @Sendable (TributaryClient, Stage) async throws -> Void
    ) async throws {
        let stage = try await Stage(clock: clock)
        let token = try stage.token()
        try await stage.application.test(.live) { live in
            let client = TributaryClient(url: "http://127.0.0.1:\(try #require(live.port))", token: token)
            do {
                try await work(client, stage)
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    private static func new(_ name: String) -> NewDataSourceBody {
        NewDataSourceBody(name: name, type: "probe", config: ["host": "db.example", "password": "pw"])
    }

    private func refusal(_ call: () async throws -> Void) async -> TributaryError? {
        await #expect(throws: TributaryError.self) { try await call() }
    }

    @Test("registers, reads, changes, deletes and brings back")
    func day() async throws {
        try await withClient { client, _ in
            let source = try await client.datasources.create(Self.new("Orders"), idempotencyKey: "k-1")
            #expect(source.name == "Orders" && source.secretFields == ["password"])
            let renamed = try await client.datasources.update(source.id, ["name": "Sales"])
            #expect(renamed.name == "Sales")
            try await client.datasources.delete(source.id)
            #expect(try await client.datasources.get(source.id, includeDeleted: true).isDeleted)
            #expect(await refusal { try await client.datasources.delete(source.id) }?.code == .datasourceNotFound)
            let restored = try await client.datasources.restore(source.id)
            #expect(!restored.isDeleted && restored.name == "Sales")
        }
    }

    @Test("lists more sources than a page has, each once and in order")
    func paging() async throws {
        try await withClient { client, _ in
            for number in 0..<57 {
                _ = try await client.datasources.create(Self.new("source \(String(number + 100))"))
            }
            var filter = DataSourceFilter()
            filter.sort = "name"
            let page = try await client.datasources.list(filter)
            #expect(page.items.count == 50 && page.total == 57)
            for limit in [nil, 1, 7, 57, 500] {
                filter.limit = limit
                let names = try await client.datasources.all(filter).reduce(into: []) { $0.append($1.name) }
                #expect(names == (0..<57).map { "source \($0 + 100)" }, "\(limit ?? 50) a page")
            }
        }
    }

    @Test("an update by an older tag is refused, by the newest it isn't; a read by the newest is spared")
    func tags() async throws {
        try await withClient { client, _ in
            let id = try await client.datasources.create(Self.new("a")).id
            let read = try await client.datasources.getTagged(id)
            let old = try #require(read.tag)
            #expect(try await client.datasources.get(id, ifNoneMatch: old) == nil)
            let updated = try await client.datasources.update(id, ["name": "b"], ifMatch: old)
            #expect(updated.name == "b" && updated.tag != old)
            let error = await refusal { _ = try await client.datasources.update(id, ["name": "c"], ifMatch: old) }
            #expect(error?.status == 412 && error?.code == .datasourceChanged)
            #expect(await refusal { try await client.datasources.delete(id, ifMatch: old) }?.status == 412)
            #expect(try await client.datasources.get(id, ifNoneMatch: old)?.name == "b")
            try await client.datasources.delete(id, ifMatch: updated.tag)
        }
    }

    @Test("edits from many tasks at once are all applied")
    func edits() async throws {
        try await withClient { client, _ in
            let id = try await client.datasources.create(Self.new("x")).id
            try await withThrowingTaskGroup { group in
                for _ in 0..<5 {
                    group.addTask { _ = try await client.datasources.edit(id) { ["name": .string($0.name + "+")] } }
                }
                try await group.waitForAll()
            }
            #expect(try await client.datasources.get(id).name == "x+++++")
        }
    }

    @Test("a run is queued, watched to its end, listed; one that has ended can't be cancelled")
    func runs() async throws {
        try await withClient { client, stage in
            let id = try await client.datasources.create(Self.new("a")).id
            let queued = try await client.datasources.sync(id, SyncRequestBody(entities: ["orders"]))
            #expect(queued.status == "queued")
            var statuses: [String] = []
            for try await run in client.datasources.watch(queued) {
                if statuses.isEmpty { try await stage.endRun(of: id) }
                statuses.append(run.status)
            }
            #expect(statuses == ["queued", "succeeded"])
            let second = try await client.datasources.sync(id)
            let cancelled = try await client.datasources.cancel(id, second.id)
            #expect(cancelled.status == "cancelled")
            #expect(try await client.datasources.finished(second).status == "cancelled")
            #expect(await refusal { _ = try await client.datasources.cancel(id, second.id) }?.code == .runEnded)
            let listed = try await client.datasources.allRuns(id, limit: 1).reduce(into: []) { $0.append($1.id) }
            #expect(listed == [second.id, queued.id])
            let rejects = try await client.datasources.allRejects(id, second.id).reduce(0) { count, _ in count + 1 }
            #expect(rejects == 0)
        }
    }

    @Test("a run's events come from its beginning to its end, and a watcher needs nothing else")
    func events() async throws {
        try await withClient(clock: .machine) { client, stage in
            let id = try await client.datasources.create(Self.new("a")).id
            let run = try await client.datasources.sync(id)
            let (told, telling) = AsyncStream.makeStream(of: SyncRunBody.self)
            let reader = Task {
                for try await run in client.datasources.events(id, run.id) { telling.yield(run) }
            }
            var tellings = told.makeAsyncIterator()
            #expect(await tellings.next() == run)
            let watcher = Task { try await client.datasources.finished(run, within: .seconds(60)) }
            try await stage.endRun(of: id, .failed)
            #expect(await tellings.next()?.status == "failed")
            try await reader.value
            let ended = try await watcher.value
            #expect(ended.status == "failed")
            let again = try await client.datasources.events(id, run.id).reduce(into: []) { $0.append($1) }
            #expect(again == [ended])
            let other = await refusal {
                for try await _ in client.datasources.events(id, "run_01JD2Y6V9N0QH8Z4M7K3T5R1XA") {}
            }
            #expect(other?.code == .runNotFound)
        }
    }

    @Test("records come over all their pages, and single ones by key")
    func records() async throws {
        try await withClient { client, stage in
            let id = try await client.datasources.create(Self.new("a")).id
            try await stage.storeRecords("orders", (100..<163).map { ("[\($0)]", "{\"id\":\($0)}") }, of: id)
            for limit in [nil, 10] {
                let keys = try await client.datasources.allRecords(id, "orders", RecordFilter(limit: limit))
                    .reduce(into: []) { $0.append($1.key.text) }
                #expect(keys == (100..<163).map { "[\($0)]" })
            }
            let some = try await client.datasources.records(id, "orders", RecordFilter(keys: ["[100]", "[162]"]))
            #expect(some.items.map { $0.data?.text } == [#"{"id":100}"#, #"{"id":162}"#])
        }
    }

    @Test("the feed is caught up with from a stored cursor, and followed until an erasure voids the cursor")
    func feed() async throws {
        try await withClient { client, stage in
            let id = try await client.datasources.create(Self.new("a")).id
            try await stage.storeRecords("orders", [("[1]", "{}"), ("[2]", "{}"), ("[3]", "{}")], of: id)
            var stored: String?
            var keys: [String] = []
            for try await page in client.datasources.catchUp(id, from: nil, limit: 2) {
                keys += page.items.map(\.key.text)
                stored = page.cursor
            }
            #expect(keys == ["[1]", "[2]", "[3]"])
            for try await page in client.datasources.catchUp(id, from: stored) {
                Issue.record("\(page.items.count) changes that were read before")
            }
            let (followed, following) = AsyncStream.makeStream(of: [RecordBody].self)
            let reader = Task { [stored] in
                for try await page in client.datasources.follow(id, from: stored) { following.yield(page.items) }
            }
            try await stage.storeRecords("orders", [("[4]", "{}")], of: id)
            var pages = followed.makeAsyncIterator()
            #expect(await pages.next()?.map(\.key.text) == ["[4]"])
            // Meanwhile the reader waits in a long poll, and an erasure voids its cursor.
            #expect(try await client.datasources.erase(id, entity: "orders").erased == 4)
            let end = await #expect(throws: TributaryError.self) { try await reader.value }
            #expect(end?.status == 410 && end?.code == .cursorExpired)
            var anew: [RecordBody] = []
            for try await page in client.datasources.catchUp(id, from: nil) { anew += page.items }
            #expect(anew.count == 4 && anew.allSatisfy { $0.isDeleted && $0.data == nil })
        }
    }

    @Test("a cursor of another feed is told, and a follower ends at once when it is cancelled")
    func cursors() async throws {
        try await withClient { client, stage in
            let id = try await client.datasources.create(Self.new("a")).id
            try await stage.storeRecords("orders", [("[1]", "{}")], of: id)
            let cursor = try #require(try await client.datasources.changes(id).nextCursor)
            let other = await refusal {
                for try await _ in client.datasources.catchUp(id, from: cursor, entity: "orders") {}
            }
            #expect(other?.status == 400 && other?.code == .cursorInvalid)
            let (followed, following) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                for try await _ in client.datasources.follow(id, from: nil) { following.yield() }
            }
            var pages = followed.makeAsyncIterator()
            await pages.next()
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            // No time passes here: the poll that the reader left ends by a change.
            try await stage.storeRecords("orders", [("[2]", "{}")], of: id)
        }
    }

    @Test("records are pushed in as many requests as they need, and what is rejected is told by its place among all")
    func push() async throws {
        try await withClient { client, _ in
            let new = NewDataSourceBody(
                name: "Pushed", type: "push", config: ["entities": ["orders": ["primary_key": ["id"]]]])
            let id = try await client.datasources.create(new).id
            let items = (0..<50_001).map { number -> JSONObject in
                [7, 25_007, 50_000].contains(number) ? ["no": "key"] : ["id": .int(Int64(number))]
            }
            let total = try await client.datasources.push(id, "orders", items)
            #expect(total.received == 50_001 && total.inserted == 49_998 && total.rejected == 3)
            #expect(total.rejects.map(\.index) == [7, 25_007, 50_000])
            #expect(total.seq == 49_998)
            let gone = try await client.datasources.push(id, "orders", [["id": 1, "_deleted": true] as JSONObject])
            #expect(gone.deleted == 1)
            #expect(try await client.datasources.push(id, "orders", [JSONObject]()).received == 0)
        }
    }

    @Test("sources are checked and say what they offer; connectors and schedules are asked about")
    func catalogue() async throws {
        try await withClient { client, _ in
            let id = try await client.datasources.create(Self.new("a")).id
            for _ in 0..<3 { #expect(try await client.datasources.check(id).isOK) }
            #expect(try await client.datasources.entities(id).map(\.name) == ["orders", "items"])
            #expect(try await client.connectors.list().items.map(\.type) == ["house", "probe", "push"])
            #expect(try await client.connectors.get("probe").title == "Probe")
            #expect(try await client.connectors.check("probe", config: ["host": "h", "password": "p"]).isOK)
            #expect(try await client.schedules.preview("@hourly", count: 3).times.count == 3)
            #expect(try await client.health().version == "1.2.3")
            #expect(try await client.server.ready().database == "ok")
        }
    }

    @Test("refusals have their codes, faults and request ids")
    func refusals() async throws {
        try await withClient { client, _ in
            let missing = await refusal { _ = try await client.datasources.get("ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA") }
            #expect(missing?.status == 404 && missing?.code == .datasourceNotFound && missing?.requestID != nil)
            let invalid = await refusal {
                _ = try await client.datasources.create(json: ["name": "", "type": "probe", "config": [:], "x": 1])
            }
            #expect(invalid?.status == 422 && invalid?.code == .datasourceInvalid)
            #expect(invalid?.errors.contains { $0.pointer == "/x" && $0.code == "field.unknown" } == true)
            #expect(await refusal { _ = try await client.connectors.get("nosuch") }?.code == .connectorUnknown)
            #expect(await refusal { _ = try await client.schedules.preview("never") }?.code == .requestInvalid)
            let id = try await client.datasources.create(Self.new("a")).id
            _ = try await client.datasources.update(id, ["status": "paused"])
            #expect(await refusal { _ = try await client.datasources.sync(id) }?.code == .datasourcePaused)
        }
    }

    @Test("a token of too small a scope and none at all are refused; a provider's token is renewed once")
    func tokens() async throws {
        let stage = try await Stage()
        let good = try stage.token()
        let small = try stage.token(grants: GrantSet([.recordsRead]))
        try await stage.application.test(.live) { live in
            let url = "http://127.0.0.1:\(try #require(live.port))"
            let reader = TributaryClient(url: url, token: small)
            #expect(await refusal { _ = try await reader.datasources.list() }?.code == .scopeMissing)
            let nobody = TributaryClient(url: url, token: nil)
            #expect(await refusal { _ = try await nobody.datasources.list() }?.code == .invalidToken)
            let made = Mutex(0)
            let minting = TributaryClient(url: url) {
                let count = made.withLock { made in
                    made += 1
                    return made
                }
                return AccessToken(count == 1 ? "an.expired.one" : good)
            }
            #expect(try await minting.datasources.list().total == 0)
            #expect(made.withLock { $0 } == 2)
        }
    }

    @Test("registers an Application, makes a key, works with its tokens, and is out once the key is revoked")
    func applications() async throws {
        let stage = try await Stage()
        let admin = try stage.token()
        try await stage.application.test(.live) { live in
            let url = "http://127.0.0.1:\(try #require(live.port))"
            let owner = TributaryClient(url: url, token: admin)
            let made = try await owner.applications.create(NewApplicationBody(name: "Export"))
            let key = try await owner.applications.keys.create(made.id, NewAPIKeyBody(name: "ci"))
            let secret = try #require(key.secret)
            let program = TributaryClient(url: url, clientID: made.id, clientSecret: secret)
            let source = try await program.datasources.create(Self.new("of the program"))
            #expect(source.appID == made.id && source.createdBy == made.id)
            #expect(try await program.datasources.list().total == 1)
            let reader = TributaryClient(url: url, clientID: made.id, clientSecret: secret, scope: "records:read")
            #expect(await refusal { _ = try await reader.datasources.list() }?.code == .scopeMissing)
            let listed = try await owner.applications.keys.list(made.id)
            #expect(listed.items.map(\.id) == [key.id] && listed.items[0].secret == nil)
            #expect(listed.items[0].lastUsedAt != nil)

            let next = try #require(try await owner.applications.keys.create(made.id).secret)
            try await owner.applications.keys.revoke(made.id, key.id)
            let ended = await refusal { _ = try await program.datasources.list() }
            #expect(ended?.status == 401 && ended?.code == .invalidClient)
            let rotated = TributaryClient(url: url, clientID: made.id, clientSecret: next)
            #expect(try await rotated.datasources.list().total == 1)

            #expect(try await owner.applications.update(made.id, ["name": "Export 2"]).name == "Export 2")
            try await owner.applications.delete(made.id)
            #expect(await refusal { _ = try await owner.applications.get(made.id) }?.code == .applicationNotFound)
            #expect(try await owner.applications.get(made.id, includeDeleted: true).isDeleted)
            #expect(await refusal { _ = try await rotated.datasources.list() }?.code == .invalidClient)
            #expect(try await owner.applications.restore(made.id).isDeleted == false)
            var names: [String] = []
            for try await one in owner.applications.all() { names.append(one.name) }
            #expect(names == ["Export 2"])
            #expect(try await owner.datasources.get(source.id).appID == made.id, "its DataSources stay")
        }
    }

    @Test("the codes that the client names are the server's")
    func codes() {
        let pairs: [(TributaryError.Code, ErrorCode)] = [
            (.scopeMissing, .scopeMissing), (.datasourceNotFound, .sourceNotFound),
            (.datasourceInvalid, .sourceInvalid),
            (.datasourceChanged, .sourceChanged), (.requestInvalid, .requestInvalid), (.runNotFound, .runNotFound),
            (.runEnded, .runEnded), (.cursorInvalid, .cursorInvalid), (.cursorExpired, .cursorExpired),
            (.connectorBusy, .connectorBusy), (.tooManyWaiting, .tooManyWaiting),
            (.serverNotReady, .notReady), (.serverInterrupted, .interrupted), (.invalidClient, .authInvalidClient),
            (.invalidScope, .authInvalidScope), (.tooManyAttempts, .authTooManyAttempts),
            (.applicationNotFound, .applicationNotFound), (.applicationScopeExceeded, .applicationScopeExceeded),
        ]
        for (named, own) in pairs { #expect(named.rawValue == own.code) }
    }
}
