import Domain
import JSON
import StoreSQLite
import TestSupport
import Testing
import Vault

@testable import Registry

@Suite("Cursors")
struct CursorSealTests {
    private func seal() async throws -> CursorSeal {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/data/t.db", clock: TestClock().wall)
        _ = try await store.migrate()
        let vault = Vault(masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")))
        try await vault.prepare(in: store)
        try await store.close()
        return CursorSeal(vault: vault)
    }

    private func caller(_ tenant: String, app: String? = nil) -> Caller {
        Caller(
            scope: Scope(tenant: .named(tenant), app: app.map { .named($0) }), subject: "s", grants: .all,
            expiresAt: .latest)
    }

    @Test("a cursor opens for its list and caller, and for no other")
    func binding() async throws {
        let seal = try await seal()
        let cursor = try seal.seal([1, "a", .null], for: ["runs", "x"], caller: caller("t"))
        #expect(try seal.open(cursor, for: ["runs", "x"], caller: caller("t")) == [1, "a", .null])
        let lists = [["runs", "y"], ["runs"], ["runs", "x", ""], ["runsx"], ["rejects", "x"]]
        for list in lists {
            #expect(throws: AppError.self) { try seal.open(cursor, for: list, caller: caller("t")) }
        }
        for other in [caller("u"), caller("t", app: "a")] {
            #expect(throws: AppError.self) { try seal.open(cursor, for: ["runs", "x"], caller: other) }
        }
    }

    @Test("no cursor opens with any one bit of it turned, cut or added to")
    func tampering() async throws {
        let seal = try await seal()
        let cursor = try seal.seal([12, "ds"], for: ["l"], caller: caller("t"))
        for index in cursor.indices {
            for bit in 0..<8 {
                var bad = cursor
                bad[index] ^= 1 << bit
                #expect(throws: AppError.self) { try seal.open(bad, for: ["l"], caller: caller("t")) }
            }
        }
        for bad in [
            [], Array(cursor.dropLast()), cursor + [32], Array(cursor.prefix(16)), Array(repeating: 0, count: 5_000),
        ] {
            #expect(throws: AppError.self) { try seal.open(bad, for: ["l"], caller: caller("t")) }
        }
    }
}
