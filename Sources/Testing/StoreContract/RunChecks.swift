import Domain
import StoreAPI
import TestSupport

let runChecks = [
    StoreCheck("gives back every field of a run") { stage in
        let source = try await stage.source()
        let plain = try await stage.run(of: source) { $0.scheduledFor = $0.createdAt - .seconds(1) }
        try expectEqual(try await stage.read { try $0.runs.find(plain.id, of: source.id) }, plain)
        let full = filled(plain, at: stage.clock.now)
        try await stage.write { try $0.runs.update(full) }
        try expectEqual(try await stage.read { try $0.runs.find(full.id, of: source.id) }, full)
        try expectEqual(try await stage.read { try $0.runs.active(of: source.id) }, full)
    },
    StoreCheck("refuses a second active run of a DataSource") { stage in
        let source = try await stage.source()
        var first = try await stage.run(of: source)
        let second = stage.newRun(of: source)
        try expectEqual(try await stage.write { try $0.runs.insert(second) }, false)
        first.status = .running
        let running = first
        try await stage.write { try $0.runs.update(running) }
        try expectEqual(try await stage.write { try $0.runs.insert(second) }, false)
        try expectEqual(try await stage.read { try $0.runs.find(second.id, of: source.id) }, nil)
        for status in [SyncRun.Status.succeeded, .failed, .cancelled, .needsReview] {
            var run = try await stage.read { try require($0.runs.active(of: source.id)) }
            run.status = status
            let ended = run
            try await stage.write { try $0.runs.update(ended) }
            _ = try await stage.run(of: source)
        }
        try expectEqual(try await stage.read { try $0.runs.count(of: source.id) }, 5)
    },
    StoreCheck("refuses a second run for one tick") { stage in
        let source = try await stage.source()
        let tick = stage.clock.now
        var run = try await stage.run(of: source) { $0.scheduledFor = tick }
        run.status = .succeeded
        let ended = run
        try await stage.write { try $0.runs.update(ended) }
        let again = stage.newRun(of: source) { $0.scheduledFor = tick }
        try expectEqual(try await stage.write { try $0.runs.insert(again) }, false)
        _ = try await stage.run(of: source) { $0.scheduledFor = tick + .seconds(60) }
    },
    StoreCheck("renews the lease of a running run under its fence only") { stage in
        let source = try await stage.source()
        let run = try await stage.run(of: source) { run in
            run.status = .running
            run.fence = 5
        }
        let until = stage.clock.now + .seconds(30)
        let renewed = try await stage.write { transaction in
            [
                try transaction.runs.renewLease(run.id, of: source.id, fence: 4, until: until),
                try transaction.runs.renewLease(run.id, of: source.id, fence: 5, until: until),
            ]
        }
        try expectEqual(renewed, [false, true])
        var ended = try await stage.read { try require($0.runs.find(run.id, of: source.id)) }
        try expectEqual(ended.leaseUntil, until)
        ended.status = .failed
        let over = ended
        try await stage.write { try $0.runs.update(over) }
        try expectEqual(
            try await stage.write { try $0.runs.renewLease(run.id, of: source.id, fence: 5, until: until) }, false)
    },
    StoreCheck("lists runs newest first, page by page") { stage in
        let source = try await stage.source()
        var ids: [RunID] = []
        for _ in 0..<5 {
            stage.clock.advance(by: .milliseconds(1))
            ids.append(try await stage.run(of: source) { $0.status = .succeeded }.id)
        }
        let expected = Array(ids.reversed())
        let first = try await stage.read { try $0.runs.list(of: source.id, after: nil, limit: 3).map(\.id) }
        try expectEqual(first, Array(expected.prefix(3)))
        let rest = try await stage.read { try $0.runs.list(of: source.id, after: expected[2], limit: 3).map(\.id) }
        try expectEqual(rest, Array(expected.suffix(2)))
    },
    StoreCheck("keeps a bounded number of a run's rejects, in order") { stage in
        let source = try await stage.source()
        let run = try await stage.run(of: source)
        let rejects = (0..<600).map { Reject(entity: "customers", reason: "record.key_missing", excerpt: "line \($0)") }
        for _ in 0..<2 { try await stage.write { try $0.runs.insertRejects(rejects, run: run.id, of: source.id) } }
        try expectEqual(
            try await stage.read { try $0.runs.rejectCount(of: run.id, source: source.id) }, maxRejectsKept)
        let page = try await stage.read { transaction in
            try transaction.runs.rejects(of: run.id, source: source.id, after: 598, limit: 3)
                .map { "\($0.position) \($0.reject.excerpt)" }
        }
        try expectEqual(page, ["599 line 598", "600 line 599", "601 line 0"])
    },
    StoreCheck("purges ended runs with their rejects, a few at a time") { stage in
        let source = try await stage.source()
        let reject = Reject(entity: "a", reason: "b", excerpt: "c")
        for _ in 0..<3 {
            let run = try await stage.run(of: source) { run in
                run.status = .failed
                run.finishedAt = run.createdAt
            }
            try await stage.write { try $0.runs.insertRejects([reject], run: run.id, of: source.id) }
        }
        let active = try await stage.run(of: source)
        stage.clock.advance(by: .seconds(1))
        let purged = try await stage.write { transaction in
            try (0..<2).map { _ in try transaction.runs.purge(finishedBefore: transaction.now, limit: 2) }
        }
        try expectEqual(purged, [2, 1])
        try expectEqual(
            try await stage.read { try $0.runs.list(of: source.id, after: nil, limit: 9).map(\.id) }, [active.id])
    },
    StoreCheck("counts the tenant's running runs") { stage in
        for status in [SyncRun.Status.queued, .running, .running, .failed] {
            let source = try await stage.source()
            _ = try await stage.run(of: source) { $0.status = status }
        }
        try expectEqual(try await stage.read { try $0.runs.runningCount() }, 2)
    },
    StoreCheck("counts the running runs for one that starts another at a time, of many at once") { stage in
        var waiting: [SyncRun] = []
        for place in 0..<32 {
            let source = try await stage.source()
            waiting.append(try await stage.run(of: source) { $0.host = place.isMultiple(of: 2) ? "db.example" : nil })
        }
        let runs = waiting
        // More than once: at first a store may have one connection alone.
        for _ in 0..<6 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for run in runs { group.addTask { try await start(run, stage) } }
                try await group.waitForAll()
            }
            try expectEqual(try await stage.read { try $0.runs.runningCount() }, 7)
            let share = try await stage.read { try $0.runs.runningCount(on: "db.example") }
            try expect(share <= 2, "a host's share holds")
            try await stage.write { transaction in for run in runs { try transaction.runs.update(run) } }
        }
    },
]

