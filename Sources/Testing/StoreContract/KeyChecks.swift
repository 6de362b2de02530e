import Domain
import StoreAPI
import TestSupport

let keyChecks = [
    StoreCheck("keeps each tenant's data keys and finds the newest") { stage in
        let keys = (1...3).map { version in
            WrappedDataKey(
                id: [UInt8](repeating: UInt8(version), count: 16), version: version, masterKeyID: "m\(version)",
                wrapped: [0, 1, UInt8(version)], createdAt: stage.clock.now)
        }
        try expectEqual(try await stage.read { try $0.keys.activeDataKey() }, nil)
        try await stage.write { transaction in for key in keys { try transaction.keys.insertDataKey(key) } }
        try expectEqual(try await stage.read { try $0.keys.activeDataKey() }, keys[2])
        try expectEqual(try await stage.read { try $0.keys.dataKey(keys[0].id) }, keys[0])
        try expectEqual(try await stage.read { try $0.keys.dataKey([9]) }, nil)
        let other = Scope(tenant: .named("other"))
        try expectEqual(try await stage.store.read(other) { try $0.keys.activeDataKey() }, nil)
        try expectEqual(try await stage.store.read(other) { try $0.keys.dataKey(keys[0].id) }, nil)
    },
    StoreCheck("keeps the issuer's keys in the installation's scope only, newest first") { stage in
        let installation = Scope(tenant: .installation)
        let begin = stage.clock.now
        let keys = (0..<3).map { SealedIssuerKey(kid: "k\($0)", sealed: [1, 2], createdAt: begin + .seconds($0)) }
        try await stage.store.write(installation) { transaction in
            for key in keys { try transaction.keys.insertIssuerKey(key) }
        }
        try expectEqual(try await stage.store.read(installation) { try $0.keys.issuerKeys() }, keys.reversed())
        try expectEqual(try await stage.read { try $0.keys.issuerKeys() }, [])
        try await expectError(.storeBroken) { try await stage.write { try $0.keys.insertIssuerKey(keys[0]) } }
    },
]

let lifecycleChecks = [
    StoreCheck("migrates once and then has nothing to do") { stage in
        try expectEqual(try await stage.store.migrate(), [])
        try await stage.reopen()
        try expectEqual(try await stage.store.migrate(), [])
        try await stage.store.ping()
    },
    StoreCheck("has everything after it was closed and opened again") { stage in
        let source = try await stage.source { $0.secrets = ["password": [1, 2]] }
        let run = try await stage.run(of: source)
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source)
        _ = try await stage.merge([("b", nil)], of: source)
        let records = try await stage.records(of: source)
        let sync = try await stage.read { try $0.sync.lock(source.id) }
        try await stage.reopen()
        try expectEqual(try await stage.records(of: source), records)
        try expectEqual(try await stage.read { try $0.sync.lock(source.id) }, sync)
        try expectEqual(try await stage.read { try $0.runs.find(run.id, of: source.id) }, run)
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.secrets }, source.secrets)
    },
    StoreCheck("answers that it is unavailable once closed") { stage in
        try await stage.store.close()
        try await expectError(.storeUnavailable) { try await stage.write { _ in } }
        try await expectError(.storeUnavailable) { try await stage.read { _ in } }
        try await expectError(.storeUnavailable) { _ = try await stage.store.ping() }
    },
]
