import Domain
import StoreAPI
import StoreSQLite
import TestSupport
import Testing
import Vault

@testable import Registry

@Suite("Receipts")
struct ReceiptTests {
    private let caller = Caller(
        scope: Scope(tenant: .named("acme")), subject: "ann", grants: .all, expiresAt: .latest)
    private let request = KeyedRequest(key: "k", method: "POST", path: "/p", query: "", body: [])

    /// A store with a vault, and the attempts of one process.
    private struct Place {
        let folder: TemporaryFolder
        let store: SQLiteStore
        let vault: Vault
        let idempotency: Idempotency
    }

    private func place() async throws -> Place {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/data/t.db", clock: TestClock().wall)
        _ = try await store.migrate()
        let vault = Vault(masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")))
        try await vault.prepare(in: store)
        let waits = Waits(clock: ManualClock().clock)
        return Place(
            folder: folder, store: store, vault: vault,
            idempotency: Idempotency(store: store, vault: vault, waits: waits))
    }

    /// An attempt of another process than the place's others.
    private func attempt(_ place: Place) async throws -> KeyedAttempt {
        let other = Idempotency(store: place.store, vault: place.vault, waits: Waits(clock: ManualClock().clock))
        guard case .first(let attempt) = try await other.begin(request, grant: nil, as: caller) else {
            throw AppError(.idempotencyInProgress)
        }
        return attempt
    }

    private func receipt(_ attempt: KeyedAttempt, bodyBytes: Int = 3) -> Receipt<Int> {
        Receipt(attempt) { KeptAnswer(status: $0, headers: [], body: [UInt8](repeating: 7, count: bodyBytes)) }
    }

    private func audit(_ transaction: any StoreTransaction, _ number: UInt64) throws {
        try transaction.note(
            .runCancel, of: AuditSubject(.run, id: "run_\(number)", app: nil), by: caller,
            as: EventID(ULID(bits: UInt128(number))))
    }

    private func effects(_ place: Place) async throws -> [String] {
        try await place.store.read(caller.scope) { try $0.audit.list(AuditQuery()).map(\.subject.id) }
    }

    @Test("of two processes that do the same request at once, the second's effect isn't committed")
    func twoProcesses() async throws {
        let place = try await place()
        let (first, second) = (receipt(try await attempt(place)), receipt(try await attempt(place)))
        _ = try await place.store.write(as: caller, first) { transaction in
            try audit(transaction, 1)
            return 201
        }
        await #expect(throws: AnsweredBefore.self) {
            _ = try await place.store.write(as: caller, second) { transaction in
                try audit(transaction, 2)
                return 202
            }
        }
        #expect(try await effects(place) == ["run_1"])
    }

    @Test("one that finds the key taken only when it keeps its own answer is told to come again")
    func takenMeanwhile() async throws {
        let place = try await place()
        let (first, second) = (receipt(try await attempt(place)), receipt(try await attempt(place)))
        await #expect(throws: AppError(.idempotencyInProgress, retryAfter: .seconds(1))) {
            _ = try await place.store.write(as: caller, second) { transaction in
                try audit(transaction, 2)
                // As another process's commit does, where the database lets both begin.
                try first.keep(201, in: transaction)
                return 202
            }
        }
        #expect(try await effects(place) == [])
    }

    @Test("an answer of over 4 MiB is refused with its effect")
    func tooLarge() async throws {
        let place = try await place()
        for (bytes, isKept) in [(KeptAnswer.mostBodyBytes, true), (KeptAnswer.mostBodyBytes + 1, false)] {
            let attempt = try await attempt(place)
            let write = { () async throws -> Int in
                try await place.store.write(as: caller, receipt(attempt, bodyBytes: bytes)) { transaction in
                    try audit(transaction, 1)
                    return 201
                }
            }
            if isKept {
                #expect(try await write() == 201)
                try await place.store.write(caller.scope) { transaction in
                    _ = try transaction.answers.purge(before: transaction.now + .seconds(1), limit: 9)
                    _ = try transaction.audit.purge(before: transaction.now + .seconds(1), limit: 9)
                }
            } else {
                await #expect(throws: AppError(.idempotencyAnswerTooLarge)) { _ = try await write() }
                #expect(try await effects(place) == [])
            }
        }
    }

    @Test("an answer comes back as it was kept")
    func answers() {
        for body in [nil, [], Array("{\"a\":\n1}\n".utf8), [0, 255]] as [[UInt8]?] {
            let answer = KeptAnswer(
                status: 201, headers: [.init(name: "ETag", value: "\"1.1\""), .init(name: "Location", value: "/x")],
                body: body)
            #expect(KeptAnswer(bytes: answer.bytes) == answer)
        }
        #expect(KeptAnswer(bytes: Array("{}\n".utf8)) == nil)
    }
}
