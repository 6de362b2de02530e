import Domain
import StoreAPI
import TestSupport

let applicationChecks = [
    StoreCheck("keeps Applications and lists them newest first") { stage in
        let all = try await stage.applications(5)
        let newest = Array(all.reversed())
        try expectEqual(try await stage.read { try $0.applications.find(all[1].id) }, all[1])
        let first = try await stage.read { try $0.applications.list(includesDeleted: false, after: nil, limit: 2) }
        try expectEqual(first, Array(newest[..<2]))
        let rest = try await stage.read {
            try $0.applications.list(includesDeleted: false, after: newest[1].id, limit: 9)
        }
        try expectEqual(rest, Array(newest[2...]))
        try expectEqual(try await stage.read { try $0.applications.count(includesDeleted: false) }, 5)
    },
    StoreCheck("changes an Application, never its creation, and leaves deleted ones out of lists") { stage in
        let first = try await stage.applications(1)[0]
        var changed = first
        changed.name = "other"
        changed.grants = .all
        changed.updatedAt = stage.clock.now + .seconds(5)
        changed.updatedBy = "bob"
        changed.createdBy = "mallory"
        changed.deletedAt = changed.updatedAt
        changed.deletedBy = "bob"
        let update = changed
        try await stage.write { try $0.applications.update(update) }
        var expected = update
        expected.createdBy = first.createdBy
        try expectEqual(try await stage.read { try $0.applications.find(first.id) }, expected)
        try expectEqual(try await stage.read { try $0.applications.count(includesDeleted: false) }, 0)
        try expectEqual(try await stage.read { try $0.applications.count(includesDeleted: true) }, 1)
        try expect(
            try await stage.read { try $0.applications.list(includesDeleted: false, after: nil, limit: 9).isEmpty },
            "a list leaves it out")
        try expectEqual(
            try await stage.read { try $0.applications.list(includesDeleted: true, after: nil, limit: 9) }, [expected])
        var earlier = expected
        earlier.updatedAt = first.createdAt - .seconds(5)
        let late = earlier
        try await stage.write { try $0.applications.update(late) }
        try expectEqual(try await stage.read { try $0.applications.find(first.id)?.updatedAt }, expected.updatedAt)
    },
    StoreCheck("finds the one tenant that an Application belongs to") { stage in
        let ours = try await stage.applications(1)[0]
        let other = Scope(tenant: .named("other"))
        let theirs = try await stage.applications(1, in: other)[0]
        try expectEqual(try await stage.store.owner(of: ours.id), stage.scope.tenant)
        try expectEqual(try await stage.store.owner(of: theirs.id), other.tenant)
        try expectEqual(try await stage.store.owner(of: stage.ids.next(ApplicationKind.self)), nil)
        var twin = ours
        twin.tenant = other.tenant
        let copy = twin
        try await stage.store.write(other) { try $0.applications.insert(copy) }
        try expectEqual(try await stage.store.owner(of: ours.id), nil, "an id that two tenants have")
    },
    StoreCheck("shows Applications and their keys to their tenant and to themselves alone") { stage in
        let ours = try await stage.applications(2)
        let key = try await stage.key(of: ours[0])
        let itself = Scope(tenant: stage.scope.tenant, app: AppID(ours[0].id))
        let strangers = [Scope(tenant: .named("other")), Scope(tenant: stage.scope.tenant, app: AppID(ours[1].id))]
        try expectEqual(
            try await stage.store.read(itself) {
                try $0.applications.list(includesDeleted: true, after: nil, limit: 9)
            },
            [ours[0]])
        try expectEqual(try await stage.store.read(itself) { try $0.applications.count(includesDeleted: true) }, 1)
        try expectEqual(try await stage.store.read(itself) { try $0.apiKeys.find(key.id, of: ours[0].id) }, key)
        for stranger in strangers { try await stage.expectHidden(ours[0], key, from: stranger) }
        try expectEqual(try await stage.read { try $0.applications.find(ours[0].id) }, ours[0])
        try expectEqual(try await stage.read { try $0.apiKeys.find(key.id, of: ours[0].id) }, key)
    },
    StoreCheck("keeps keys, lists them newest first, counts the live ones and notes their use") { stage in
        let application = try await stage.applications(1)[0]
        let expired = try await stage.key(of: application) { $0.expiresAt = stage.clock.now }
        let lasting = try await stage.key(of: application) { $0.expiresAt = stage.clock.now + .milliseconds(1) }
        let plain = try await stage.key(of: application) { $0.name = nil }
        let id = application.id
        try expectEqual(try await stage.read { try $0.apiKeys.find(lasting.id, of: id) }, lasting)
        try expectEqual(
            try await stage.read { try $0.apiKeys.list(of: id, after: nil, limit: 9) }, [plain, lasting, expired])
        try expectEqual(
            try await stage.read { try $0.apiKeys.list(of: id, after: plain.id, limit: 1) }, [lasting])
        try expectEqual(try await stage.read { try $0.apiKeys.count(of: id) }, 3)
        try expectEqual(try await stage.read { try $0.apiKeys.liveCount(of: id) }, 2)
        try await stage.write { try $0.apiKeys.stampUse(of: plain.id, of: id) }
        try expectEqual(try await stage.read { try $0.apiKeys.find(plain.id, of: id)?.lastUsedAt }, stage.clock.now)
        try expectEqual(try await stage.read { try $0.apiKeys.find(lasting.id, of: id)?.lastUsedAt }, nil)
    },
    StoreCheck("revokes a key once, or all of an Application's") { stage in
        let applications = try await stage.applications(2)
        let id = applications[0].id
        let first = try await stage.key(of: applications[0])
        let second = try await stage.key(of: applications[0])
        let other = try await stage.key(of: applications[1])
        let time = stage.clock.now
        try expectEqual(try await stage.write { try $0.apiKeys.revoke(first.id, of: id) }, 1)
        stage.clock.advance(by: .seconds(1))
        try expectEqual(try await stage.write { try $0.apiKeys.revoke(first.id, of: id) }, 0)
        try expectEqual(try await stage.write { try $0.apiKeys.revoke(other.id, of: id) }, 0, "another's key")
        try expectEqual(try await stage.write { try $0.apiKeys.revoke(nil, of: id) }, 1)
        try expectEqual(try await stage.read { try $0.apiKeys.find(first.id, of: id)?.revokedAt }, time)
        try expectEqual(
            try await stage.read { try $0.apiKeys.find(second.id, of: id)?.revokedAt }, time + .seconds(1))
        try expectEqual(
            try await stage.read { try $0.apiKeys.find(other.id, of: applications[1].id)?.revokedAt }, nil)
        try expectEqual(try await stage.read { try $0.apiKeys.liveCount(of: id) }, 0)
    },
    StoreCheck("removes the oldest dead keys that are too many, and no live one") { stage in
        let application = try await stage.applications(1)[0]
        let id = application.id
        var keys: [APIKey] = []
        for _ in 0..<4 { keys.append(try await stage.key(of: application)) }
        let (oldest, newest) = (keys[0].id, keys[3].id)
        try await stage.write { transaction in
            _ = try transaction.apiKeys.revoke(oldest, of: id)
            _ = try transaction.apiKeys.revoke(newest, of: id)
            try transaction.apiKeys.purge(of: id, keeping: 4)
        }
        try expectEqual(try await stage.read { try $0.apiKeys.count(of: id) }, 4)
        try await stage.write { try $0.apiKeys.purge(of: id, keeping: 3) }
        try expectEqual(try await stage.read { try $0.apiKeys.find(oldest, of: id) }, nil)
        try await stage.write { try $0.apiKeys.purge(of: id, keeping: 0) }
        try expectEqual(
            try await stage.read { try $0.apiKeys.list(of: id, after: nil, limit: 9).map(\.id) },
            [keys[2].id, keys[1].id])
    },
]