/// Makes a run a running one, as far as there is room for it.
private func start(_ run: SyncRun, _ stage: ContractStage) async throws {
    try await stage.write { transaction in
        guard try transaction.runs.runningCount() < 7 else { return }
        if let host = run.host, try transaction.runs.runningCount(on: host) >= 2 { return }
        var run = run
        run.status = .running
        try transaction.runs.update(run)
    }
}

private func filled(_ plain: SyncRun, at now: Timestamp) -> SyncRun {
    var run = plain
    run.requestedMode = .incremental
    run.requestedEntities = ["a", "größe"]
    run.allowsDeletes = true
    run.status = .running
    run.attempt = 2
    run.fruitlessClaims = 1
    run.runAfter = now + .seconds(2)
    run.startedAt = now + .seconds(3)
    run.finishedAt = now + .seconds(4)
    run.workerID = "w1"
    run.fence = 9
    run.leaseUntil = now + .seconds(5)
    var counts = EntityCounts(name: "a", mode: .full)
    counts.read = 8
    counts.inserted = 1
    counts.updated = 2
    counts.deleted = 3
    counts.unchanged = 4
    counts.rejected = 5
    counts.duplicates = 6
    counts.bytes = 1 << 40
    counts.isComplete = true
    run.entities = [counts, EntityCounts(name: "b", mode: .incremental)]
    run.error = RunError(code: "a.b", message: "c", recovery: .fixConfig, at: now, run: run.id)
    return run
}
