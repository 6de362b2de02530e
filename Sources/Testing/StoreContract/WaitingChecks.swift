import Domain
import StoreAPI
import TestSupport

let waitingChecks = [
    StoreCheck("offers runs that are due, those of the least busy tenants first") { stage in
        let busy = try await tenant("busy", running: 2, stage)
        let calm = try await tenant("calm", running: 1, stage)
        let idle = try await tenant("idle", running: 0, stage)
        let now = stage.clock.now
        var expected: [RunID] = []
        for (scope, delays) in [(idle, [-1, -3]), (calm, [-9]), (busy, [-20])] {
            var runs: [(Int, RunID)] = []
            for delay in delays { runs.append((delay, try await queue(scope, now + .seconds(delay), stage).id)) }
            expected += runs.sorted { $0.0 < $1.0 }.map(\.1)
        }
        _ = try await queue(idle, now + .seconds(1), stage)
        let all = try await stage.store.claimableRuns(limit: 20, tenantLimit: 10, hostLimit: 99)
        try expectEqual(all.map(\.run), expected)
        try expectEqual(all.map(\.busyness), [0, 0, 1, 2])
        try expectEqual(
            try await stage.store.claimableRuns(limit: 2, tenantLimit: 10, hostLimit: 99).map(\.run),
            [
                expected[0], expected[1],
            ])
        try expectEqual(
            try await stage.store.claimableRuns(limit: 20, tenantLimit: 2, hostLimit: 99).map(\.run),
            Array(expected.prefix(3)))
    },
    StoreCheck("offers running runs whose lease has expired, even of a tenant at its limit") { stage in
        let scope = try await tenant("one", running: 1, stage)
        try expectEqual(try await stage.store.claimableRuns(limit: 9, tenantLimit: 1, hostLimit: 99).count, 0)
        stage.clock.advance(by: .seconds(61))
        let offered = try await stage.store.claimableRuns(limit: 9, tenantLimit: 1, hostLimit: 99)
        try expectEqual(offered.map(\.tenant), [scope.tenant])
    },
    StoreCheck("leaves out runs against a host on which their tenant has its share") { stage in
        let scope = try await tenant("acme", running: 0, stage)
        let other = try await tenant("bert", running: 0, stage)
        let now = stage.clock.now
        func add(_ scope: Scope, _ host: String?, _ status: SyncRun.Status) async throws -> RunID {
            let source = try await stage.source(in: scope)
            let added = try await stage.run(of: source) { run in
                run.host = host
                run.status = status
                run.leaseUntil = status == .running ? now + .seconds(60) : nil
            }
            return added.id
        }
        for _ in 0..<2 { _ = try await add(scope, "db.example", .running) }
        let shut = try await add(scope, "db.example", .queued)
        let open = [try await add(scope, "api.example", .queued), try await add(scope, nil, .queued)]
        let others = try await add(other, "db.example", .queued)
        func offered(_ hostLimit: Int) async throws -> Set<RunID> {
            Set(try await stage.store.claimableRuns(limit: 20, tenantLimit: 9, hostLimit: hostLimit).map(\.run))
        }
        try expectEqual(try await offered(2), Set(open + [others]))
        try expectEqual(try await offered(3), Set(open + [others, shut]))
        for (host, count) in [("db.example", 2), ("api.example", 0)] {
            try expectEqual(try await stage.store.read(scope) { try $0.runs.runningCount(on: host) }, count)
        }
        try expectEqual(try await stage.store.read(other) { try $0.runs.runningCount(on: "db.example") }, 0)
        stage.clock.advance(by: .seconds(61))
        let isOffered = try await offered(2).contains(shut)
        try expect(isOffered, "runs whose lease has expired hold no share")
    },
    StoreCheck("counts the queued and running runs of all tenants") { stage in
        try expectEqual(try await stage.store.backlog(), Backlog(queued: 0, running: 0))
        for name in ["acme", "bert"] {
            let scope = try await tenant(name, running: 2, stage)
            _ = try await queue(scope, stage.clock.now + .seconds(60), stage)
        }
        let source = try await stage.source()
        _ = try await stage.run(of: source) { $0.status = .succeeded }
        try expectEqual(try await stage.store.backlog(), Backlog(queued: 2, running: 4))
    },
    StoreCheck("offers DataSources whose time has come, oldest first") { stage in
        let now = stage.clock.now
        for (delay, isDeleted) in [(-1, false), (-5, false), (0, false), (1, false), (-9, true)] {
            _ = try await stage.source("\(delay)") { source in
                source.nextSyncAt = now + .seconds(delay)
                source.deletedAt = isDeleted ? now : nil
            }
        }
        let due = try await stage.store.dueSources(limit: 10)
        let names = try await stage.read { transaction in
            try due.map { try transaction.sources.find($0.source)?.name }
        }
        try expectEqual(names, ["-5", "-1", "0"])
        try expectEqual(try await stage.store.dueSources(limit: 1).count, 1)
    },
    StoreCheck("visits every tenant that has anything once, in order, deleted DataSources too") { stage in
        for name in ["cleo", "acme", "bert", "acme"] {
            _ = try await stage.source(in: Scope(tenant: .named(name))) { source in
                if name == "bert" { source.deletedAt = stage.clock.now }
            }
        }
        let now = stage.clock.now
        let audited = AuditEvent(
            id: stage.ids.next(EventKind.self), tenant: .named("dora"), at: now, actor: "ann", actorApp: nil,
            action: .keyRevoke, subject: AuditSubject(.key, id: "key_1", app: nil), changes: [], origin: nil)
        try await stage.store.write(Scope(tenant: .named("dora"))) { try $0.audit.insert(audited) }
        let answer = KeptAnswerRow(id: [1], createdAt: now, fingerprint: [2], answer: [3])
        try await stage.store.write(Scope(tenant: .named("aaron"))) { transaction in
            _ = try transaction.answers.insert(answer, replacingThoseBefore: now)
        }
        let all = ["aaron", "acme", "bert", "cleo", "dora"].map { TenantID.named($0) }
        try expectEqual(try await stage.store.tenants(after: nil, limit: 10), all)
        try expectEqual(try await stage.store.tenants(after: nil, limit: 2), Array(all.prefix(2)))
        try expectEqual(try await stage.store.tenants(after: all[1], limit: 2), Array(all[2...3]))
    },
    StoreCheck("offers the other tenants' runs behind one tenant's many") { stage in
        let many = Scope(tenant: .named("many"))
        let now = stage.clock.now
        for _ in 0..<150 { _ = try await queue(many, now - .seconds(60), stage) }
        let few = try await queue(Scope(tenant: .named("few")), now, stage)
        let running = try await stage.source(in: many)
        _ = try await stage.run(of: running) { run in
            run.status = .running
            run.leaseUntil = now + .seconds(60)
        }
        try expectEqual(
            try await stage.store.claimableRuns(limit: 1, tenantLimit: 4, hostLimit: 99).map(\.run), [few.id])
    },
]

/// A tenant with so many runs under a lease of a minute.
private func tenant(_ name: String, running: Int, _ stage: ContractStage) async throws -> Scope {
    let scope = Scope(tenant: .named(name))
    for _ in 0..<running {
        let source = try await stage.source(in: scope)
        _ = try await stage.run(of: source) { run in
            run.status = .running
            run.leaseUntil = stage.clock.now + .seconds(60)
        }
    }
    return scope
}

private func queue(_ scope: Scope, _ runAfter: Timestamp, _ stage: ContractStage) async throws -> SyncRun {
    let source = try await stage.source(in: scope)
    return try await stage.run(of: source) { $0.runAfter = runAfter }
}