extension ContractStage {
    /// Stores new Applications, oldest first.
    fileprivate func applications(_ count: Int, in scope: Scope? = nil) async throws -> [ClientApplication] {
        let scope = scope ?? self.scope
        let new = (0..<count).map { number in
            ClientApplication(
                id: ids.next(ApplicationKind.self), tenant: scope.tenant, name: "app \(number)",
                grants: GrantSet([.recordsRead]), createdAt: clock.now, createdBy: "ann")
        }
        try await store.write(scope) { transaction in
            for application in new { try transaction.applications.insert(application) }
        }
        return new
    }

    /// Stores a new key.
    fileprivate func key(
        of application: ClientApplication, _ change: (inout APIKey) -> Void = { _ in }
    ) async throws -> APIKey {
        var key = APIKey(
            id: ids.next(APIKeyKind.self), application: application.id, name: "ci",
            secretHash: [UInt8](repeating: 7, count: 32), createdAt: clock.now, createdBy: "ann", expiresAt: nil)
        change(&key)
        let new = key
        try await store.write(Scope(tenant: application.tenant)) { try $0.apiKeys.insert(new) }
        return new
    }

    /// Tries every method on another's Application and key.
    fileprivate func expectHidden(_ application: ClientApplication, _ key: APIKey, from stranger: Scope) async throws {
        let id = application.id
        try await store.read(stranger) { transaction in
            try expect(try transaction.applications.find(id) == nil, "find hides it")
            let listed = try transaction.applications.list(includesDeleted: true, after: nil, limit: 9)
            try expect(!listed.contains { $0.id == id }, "list hides it")
            try expectEqual(try transaction.applications.count(includesDeleted: true), listed.count)
            try expect(try transaction.apiKeys.find(key.id, of: id) == nil, "find hides the key")
            try expect(try transaction.apiKeys.list(of: id, after: nil, limit: 9).isEmpty, "list hides the key")
            try expectEqual(try transaction.apiKeys.count(of: id), 0)
            try expectEqual(try transaction.apiKeys.liveCount(of: id), 0)
        }
        try await store.write(stranger) { transaction in
            try expectEqual(try transaction.apiKeys.revoke(key.id, of: id), 0)
            try expectEqual(try transaction.apiKeys.revoke(nil, of: id), 0)
            try transaction.apiKeys.stampUse(of: key.id, of: id)
            try transaction.apiKeys.purge(of: id, keeping: 0)
        }
        try await expectError(.storeBroken) { try await store.write(stranger) { try $0.apiKeys.insert(key) } }
        try await expectError(.storeBroken) {
            try await store.write(stranger) { try $0.applications.update(application) }
        }
        try await expectError(.storeBroken) {
            try await store.write(stranger) { try $0.applications.insert(application) }
        }
    }
}
