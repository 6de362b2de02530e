import Domain
import StoreAPI
import TestSupport

let auditChecks = [
    StoreCheck("gives back every field of an audit row") { stage in
        let caller = stage.caller(
            app: .named("shop"), origin: Origin(requestID: "req-1", address: "2001:db8::1"))
        let full = stage.event(
            AuditSubject(.key, id: "key_1", app: .named("shop")), .keyCreate, ["b", "a", "b"], by: caller)
        let plain = stage.event(AuditSubject(.dataSource, id: "ds_1", app: nil), .datasourceErase, by: stage.caller())
        try await stage.write { transaction in
            try transaction.audit.insert(full)
            try transaction.audit.insert(plain)
        }
        try expectEqual(try await stage.read { try $0.audit.list(AuditQuery()) }, [plain, full])
        try expectEqual(full.changes, ["a", "b"])
    },
    StoreCheck("has the audit row of a change that was committed, and none of one that wasn't") { stage in
        let (kept, lost) = (stage.newSource("kept"), stage.newSource("lost"))
        let (caller, first, second) = (stage.caller(), stage.ids.next(EventKind.self), stage.ids.next(EventKind.self))
        try await stage.write { transaction in
            try transaction.sources.insert(kept)
            try transaction.note(.datasourceCreate, of: AuditSubject(kept), by: caller, as: first)
        }
        do {
            try await stage.write { transaction in
                try transaction.sources.insert(lost)
                try transaction.note(.datasourceCreate, of: AuditSubject(lost), by: caller, as: second)
                throw Interruption()
            }
        } catch is Interruption {}
        let rows = try await stage.read { try $0.audit.list(AuditQuery()) }
        try expectEqual(rows.map(\.subject.id), [kept.id.rawValue])
        try expectEqual(rows.first?.at, stage.clock.now)
    },
    StoreCheck("lists the audit newest first, page by page, and counts it") { stage in
        var events: [AuditEvent] = []
        for number in 0..<7 {
            // Two rows share each time, so that the id decides between them.
            if number.isMultiple(of: 2) { stage.clock.advance(by: .seconds(1)) }
            events.append(
                stage.event(AuditSubject(.run, id: "run_\(number)", app: nil), .runCancel, by: stage.caller()))
        }
        let stored = events
        try await stage.write { transaction in for event in stored { try transaction.audit.insert(event) } }
        var query = AuditQuery()
        query.limit = 3
        var met: [EventID] = []
        while true {
            let asked = query
            let (page, total) = try await stage.read { (try $0.audit.list(asked), try $0.audit.count(asked)) }
            try expectEqual(total, 7)
            guard let last = page.last else { break }
            met += page.map(\.id)
            query.after = AuditQuery.Position(last)
        }
        try expectEqual(met, events.reversed().map(\.id))
    },
    StoreCheck("filters the audit by each field") { stage in
        let wanted = stage.event(
            AuditSubject(.key, id: "key_1", app: nil), .keyRevoke, by: stage.caller(subject: "bob"))
        stage.clock.advance(by: .seconds(10))
        let other = stage.event(AuditSubject(.run, id: "run_1", app: nil), .runCancel, by: stage.caller())
        try await stage.write { transaction in
            try transaction.audit.insert(wanted)
            try transaction.audit.insert(other)
        }
        let middle = stage.clock.now - .seconds(5)
        let filters: [@Sendable (inout AuditQuery) -> Void] = [
            { $0.action = .keyRevoke }, { $0.kind = .key }, { $0.resourceID = "key_1" }, { $0.actor = "bob" },
            { $0.createdBefore = middle },
        ]
        for filter in filters {
            var query = AuditQuery()
            filter(&query)
            let asked = query
            try expectEqual(try await stage.read { try $0.audit.list(asked) }, [wanted], "\(query)")
            try expectEqual(try await stage.read { try $0.audit.count(asked) }, 1, "\(query)")
        }
        var late = AuditQuery()
        late.createdAfter = middle
        let asked = late
        try expectEqual(try await stage.read { try $0.audit.list(asked) }, [other])
    },
    StoreCheck("shows the audit to its tenant, and to an Application what belongs to it") { stage in
        let ours = stage.event(AuditSubject(.run, id: "run_1", app: .named("shop")), .runCancel, by: stage.caller())
        let free = stage.event(AuditSubject(.run, id: "run_2", app: nil), .runCancel, by: stage.caller())
        try await stage.write { transaction in
            try transaction.audit.insert(ours)
            try transaction.audit.insert(free)
        }
        let seen: [(Scope, [AuditEvent])] = [
            (stage.scope, [free, ours]), (Scope(tenant: stage.scope.tenant, app: .named("shop")), [ours]),
            (Scope(tenant: stage.scope.tenant, app: .named("thief")), []), (Scope(tenant: .named("other")), []),
        ]
        for (scope, events) in seen {
            try expectEqual(try await stage.store.read(scope) { try $0.audit.list(AuditQuery()) }, events)
            try expectEqual(try await stage.store.read(scope) { try $0.audit.count(AuditQuery()) }, events.count)
        }
        let late = stage.clock.now + .seconds(1)
        for (scope, events) in seen.dropFirst(2) {
            let purged = try await stage.store.write(scope) { try $0.audit.purge(before: late, limit: 9) }
            try expectEqual(purged, events.count)
        }
        try await expectError(.storeBroken) {
            try await stage.store.write(Scope(tenant: .named("other"))) { try $0.audit.insert(ours) }
        }
    },
    StoreCheck("removes audit rows of before a time, a few at a time") { stage in
        for number in 0..<5 {
            if number == 3 { stage.clock.advance(by: .seconds(10)) }
            let event = stage.event(AuditSubject(.run, id: "run_\(number)", app: nil), .runCancel, by: stage.caller())
            try await stage.write { try $0.audit.insert(event) }
        }
        let purged = try await stage.write { transaction in
            try (0..<3).map { _ in try transaction.audit.purge(before: transaction.now, limit: 2) }
        }
        try expectEqual(purged, [2, 1, 0])
        let left = try await stage.read { try $0.audit.list(AuditQuery()).map(\.subject.id) }
        try expectEqual(left, ["run_4", "run_3"])
    },
]

extension ContractStage {
    fileprivate func caller(subject: String = "ann", app: AppID? = nil, origin: Origin? = nil) -> Caller {
        Caller(
            scope: Scope(tenant: scope.tenant, app: app), subject: subject, grants: .all,
            expiresAt: clock.now + .seconds(60), origin: origin)
    }

    fileprivate func event(
        _ subject: AuditSubject, _ action: AuditAction, _ changes: [String] = [], by caller: Caller
    ) -> AuditEvent {
        AuditEvent(
            id: ids.next(EventKind.self), tenant: caller.scope.tenant, at: clock.now, actor: caller.subject,
            actorApp: caller.scope.app, action: action, subject: subject, changes: changes, origin: caller.origin)
    }
}
