import Domain
import StoreAPI
import TestSupport

let tenancyChecks = [
    StoreCheck("shows a tenant nothing of another's") { stage in
        let victim = try await Victim(stage, in: stage.scope)
        try await victim.expectHidden(from: Scope(tenant: .named("other")), stage)
    },
    StoreCheck("shows an Application's token nothing of another's or of none's") { stage in
        for owner: AppID? in [.named("shop"), nil] {
            let victim = try await Victim(stage, in: Scope(tenant: stage.scope.tenant, app: owner))
            try await victim.expectHidden(from: Scope(tenant: stage.scope.tenant, app: .named("thief")), stage)
        }
    },
    StoreCheck("shows an Application's token what is its own, and the tenant everything") { stage in
        let shop = Scope(tenant: stage.scope.tenant, app: .named("shop"))
        let source = try await stage.source(in: shop)
        for scope in [shop, stage.scope] {
            try expectEqual(try await stage.store.read(scope) { try $0.sources.find(source.id)?.id }, source.id)
            try expectEqual(try await stage.store.read(scope) { try $0.sync.lock(source.id)?.source }, source.id)
        }
    },
    StoreCheck("keeps rows of two tenants apart that have the same ids") { stage in
        let other = Scope(tenant: .named("other"))
        let source = try await stage.source("ours")
        var twin = source
        twin.tenant = other.tenant
        twin.name = "theirs"
        let theirs = twin
        let run = stage.newRun(of: theirs)
        try await stage.store.write(other) { transaction in
            try transaction.sources.insert(theirs)
            _ = try transaction.runs.insert(run)
            var sync = try require(transaction.sync.lock(theirs.id))
            let batch = RecordBatch.of("customers", [("a", "theirs")])
            _ = try transaction.records.merge(batch, run: run.id, read: nil, sync: &sync)
            sync.fence = 50
            try transaction.sync.save(sync)
        }
        _ = try await stage.merge([("a", "ours")], of: source)
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.name }, "ours")
        try expectEqual(try await stage.read { try $0.sync.lock(source.id)?.fence }, 1)
        try expectEqual(try await stage.read { try $0.runs.active(of: source.id) }, nil)
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.activeRun }, nil)
        try expectEqual(try await stage.records(of: source).map(\.bodyText), ["ours"])
        let theirRecords = try await stage.store.read(other) {
            try $0.records.list(RecordQuery(entity: "customers"), of: theirs.id).map(\.bodyText)
        }
        try expectEqual(theirRecords, ["theirs"])
    },
]

/// One tenant's things, which another scope tries to reach by every method.
private struct Victim {
    let source: DataSource
    let run: SyncRun
    let read: ReadToken

