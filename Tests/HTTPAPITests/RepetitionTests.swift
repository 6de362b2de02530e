import Domain
import JSON
import StoreAPI
import Synchronization
import TestSupport
import Testing

@Suite("Every POST again with its key")
struct RepetitionTests {
    private let path = "/api/v1/datasources/"
    private let headers = ["Idempotency-Key": "k-1"]

    @Test("a sync is asked for once: later it may be refused, the repetition isn't")
    func sync() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let first = try await stage.send(.post, path + id + "/sync", headers: headers)
        #expect(first.status == 202)
        try await stage.endRun(of: id)
        _ = try await stage.send(.patch, path + id, ["status": "paused"])
        let again = try await stage.send(.post, path + id + "/sync", headers: headers)
        #expect(again.status == 202 && again.bytes == first.bytes)
        #expect(again.header("Location") == first.header("Location"))
        #expect(try await stage.send(.get, path + id + "/runs").json["total"] == 1)
        #expect(try await stage.send(.post, path + id + "/sync", headers: ["Idempotency-Key": "k"]).status == 409)
    }

    @Test("a sync that waits is answered to a repetition with the queued run, and with the ended one afterwards")
    func waitingSync() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let queued = stage.store.hints.listen(for: .runQueued)
        async let answer = stage.send(.post, path + id + "/sync?wait=30", headers: headers)
        await queued.wait(atMost: .seconds(60), clock: ManualClock().clock)
        let early = try await stage.send(.post, path + id + "/sync?wait=30", headers: headers)
        #expect(early.status == 202 && early.json["status"] == "queued")
        #expect(early.header("Idempotent-Replayed") == "true")
        try await stage.endRun(of: id)
        let first = try await answer
        #expect(first.status == 200 && first.json["id"] == early.json["id"])
        let late = try await stage.send(.post, path + id + "/sync?wait=30", headers: headers)
        #expect(late.status == 200 && late.bytes == first.bytes)
        #expect(try await stage.send(.get, path + id + "/runs").json["total"] == 1)
    }

    @Test("a cancel that was answered isn't a conflict the second time")
    func cancel() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let run = try #require(try await stage.send(.post, path + id + "/sync").json["id"]?.stringValue)
        let place = path + id + "/runs/" + run + "/cancel"
        let first = try await stage.send(.post, place, headers: headers)
        #expect(first.status == 200)
        #expect(try await stage.send(.post, place, headers: headers).bytes == first.bytes)
        #expect(try await stage.send(.post, place).code == "run.ended")
    }

    @Test("an erasure is counted once, and what came after it stays")
    func erase() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        try await stage.storeRecords("orders", [("[1]", "{}"), ("[2]", "{}")], of: id)
        let first = try await stage.send(.post, path + id + "/erase", headers: headers)
        #expect(first.json["erased"] == 2)
        try await stage.storeRecords("orders", [("[3]", "{}")], of: id)
        #expect(try await stage.send(.post, path + id + "/erase", headers: headers).bytes == first.bytes)
        #expect(try await stage.send(.get, path + id + "/records/orders").json["total"] == 1)
    }

    @Test("an erasure cut short goes on when it is repeated")
    func eraseCutShort() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let records = (0..<10_001).map { (key: "[\($0)]", body: Optional("{}")) }
        try await stage.storeRecords("orders", records, of: id)
        stage.faulty.fail(write: 2, .before(AppError(.storeUnavailable)))
        #expect(try await stage.send(.post, path + id + "/erase", headers: headers).status == 503)
        let again = try await stage.send(.post, path + id + "/erase", headers: headers)
        #expect(again.json["erased"] == 1 && again.header("Idempotent-Replayed") == nil)
        #expect(try await stage.send(.post, path + id + "/erase", headers: headers).bytes == again.bytes)
        #expect(try await stage.send(.get, path + id + "/records/orders").json["total"] == 0)
    }

    @Test("an Application and its key are made once; the secret comes again and lies nowhere in plain text")
    func applications() async throws {
        let stage = try await Stage()
        let applications = "/api/v1/applications"
        let first = try await stage.send(.post, applications, ["name": "Shop"], headers: headers)
        #expect(first.status == 201)
        #expect(try await stage.send(.post, applications, ["name": "Shop"], headers: headers).bytes == first.bytes)
        #expect(try await stage.send(.get, applications).json["total"] == 1)
        let keys = applications + "/" + (try #require(first.json["id"]?.stringValue)) + "/keys"
        let key = try await stage.send(.post, keys, headers: ["Idempotency-Key": "k-2"])
        let secret = try #require(key.json["secret"]?.stringValue)
        let again = try await stage.send(.post, keys, headers: ["Idempotency-Key": "k-2"])
        #expect(again.bytes == key.bytes && again.header("Cache-Control") == "no-store")
        #expect(try await stage.send(.get, keys).json["total"] == 1)
        #expect(try !stage.stored().contains(secret.suffix(43)))
    }

    @Test("checks and previews are asked for once")
    func questions() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let config: JSONValue = ["config": ["host": "h", "password": "p"]]
        let asked: [(String, JSONValue?)] = [
            (path + id + "/check", nil), ("/api/v1/connectors/probe/check", config),
            ("/api/v1/schedules/preview", ["schedule": "@daily"]),
        ]
        for (number, (place, body)) in asked.enumerated() {
            let headers = ["Idempotency-Key": "q-\(number)"]
            let first = try await stage.send(.post, place, body, headers: headers)
            stage.wallClock.advance(by: .seconds(1))
            let again = try await stage.send(.post, place, body, headers: headers)
            #expect(first.status == 200 && again.bytes == first.bytes, "\(place)")
            #expect(again.header("Idempotent-Replayed") == "true", "\(place)")
        }
        #expect(stage.connector.contexts.count == 2)
    }

    @Test("a question whose answer can't be kept is answered all the same")
    func fullDisk() async throws {
        let stage = try await Stage()
        stage.faulty.fail(write: 1, .before(AppError(.storeFull)))
        let reply = try await stage.send(
            .post, "/api/v1/schedules/preview", ["schedule": "@daily"], headers: headers)
        #expect(reply.status == 200)
    }

    @Test("a twin waits for the first, and is told to come again when that takes too long")
    func twins() async throws {
        let clock = ManualClock()
        let stage = try await Stage(clock: clock.clock)
        let id = try await stage.register()
        let gate = Gate()
        stage.connector.onCall { _ in try await gate.wait() }
        async let first = stage.send(.post, path + id + "/check", headers: headers)
        await gate.arrival()
        let isOver = Mutex(false)
        let impatient = Task {
            defer { isOver.withLock { $0 = true } }
            return try await stage.send(.post, path + id + "/check", headers: headers)
        }
        // The twin looks every two seconds, ten at most; the check's own limit is further off.
        while !isOver.withLock({ $0 }) {
            clock.wakeNext(within: .seconds(2))
            await Task.yield()
        }
        let refused = try await impatient.value
        #expect(refused.code == "idempotency.in_progress" && refused.header("Retry-After") == "1")
        async let patient = stage.send(.post, path + id + "/check", headers: headers)
        gate.open()
        let answer = try await first
        #expect(try await patient.bytes == answer.bytes)
        #expect(stage.connector.contexts.count == 1)
    }
}
