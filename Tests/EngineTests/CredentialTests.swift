import Domain
import StoreAPI
import Synchronization
import TestSupport
import Testing
import Vault

/// What connectors renew by themselves, kept sealed beside their DataSource.
@Suite("Stored credentials")
struct CredentialTests {
    private static let canary = "refresh-canary-3141"

    private func keeper(_ bench: Bench, secret: String = "s", as renewer: String = "one") -> StoredCredentials {
        StoredCredentials(
            of: bench.source, secrets: ["client_secret": Secret(secret)], store: bench.store, vault: bench.vault,
            clock: MonotonicClock(now: { .zero }, sleep: { _ in await Task.yield() }), renewer: renewer)
    }

    private func text(_ credentials: Credentials?) -> String? {
        credentials?.values["refresh_token"].map { $0.withExposed { $0 } }
    }

    @Test("are there for the next run, and sealed in the store")
    func kept() async throws {
        let bench = try await Bench()
        let keeper = keeper(bench)
        #expect(try await keeper.current() == nil)
        let made = try await keeper.renew(after: nil) { kept in
            #expect(kept == nil)
            return ["refresh_token": Secret(Self.canary)]
        }
        #expect(made.version == 1)
        #expect(text(try await self.keeper(bench, as: "two").current()) == Self.canary)
        let row = try await bench.store.read(bench.scope) { try $0.credentials.find(bench.source.id) }
        #expect(row?.renewer == nil)
        #expect(row.map { String(decoding: $0.sealed, as: UTF8.self).contains(Self.canary) } == false)
    }

    @Test("are renewed by one at a time; whoever comes later gets what that one made")
    func single() async throws {
        let bench = try await Bench()
        let calls = Calls()
        let first = try await keeper(bench).renew(after: nil) { _ in ["refresh_token": Secret("r0")] }
        let keepers = (0..<16).map { keeper(bench, as: "worker \($0)") }
        let made = try await withThrowingTaskGroup(of: Credentials.self) { group in
            for keeper in keepers {
                group.addTask {
                    try await keeper.renew(after: first) { kept in
                        let call = calls.next()
                        #expect(kept?.values["refresh_token"].map { $0.withExposed { $0 } } == "r0")
                        return ["refresh_token": Secret("r\(call)")]
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(calls.count == 1)
        #expect(made.count == 16 && made.allSatisfy { $0.version == 2 && text($0) == "r1" })
    }

    @Test("of a renewal that failed leave the old ones and the turn to others")
    func failure() async throws {
        let bench = try await Bench()
        let first = try await keeper(bench).renew(after: nil) { _ in ["refresh_token": Secret("r0")] }
        await #expect(throws: AppError.self) {
            try await keeper(bench).renew(after: first) { _ in throw AppError(.credentialsBusy) }
        }
        #expect(text(try await keeper(bench).current()) == "r0")
        let next = try await keeper(bench, as: "two").renew(after: first) { _ in ["refresh_token": Secret("r1")] }
        #expect(text(next) == "r1")
    }

    @Test("that a dead process was renewing are free again after half a minute")
    func deadRenewer() async throws {
        let bench = try await Bench()
        let source = bench.source.id
        try await bench.store.write(bench.scope) { transaction in
            var row = try transaction.credentials.begin(source)
            row.renewer = "dead"
            row.renewsUntil = transaction.now + .seconds(30)
            try transaction.credentials.save(row, of: source)
        }
        await #expect(throws: AppError.self) {
            try await keeper(bench).renew(after: nil) { _ in ["refresh_token": Secret("r")] }
        }
        bench.wall.advance(by: .seconds(31))
        try await bench.store.write(bench.scope) { transaction in
            var row = try transaction.credentials.begin(source)
            // A store whose clock the test can't move has it moved here.
            if let until = row.renewsUntil, until > transaction.now { row.renewsUntil = transaction.now }
            try transaction.credentials.save(row, of: source)
        }
        #expect(text(try await keeper(bench).renew(after: nil) { _ in ["refresh_token": Secret("r")] }) == "r")
    }

    @Test("that another config's secrets made aren't used any more")
    func otherBasis() async throws {
        let bench = try await Bench()
        _ = try await keeper(bench).renew(after: nil) { _ in ["refresh_token": Secret("old")] }
        let changed = keeper(bench, secret: "another")
        #expect(try await changed.current() == nil)
        let made = try await changed.renew(after: nil) { kept in
            #expect(kept == nil)
            return ["refresh_token": Secret("new")]
        }
        #expect(text(made) == "new" && made.version == 2)
    }

    @Test("of a DataSource that was disconnected meanwhile aren't kept")
    func disconnected() async throws {
        let bench = try await Bench()
        let bare = keeper(bench)
        let (store, scope, id) = (bench.store, bench.scope, bench.source.id)
        let error = await #expect(throws: AppError.self) {
            try await bare.renew(after: nil) { _ in
                try await store.write(scope) { transaction in
                    guard var source = try transaction.sources.find(id) else { return }
                    source.status = .disconnected
                    try transaction.sources.update(source)
                    try transaction.credentials.remove(source.id)
                }
                return ["refresh_token": Secret("r")]
            }
        }
        #expect(error?.code == "credentials.gone")
        #expect(try await bench.store.read(bench.scope) { try $0.credentials.find(bench.source.id) } == nil)
    }
}

/// How often something was called.
private final class Calls: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
