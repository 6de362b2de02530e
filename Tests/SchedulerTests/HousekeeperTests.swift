import Domain
import Logging
import StoreAPI
import TestStores
import TestSupport
import Testing

@testable import Scheduler

@Suite struct HousekeeperTests {
    @Test("what is past its retention goes, for every tenant, and what isn't stays")
    func tidies() async throws {
        let wall = TestClock()
        let database = try await TestDatabase(clock: wall.wall)
        let store = database.store
        let ids = ULIDGenerator(clock: wall.wall, random: { 5 })
        let housekeeper = Housekeeper(
            store: store,
            retention: Retention(deleted: .seconds(30), tombstones: .seconds(60), runs: .seconds(90)),
            clock: ManualClock().clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var places: [(scope: Scope, source: DataSourceID)] = []
        for name in ["acme", "bert"] {
            let scope = Scope(tenant: try #require(TenantID(name)))
            var source = DataSource(
                id: ids.next(DataSourceKind.self), tenant: scope.tenant, app: nil, createdAt: wall.now,
                createdBy: "me", name: "S", type: "scripted")
            source.secrets = ["password": [1, 2, 3]]
            source.deletedAt = wall.now
            let (row, run) = (source, ids.next(RunKind.self))
            try await store.write(scope) { try fill($0, row, run) }
            places.append((scope, source.id))
        }
        for (after, secrets, tombstones, runs) in [(29, 1, 1, 1), (2, 0, 1, 1), (30, 0, 0, 1), (30, 0, 0, 0)] {
            wall.advance(by: .seconds(after))
            try await housekeeper.tidy()
            for (scope, source) in places {
                let left = try await store.read(scope) { tx in
                    (
                        try tx.sources.find(source)?.secrets.count,
                        try tx.records.changes(of: source, entity: nil, after: 0, limit: 10).count,
                        try tx.runs.count(of: source)
                    )
                }
                #expect(left == (secrets, tombstones, runs))
            }
        }
        let first = places[0]
        let purged = try await store.read(first.scope) { try $0.sync.lock(first.source)?.purgedThrough }
        #expect(purged == 2)
    }

    @Test("audit rows go after 400 days and kept answers after one, also of a tenant that has nothing else")
    func tidiesWithoutSources() async throws {
        let wall = TestClock()
        let database = try await TestDatabase(clock: wall.wall)
        let store = database.store
        let housekeeper = Housekeeper(
            store: store,
            retention: Retention(deleted: .seconds(30), tombstones: .seconds(60), runs: .seconds(90)),
            clock: ManualClock().clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let tenant = TenantID.named("acme")
        let event = AuditEvent(
            id: EventID(ULID(bits: 1)), tenant: tenant, at: wall.now, actor: "ann", actorApp: nil,
            action: .keyRevoke, subject: AuditSubject(.key, id: "key_1", app: nil), changes: [], origin: nil)
        let answer = KeptAnswerRow(id: [1], createdAt: wall.now, fingerprint: [2], answer: [3])
        try await store.write(Scope(tenant: tenant)) { tx in
            try tx.audit.insert(event)
            _ = try tx.answers.insert(answer, replacingThoseBefore: tx.now)
        }
        let day = 86_400
        for (after, hasAnswer, events) in [(day, true, 1), (1, false, 1), (399 * day - 1, false, 1), (1, false, 0)] {
            wall.advance(by: .seconds(after))
            try await housekeeper.tidy()
            let left = try await store.read(Scope(tenant: tenant)) { tx in
                (try tx.answers.find([1]) != nil, try tx.audit.count(AuditQuery()))
            }
            #expect(left == (hasAnswer, events))
        }
    }

    /// A DataSource with one ended run and one tombstone.
    private func fill(_ tx: any StoreTransaction, _ source: DataSource, _ run: RunID) throws {
        try tx.sources.insert(source)
        var ended = SyncRun(
            id: run, tenant: source.tenant, app: nil, source: source.id, trigger: .manual, createdAt: tx.now)
        ended.status = .succeeded
        ended.finishedAt = tx.now
        _ = try tx.runs.insert(ended)
        var batch = RecordBatch(entity: "items")
        batch.append(key: { $0 += [1] }, body: { $0 += Array("{}".utf8) })
        guard var state = try tx.sync.lock(source.id) else { return }
        _ = try tx.records.merge(batch, run: run, read: nil, sync: &state)
        _ = try tx.records.deleteAll(of: nil, run: run, limit: 10, sync: &state)
        try tx.sync.save(state)
    }
}
