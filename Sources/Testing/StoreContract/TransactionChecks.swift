import Dispatch
import Domain
import StoreAPI
import TestSupport

let transactionChecks = [
    StoreCheck("rolls back a write that throws") { stage in
        let source = stage.newSource()
        do {
            try await stage.write { transaction in
                try transaction.sources.insert(source)
                throw Interruption()
            }
            throw ContractFailure(description: "the write's own error was swallowed")
        } catch is Interruption {}
        try expectEqual(try await stage.read { try $0.sources.find(source.id) }, nil)
    },
    StoreCheck("shows a write to every read that begins after it") { stage in
        for _ in 0..<50 {
            let source = try await stage.source()
            try expectEqual(try await stage.read { try $0.sources.find(source.id)?.id }, source.id)
        }
    },
    StoreCheck("refuses to write in a read") { stage in
        let source = stage.newSource()
        try await expectError(.storeBroken) { try await stage.read { try $0.sources.insert(source) } }
        try expectEqual(try await stage.read { try $0.sources.find(source.id) }, nil)
    },
    StoreCheck("reads one snapshot however long it takes") { stage in
        let looked = DispatchSemaphore(value: 0)
        let written = DispatchSemaphore(value: 0)
        async let counts = stage.read { transaction in
            let before = try transaction.sources.count(DataSourceQuery())
            looked.signal()
            try expect(written.wait(timeout: .now() + 60) == .success, "a write goes on beside a read")
            return [before, try transaction.sources.count(DataSourceQuery())]
        }
        try await wait(for: looked)
        _ = try await stage.source()
        written.signal()
        try expectEqual(try await counts, [0, 0])
        try expectEqual(try await stage.read { try $0.sources.count(DataSourceQuery()) }, 1)
    },
    StoreCheck("reads the clock once a transaction") { stage in
        let times = try await stage.write { transaction in
            let first = transaction.now
            stage.clock.advance(by: .seconds(1))
            return [first, transaction.now]
        }
        try expectEqual(times[0], times[1])
        try expectEqual(try await stage.read { $0.now }, stage.clock.now)
    },
    StoreCheck("posts a hint after its commit, and none without one") { stage in
        let source = stage.newSource()
        let rolledBack = stage.store.hints.listen(for: .runQueued)
        let committed = stage.store.hints.listen(for: .source(source.id))
        // The error is the check's own and comes on purpose.
        try? await stage.write { transaction in
            transaction.post(.runQueued)
            throw Interruption()
        }
        try await stage.write { transaction in
            transaction.post(.source(source.id))
            try transaction.sources.insert(source)
        }
        try expect(await committed.hasHint(within: .seconds(60)), "the hint comes")
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.id }, source.id)
        try expect(await !rolledBack.hasHint(within: .milliseconds(100)), "no hint of a write that was rolled back")
    },
]

let groupChecks = [
    StoreCheck("keeps writes made at once apart when some of them throw") { stage in
        let sources = (0..<300).map { stage.newSource("source \($0)") }
        let failed = await withTaskGroup(of: Int.self) { group in
            for (place, source) in sources.enumerated() {
                group.addTask {
                    do {
                        try await stage.write { transaction in
                            try transaction.sources.insert(source)
                            if place % 7 == 3 { throw Interruption() }
                        }
                        return 0
                    } catch {
                        return 1
                    }
                }
            }
            return await group.reduce(0, +)
        }
        try expectEqual(failed, 43)
        let stored = try await stage.read { transaction in
            try sources.map { try transaction.sources.find($0.id) != nil }
        }
        try expectEqual(stored, sources.indices.map { $0 % 7 != 3 })
    },
    StoreCheck("loses no update of writes made at once") { stage in
        let source = try await stage.source()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await stage.change(source) { _, sync in sync.fence += 1 }
                }
            }
            try await group.waitForAll()
        }
        try expectEqual(try await stage.read { try $0.sync.lock(source.id)?.fence }, 201)
    },
    StoreCheck("lets nobody change a DataSource, a run or an Application between a write's look and its change") {
        stage in
        let source = try await stage.source()
        _ = try await stage.run(of: source)
        let application = ClientApplication(
            id: stage.ids.next(ApplicationKind.self), tenant: stage.scope.tenant, name: "", grants: .all,
            createdAt: stage.clock.now, createdBy: "ann")
        try await stage.write { try $0.applications.insert(application) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await stage.write { transaction in
                        var now = try require(transaction.sources.find(source.id))
                        now.configVersion += 1
                        try transaction.sources.update(now)
                    }
                }
                group.addTask {
                    try await stage.write { transaction in
                        var now = try require(transaction.runs.active(of: source.id))
                        now.attempt += 1
                        try transaction.runs.update(now)
                    }
                }
                group.addTask {
                    try await stage.write { transaction in
                        var now = try require(transaction.applications.find(application.id))
                        now.name += "x"
                        try transaction.applications.update(now)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await stage.read { transaction in
            let changed = try transaction.sources.find(source.id)?.configVersion
            try expectEqual(changed, source.configVersion + 40)
            try expectEqual(try transaction.runs.active(of: source.id)?.attempt, 40)
            try expectEqual(try transaction.applications.find(application.id)?.name.utf8.count, 40)
        }
    },
]

/// Waits on a thread of its own, not of the task pool.
private func wait(for semaphore: DispatchSemaphore) async throws {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: semaphore.wait(timeout: .now() + 60)) }
    }
    try expect(result == .success, "the read begins")
}
