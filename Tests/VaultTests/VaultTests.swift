import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Vault

@Suite("Vault")
struct VaultTests {
    let store = KeyStore()
    let plaintext = Array("correct horse".utf8)

    private func vault(_ setting: String = "one:\(keyText)") throws -> Vault {
        Vault(masterKeys: try MasterKeys(setting: Secret(setting)))
    }

    private func opens(
        _ envelope: [UInt8], _ field: FieldAddress, _ tenantName: String = "acme", with vault: Vault
    ) async throws -> String? {
        let owner = try tenant(tenantName)
        return await code { try await vault.open(envelope, for: field, tenant: owner, in: store) }
    }

    @Test("opens what it sealed, in this process and in the next")
    func roundTrip() async throws {
        let field = FieldAddress.config("password", of: source())
        let acme = try tenant("acme")
        let sealed = try await vault().seal(plaintext, for: field, tenant: acme, in: store)
        #expect(sealed.count == plaintext.count + 45)
        #expect(try await vault().open(sealed, for: field, tenant: acme, in: store) == plaintext)
        let empty = try await vault().seal([], for: field, tenant: acme, in: store)
        #expect(try await vault().open(empty, for: field, tenant: acme, in: store).isEmpty)
        #expect(store.contents.dataKeys[acme]?.count == 1)
    }

    @Test("seals the same text differently each time")
    func nonces() async throws {
        let vault = try vault()
        let acme = try tenant("acme")
        var seen: Set<[UInt8]> = []
        for _ in 1...100 {
            let sealed = try await vault.seal(plaintext, for: .issuerKey("k"), tenant: acme, in: store)
            seen.insert(Array(sealed[17..<29]))
        }
        #expect(seen.count == 100)
    }

    @Test("doesn't open what was moved to another table, row, field, version or tenant")
    func moved() async throws {
        let vault = try vault()
        let acme = try tenant("acme")
        let home = FieldAddress(table: "datasources", row: "ds_1", field: "password")
        let sealed = try await vault.seal(plaintext, for: home, tenant: acme, in: store)
        // The other tenant gets the same data key row, as a thief with write access to the database would arrange it.
        _ = try await vault.seal(plaintext, for: home, tenant: try tenant("other"), in: store)
        store.contents.dataKeys[try tenant("thief")] = store.contents.dataKeys[acme]
        #expect(try await opens(sealed, home, with: vault) == nil)
        let elsewhere = [
            FieldAddress(table: "datasource", row: "sds_1", field: "password"),
            FieldAddress(table: "stream_state", row: "ds_1", field: "password"),
            FieldAddress(table: "datasources", row: "ds_2", field: "password"),
            FieldAddress(table: "datasources", row: "ds_1", field: "token"),
            FieldAddress(table: "datasources", row: "ds_1p", field: "assword"),
            FieldAddress(table: "datasources", row: "ds_1", field: "password", version: 2),
        ]
        for field in elsewhere { #expect(try await opens(sealed, field, with: vault) == "secrets.undecryptable") }
        #expect(try await opens(sealed, home, "other", with: vault) == "secrets.undecryptable")
        #expect(try await opens(sealed, home, "thief", with: vault) == "keys.master_key_wrong")
    }

    @Test("doesn't open an envelope with any bit flipped, cut or longer")
    func damaged() async throws {
        let vault = try vault()
        let acme = try tenant("acme")
        let field = FieldAddress.syncState(of: "customers", in: source())
        let sealed = try await vault.seal(plaintext, for: field, tenant: acme, in: store)
        for bit in 0..<sealed.count * 8 {
            var damaged = sealed
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(try await opens(damaged, field, with: vault) == "secrets.undecryptable", "bit \(bit)")
        }
        for length in 0..<sealed.count {
            #expect(try await opens(Array(sealed[..<length]), field, with: vault) == "secrets.undecryptable")
        }
        #expect(try await opens(sealed + [0], field, with: vault) == "secrets.undecryptable")
    }

    @Test("says nothing about why a secret doesn't open")
    func silence() async throws {
        let vault = try vault()
        let error = await #expect(throws: AppError.self) {
            try await vault.open([1, 2, 3], for: .issuerKey("k"), tenant: try tenant("acme"), in: store)
        }
        #expect(error == AppError(.secretUndecryptable))
        #expect(error?.category == .bug)
    }

