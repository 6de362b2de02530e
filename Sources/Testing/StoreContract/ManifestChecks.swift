import Domain
import StoreAPI
import TestSupport

let manifestChecks = [
    StoreCheck("keeps every version of a manifest and offers the newest one that was offered") { stage in
        let first = stage.manifest("crm", "1", offeredAfter: 1)
        let second = stage.manifest("crm", "2", offeredAfter: 2)
        let other = stage.manifest("ats", "1", offeredAfter: 1)
        let kept = stage.manifest("erp", "1", offeredAfter: nil)
        try await stage.write { transaction in
            for manifest in [first, second, other, kept] { try transaction.manifests.save(manifest) }
        }
        try expectEqual(try await stage.read { try $0.manifests.offered() }, [other, second])
        try expectEqual(try await stage.read { try $0.manifests.offered("crm") }, second)
        try expectEqual(try await stage.read { try $0.manifests.offered("erp") }, nil, "only kept")
        try expectEqual(try await stage.read { try $0.manifests.find("crm", version: "1") }, first)
        try expectEqual(try await stage.read { try $0.manifests.find("erp", version: "1") }, kept)
        try expectEqual(try await stage.read { try $0.manifests.find("crm", version: "3") }, nil)
        let known = try await stage.read { transaction in
            try ["1", "2", "3"].map { try transaction.manifests.contains("crm", version: $0) }
        }
        try expectEqual(known, [true, true, false])
    },
    StoreCheck("offers an old version of a manifest again, with the text that it had") { stage in
        let first = stage.manifest("crm", "1", offeredAfter: 1)
        let second = stage.manifest("crm", "2", offeredAfter: 2)
        var again = stage.manifest("crm", "1", offeredAfter: 3)
        again.text = "another text"
        let (repeated, expected) = (again, stage.manifest("crm", "1", offeredAfter: 3))
        var unoffered = first
        unoffered.offeredAt = nil
        let quiet = unoffered
        try await stage.write { transaction in
            for manifest in [first, second, repeated, quiet] { try transaction.manifests.save(manifest) }
        }
        try expectEqual(try await stage.read { try $0.manifests.offered("crm") }, expected)
    },
    StoreCheck("shows a tenant's manifests to no other tenant") { stage in
        let manifest = stage.manifest("crm", "1", offeredAfter: 1)
        try await stage.write { try $0.manifests.save(manifest) }
        let other = Scope(tenant: .named("other"))
        try expectEqual(try await stage.store.read(other) { try $0.manifests.offered() }, [])
        try expectEqual(try await stage.store.read(other) { try $0.manifests.find("crm", version: "1") }, nil)
        try expectEqual(try await stage.store.read(other) { try $0.manifests.contains("crm", version: "1") }, false)
    },
    StoreCheck("keeps which version of its manifest a DataSource runs") { stage in
        let source = try await stage.source { $0.connectorVersion = "1" }
        var moved = source
        moved.connectorVersion = "2"
        let update = moved
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.connectorVersion }, "1")
        try await stage.write { try $0.sources.update(update) }
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.connectorVersion }, "2")
    },
]

let credentialChecks = [
    StoreCheck("keeps one sealed set of credentials a DataSource") { stage in
        let source = try await stage.source()
        try expectEqual(try await stage.read { try $0.credentials.find(source.id) }, nil)
        let empty = try await stage.write { try $0.credentials.begin(source.id) }
        try expectEqual(empty, SealedCredentials(version: 0, basis: [], sealed: []))
        let renewed = SealedCredentials(
            version: 1, basis: [1, 2], sealed: [3], renewer: "worker", renewsUntil: stage.clock.now)
        try await stage.write { transaction in
            _ = try transaction.credentials.begin(source.id)
            try transaction.credentials.save(renewed, of: source.id)
        }
        try expectEqual(try await stage.read { try $0.credentials.find(source.id) }, renewed)
        try expectEqual(try await stage.write { try $0.credentials.begin(source.id) }, renewed)
        let other = Scope(tenant: .named("other"))
        try expectEqual(try await stage.store.read(other) { try $0.credentials.find(source.id) }, nil)
        try await stage.write { try $0.credentials.remove(source.id) }
        try expectEqual(try await stage.read { try $0.credentials.find(source.id) }, nil)
    },
    StoreCheck("erases the credentials of a deleted DataSource with its secrets") { stage in
        let source = try await stage.source {
            $0.secrets = ["token": [1]]
            $0.deletedAt = stage.clock.now
        }
        try await stage.write { transaction in
            _ = try transaction.credentials.begin(source.id)
            _ = try transaction.sources.eraseSecrets(deletedBefore: stage.clock.now + .seconds(1), limit: 10)
        }
        try expectEqual(try await stage.read { try $0.credentials.find(source.id) }, nil)
    },
]

extension ContractStage {
    /// A manifest; `seconds` from the clock's time on it was offered.
    fileprivate func manifest(_ type: String, _ version: String, offeredAfter seconds: Int?) -> ConnectorManifest {
        ConnectorManifest(
            type: type, version: version, text: "text of \(type) \(version)", createdAt: clock.now, createdBy: "ann",
            offeredAt: seconds.map { clock.now + .seconds($0) })
    }
}
