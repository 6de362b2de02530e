import Domain
import JSON
import StoreAPI
import Synchronization
import TestSupport
import Testing

@Suite("Runs over HTTP")
struct RunRouteTests {
    private let path = "/api/v1/datasources/"

    @Test("a sync queues one run; asking again joins it or widens it")
    func queue() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let first = try await stage.send(.post, path + id + "/sync", ["entities": ["orders"]])
        #expect(first.status == 202 && first.json["status"] == "queued" && first.json["coalesced"] == nil)
        let run = try #require(first.json["id"]?.stringValue)
        #expect(first.header("Location") == path + id + "/runs/" + run)
        let same = try await stage.send(.post, path + id + "/sync", ["entities": ["orders"]])
        #expect(same.json["id"]?.stringValue == run && same.json["coalesced"] == true)
        let wider = try await stage.send(.post, path + id + "/sync", ["mode": "full"])
        #expect(wider.json["id"]?.stringValue == run && wider.json["coalesced"] == nil && wider.json["mode"] == "full")
        #expect(try await stage.send(.get, path + id).json["active_run_id"]?.stringValue == run)
    }

    @Test("a running run that doesn't cover the request is a conflict that names it")
    func conflict() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let run = try #require(try await stage.send(.post, path + id + "/sync").json["id"])
        let sourceID = try #require(DataSourceID(id))
        try await stage.write { transaction in
            var run = try #require(try transaction.runs.active(of: sourceID))
            run.status = .running
            run.fence = 2
            run.workerID = "w"
            run.leaseUntil = transaction.now + .seconds(30)
            try transaction.runs.update(run)
        }
        #expect(try await stage.send(.post, path + id + "/sync").json["coalesced"] == true)
        let reply = try await stage.send(.post, path + id + "/sync", ["mode": "full"])
        #expect(reply.status == 409 && reply.code == "run.active" && reply.json["run_id"] == run)
    }

    @Test("waiting answers 200 as soon as the run has ended")
    func waitForEnd() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let queued = stage.store.hints.listen(for: .runQueued)
        async let answer = stage.send(.post, path + id + "/sync?wait=30")
        await queued.wait(atMost: .seconds(60), clock: ManualClock().clock)
        try await stage.endRun(of: id)
        let reply = try await answer
        #expect(reply.status == 200 && reply.json["status"] == "succeeded")
    }

    @Test("waiting answers 202 when the time is up")
    func waitInVain() async throws {
        let stage = try await Stage(clock: .leaping())
        let id = try await stage.register()
        let reply = try await stage.send(.post, path + id + "/sync?wait=30")
        #expect(reply.status == 202 && reply.json["status"] == "queued")
    }

    @Test("a cancelled run has ended at once; cancelling it again is a conflict")
    func cancel() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let run = try #require(try await stage.send(.post, path + id + "/sync").json["id"]?.stringValue)
        let place = path + id + "/runs/" + run
        let tag = try await stage.send(.get, path + id).etag
        let reply = try await stage.send(.post, place + "/cancel")
        #expect(
            reply.status == 200 && reply.json["status"] == "cancelled"
                && reply.json["error"]?["code"] == "run.cancelled")
        #expect(try await stage.send(.post, place + "/cancel").code == "run.ended")
        let source = try await stage.send(.get, path + id)
        #expect(source.json["active_run_id"] == .null && source.etag != tag)
    }

    @Test("runs are listed newest first, page by page")
    func list() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        var ids: [JSONValue?] = []
        for _ in 0..<3 {
            ids.insert(try await stage.send(.post, path + id + "/sync").json["id"], at: 0)
            try await stage.endRun(of: id)
            stage.wallClock.advance(by: .seconds(1))
        }
        let first = try await stage.send(.get, path + id + "/runs?limit=2")
        #expect(first.items.map { $0["id"] } == Array(ids.prefix(2)) && first.json["total"] == 3)
        let second = try await stage.send(.get, path + id + "/runs?limit=2&cursor=" + (first.cursor ?? ""))
        #expect(second.items.map { $0["id"] } == [ids[2]] && second.cursor == nil)
        let other = try await stage.register("other")
        #expect(
            try await stage.send(.get, path + other + "/runs?cursor=" + (first.cursor ?? "")).code == "cursor.invalid")
    }

    @Test("rejects are listed in the order met, page by page")
    func rejects() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let run = try #require(try await stage.send(.post, path + id + "/sync").json["id"]?.stringValue)
        let (sourceID, runID) = (try #require(DataSourceID(id)), try #require(RunID(run)))
        try await stage.write { transaction in
            try transaction.runs.insertRejects(
                (0..<3).map { Reject(entity: "orders", reason: "record.key_missing", excerpt: "item \($0)") },
                run: runID, of: sourceID)
        }
        let place = path + id + "/runs/" + run + "/rejects"
        let first = try await stage.send(.get, place + "?limit=2")
        #expect(first.items.map { $0["excerpt"] } == ["item 0", "item 1"] && first.json["total"] == 3)
        let second = try await stage.send(.get, place + "?limit=2&cursor=" + (first.cursor ?? ""))
        #expect(second.items.map { $0["excerpt"] } == ["item 2"] && second.cursor == nil)
    }
}

extension MonotonicClock {
    /// A clock on which every sleep is over at once, and its time has passed.
    static func leaping() -> MonotonicClock {
        let now = Elapsed()
        return MonotonicClock(now: { now.time.withLock { $0 } }, sleep: { step in now.time.withLock { $0 += step } })
    }

    private final class Elapsed: Sendable {
        let time = Mutex(Duration.zero)
    }
}