    init(_ stage: ContractStage, in scope: Scope) async throws {
        let past = stage.clock.now - .seconds(100)
        source = try await stage.source("victim", in: scope) { $0.secrets = ["password": [1]] }
        _ = try await stage.run(of: source) { ended in
            ended.status = .failed
            ended.finishedAt = past
        }
        run = try await stage.run(of: source) { run in
            run.status = .running
            run.fence = 1
        }
        read = ReadToken(source: source.id, fence: 1)
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source, run: run.id, read: read)
        _ = try await stage.merge([("b", nil)], of: source, run: run.id)
        let (source, run) = (source, run)
        try await stage.write { transaction in
            try transaction.runs.insertRejects(
                [Reject(entity: "customers", reason: "r", excerpt: "e")], run: run.id, of: source.id)
            try transaction.sync.saveEntity(EntityState(name: "customers", generation: 1), of: source.id)
            var old = source
            old.deletedAt = past
            try transaction.sources.update(old)
        }
    }

    func expectHidden(from thief: Scope, _ stage: ContractStage) async throws {
        let before = try await snapshot(stage)
        try await expectNothingRead(by: thief, stage)
        try await expectNothingWritten(by: thief, stage)
        try expectEqual(try await snapshot(stage), before, "the victim's things")
    }

    private func expectNothingRead(by thief: Scope, _ stage: ContractStage) async throws {
        let (id, run, token) = (source.id, run.id, read)
        try await stage.store.read(thief) { transaction in
            var query = DataSourceQuery()
            query.includesDeleted = true
            try expect(try transaction.sources.find(id) == nil, "find hides it")
            try expect(try transaction.sources.list(query).isEmpty, "list hides it")
            try expectEqual(try transaction.sources.count(query), 0)
            try expect(try transaction.sources.view(id, includesDeleted: true) == nil, "view hides it")
            try expectEqual(try transaction.sources.page(query).count, 0)
            try expect(try transaction.runs.find(run, of: id) == nil, "find hides the run")
            try expect(try transaction.runs.active(of: id) == nil, "active hides the run")
            try expect(try transaction.runs.list(of: id, after: nil, limit: 9).isEmpty, "list hides the run")
            try expectEqual(try transaction.runs.count(of: id), 0)
            try expectEqual(try transaction.runs.runningCount(), 0)
            try expect(try transaction.runs.rejects(of: run, source: id, after: 0, limit: 9).isEmpty, "rejects")
            try expectEqual(try transaction.runs.rejectCount(of: run, source: id), 0)
            try expect(try transaction.sync.lock(id) == nil, "the sync row is hidden")
            try expect(try transaction.sync.entity("customers", of: id) == nil, "the entity is hidden")
            try expect(try transaction.sync.entities(of: id).isEmpty, "the entities are hidden")
            var records = RecordQuery(entity: "customers")
            records.includesDeleted = true
            try expect(try transaction.records.list(records, of: id).isEmpty, "records are hidden")
            try expectEqual(try transaction.records.count(records, of: id), 0)
            records.keys = [Array("a".utf8)]
            try expect(try transaction.records.list(records, of: id).isEmpty, "records by key are hidden")
            try expect(
                try transaction.records.changes(of: id, entity: nil, after: 0, limit: 9).isEmpty, "the feed is hidden")
            try expectEqual(try transaction.records.countUnseen(token, of: "customers", in: id), 0)
            try expectEqual(try transaction.records.countAbsentTwice(token, of: "customers", in: id), 0)
        }
    }

    private func expectNothingWritten(by thief: Scope, _ stage: ContractStage) async throws {
        let (source, run, token) = (source, run, read)
        let sync = SyncState(source: source.id)
        let late = stage.clock.now + .seconds(1_000)
        let batch = RecordBatch.of("customers", [("a", "stolen")])
        let refused: [@Sendable (any StoreTransaction) throws -> Void] = [
            { try $0.sources.update(source) },
            { _ = try $0.runs.insert(run) },
            { try $0.runs.update(run) },
            { try $0.runs.insertRejects([Reject(entity: "a", reason: "b", excerpt: "c")], run: run.id, of: source.id) },
            { try $0.sync.save(sync) },
            { try $0.sync.saveEntity(EntityState(name: "customers", generation: 9), of: source.id) },
            { transaction in
                var sync = sync
                _ = try transaction.records.merge(batch, run: run.id, read: token, sync: &sync)
            },
            { transaction in
                var sync = sync
                _ = try transaction.records.deleteUnseen(
                    token, of: "customers", run: run.id, absentBefore: false, limit: 9, sync: &sync)
            },
            { try $0.records.rememberAbsent(token, of: "customers", in: source.id) },
            { transaction in
                var sync = sync
                _ = try transaction.records.deleteAll(of: nil, run: nil, limit: 9, sync: &sync)
            },
            { transaction in
                var sync = sync
                _ = try transaction.records.purgeTombstones(before: late, limit: 9, sync: &sync)
            },
        ]
        for (place, body) in refused.enumerated() {
            do {
                try await stage.store.write(thief, body)
            } catch is AppError {
                continue
            }
            throw ContractFailure(description: "write \(place) reached another's rows")
        }
        try await stage.store.write(thief) { transaction in
            try expectEqual(
                try transaction.runs.renewLease(run.id, of: source.id, fence: 1, until: late), false)
            try expectEqual(try transaction.sources.eraseSecrets(deletedBefore: late, limit: 9), 0)
            try expectEqual(try transaction.runs.purge(finishedBefore: late, limit: 9), 0)
        }
    }

    /// All that the owner sees.
    private func snapshot(_ stage: ContractStage) async throws -> [String] {
        let (id, run) = (source.id, run.id)
        return try await stage.read { transaction in
            let records = try transaction.records.changes(of: id, entity: nil, after: 0, limit: 9)
            return [
                "\(String(describing: try transaction.sources.find(id)))",
                "\(String(describing: try transaction.runs.find(run, of: id)))",
                "\(String(describing: try transaction.sync.lock(id)))",
                "\(try transaction.sync.entities(of: id))", "\(records)",
                "\(try transaction.runs.rejectCount(of: run, source: id))",
            ]
        }
    }
}