    @Test("seals nothing with a data key whose transaction was rolled back")
    func rolledBack() async throws {
        struct Stop: Error {}
        let vault = try vault()
        let scope = Scope(tenant: try tenant("acme"))
        await #expect(throws: Stop.self) {
            try await store.write(scope) { transaction in
                _ = try vault.seal([1], for: .issuerKey("k"), in: transaction)
                throw Stop()
            }
        }
        let sealed = try await vault.seal(plaintext, for: .issuerKey("k"), tenant: scope.tenant, in: store)
        let next = try self.vault()
        #expect(try await next.open(sealed, for: .issuerKey("k"), tenant: scope.tenant, in: store) == plaintext)
    }

    @Test("opens with an old master key what it wrapped, and wraps with the new one")
    func rotation() async throws {
        let acme = try tenant("acme")
        let before = try vault("old:\(keyText)")
        let sealed = try await before.seal(plaintext, for: .issuerKey("k"), tenant: acme, in: store)
        let after = try vault("new:\(otherKeyText),old:\(keyText)")
        #expect(try await after.open(sealed, for: .issuerKey("k"), tenant: acme, in: store) == plaintext)
        let other = try tenant("other")
        _ = try await after.seal(plaintext, for: .issuerKey("k"), tenant: other, in: store)
        #expect(store.contents.dataKeys[other]?.map(\.masterKeyID) == ["new"])
    }

    @Test("names the master key that is missing, and tells a wrong one from it")
    func masterKeys() async throws {
        #expect(try await Vault.masterKeyInUse(in: store) == nil)
        try await vault("one:\(keyText)").prepare(in: store)
        #expect(try await Vault.masterKeyInUse(in: store) == "one")
        let unknown = await #expect(throws: AppError.self) {
            try await vault("two:\(keyText)").prepare(in: store)
        }
        #expect(unknown?.code == "keys.master_key_unknown")
        #expect(unknown?.message.contains("one") == true)
        #expect(await code { try await vault("one:\(otherKeyText)").prepare(in: store) } == "keys.master_key_wrong")
        #expect(store.contents.dataKeys[.installation]?.count == 1)
    }

    @Test("makes codes that hold for one purpose, message and installation, and the next start's too")
    func mac() async throws {
        let vault = try vault()
        #expect(code { try vault.mac(purpose: "cursor", message: [1]) } == "vault.not_prepared")
        try await vault.prepare(in: store)
        let mac = try vault.mac(purpose: "cursor", message: [1, 2])
        #expect(mac.count == 32)
        #expect(try vault.isValidMAC(mac, purpose: "cursor", message: [1, 2]))
        #expect(try !vault.isValidMAC(mac, purpose: "fingerprint", message: [1, 2]))
        #expect(try !vault.isValidMAC(mac, purpose: "cursor", message: [1, 3]))
        #expect(try !vault.isValidMAC(Array(mac.dropLast()), purpose: "cursor", message: [1, 2]))
        let next = try self.vault()
        try await next.prepare(in: store)
        #expect(try next.mac(purpose: "cursor", message: [1, 2]) == mac)
        let elsewhere = try self.vault()
        try await elsewhere.prepare(in: KeyStore())
        #expect(try elsewhere.mac(purpose: "cursor", message: [1, 2]) != mac)
    }

    @Test("keeps the stored format: envelope and wrapped key are those of version 1")
    func golden() async throws {
        let vault = Vault(masterKeys: try MasterKeys(setting: Secret("one:\(keyText)")), random: countingBytes())
        let acme = try tenant("acme")
        let sealed = try await vault.seal(plaintext, for: .config("password", of: source()), tenant: acme, in: store)
        let wrapped = try #require(store.contents.dataKeys[acme]?.first?.wrapped)
        #expect(hex(wrapped) == Golden.wrapped)
        #expect(hex(sealed) == Golden.envelope)
    }

    @Test("seals each secret of a config for its path and gives them back")
    func config() async throws {
        let vault = try vault()
        let secrets = ["password": Secret("geheim"), "auth.token": Secret("")]
        let scope = Scope(tenant: try tenant("acme"))
        let sealed = try await store.write(scope) { try vault.sealConfig(secrets, of: source(), in: $0) }
        let opened = try await store.read(scope) { try vault.openConfig(sealed, of: source(), in: $0) }
        #expect(opened.mapValues { $0.withExposed { $0 } } == ["password": "geheim", "auth.token": ""])
        let swapped = ["password": sealed["auth.token"] ?? []]
        let error = await code { try await store.read(scope) { try vault.openConfig(swapped, of: source(), in: $0) } }
        #expect(error == "secrets.undecryptable")
        let state = try await store.write(scope) { try vault.sealState([7], of: "a", in: source(), transaction: $0) }
        #expect(
            try await store.read(scope) { try vault.openState(state, of: "a", in: source(), transaction: $0) } == [7])
    }

    @Test("refuses to seal more than its limit")
    func tooLarge() async throws {
        let vault = try vault()
        let big = [UInt8](repeating: 0, count: Vault.maxPlaintextBytes + 1)
        let error = await code {
            try await vault.seal(big, for: .issuerKey("k"), tenant: try tenant("acme"), in: store)
        }
        #expect(error == "secrets.too_large")
    }
}

/// Stored values of version 1, computed with another implementation of AES-GCM too: what is in databases must open for
/// ever.
private enum Golden {
    static let wrapped =
        "3132333435363738393a3b3ce1edcdb501da84b150c9dbb3cefb9949a261271e40d2ba3800682f6d"
        + "a6f9520a531aa37db58fa86c7dc356977befcbab"
    static let envelope =
        "010102030405060708090a0b0c0d0e0f103d3e3f404142434445464748238e61bf0f3793f1e738de"
        + "cf96245db03208118f26cb0215fd9cc6f62a"
}
