import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// Whose run comes next (Invariant 5).
@Suite(.timeLimit(.minutes(5))) struct FairnessTests {
    /// So many DataSources of a tenant, each with a queued run.
    private func queue(_ count: Int, for tenant: String, host: String? = nil, _ bench: Bench) async throws
        -> [RunReference]
    {
        var queued: [RunReference] = []
        let scope = Scope(tenant: .named(tenant))
        for start in stride(from: 0, to: count, by: 1_000) {
            let ids = (start..<min(start + 1_000, count)).map { _ in
                (bench.ids.next(DataSourceKind.self), bench.ids.next(RunKind.self))
            }
            let bench = bench
            queued += try await bench.store.write(scope) { tx in
                try ids.map { id, run in
                    var source = DataSource(
                        id: id, tenant: scope.tenant, app: nil, createdAt: bench.wall.now, createdBy: "me", name: "S",
                        type: "scripted")
                    if let host { source.config = ["host": .string(host)] }
                    try tx.sources.insert(source)
                    _ = try tx.enqueue(RunRequest(trigger: .manual), for: source, id: run)
                    return RunReference(tenant: scope.tenant, source: id, run: run)
                }
            }
        }
        return queued
    }

    private func claim(_ reference: RunReference, _ terms: ClaimTerms, _ bench: Bench) async throws -> Bool {
        try await bench.store.write(Scope(tenant: reference.tenant)) {
            try $0.claim(reference, terms: terms, sentAt: .zero) != nil
        }
    }

    private func status(_ reference: RunReference, _ bench: Bench) async throws -> SyncRun.Status? {
        try await bench.store.read(Scope(tenant: reference.tenant)) {
            try $0.runs.find(reference.run, of: reference.source)?.status
        }
    }

    @Test("a tenant with 10,000 queued runs keeps another's one run waiting for no more than the next free worker")
    func manyAndOne() async throws {
        let bench = try await Bench()
        let many = try await queue(10_000, for: "many", bench)
        let terms = ClaimTerms(workerID: "busy", lease: .seconds(600), tenantLimit: 64)
        for reference in many.prefix(3) { #expect(try await claim(reference, terms, bench)) }
        for seed in 1...8 as ClosedRange<UInt64> {
            bench.wall.advance(by: .seconds(1))
            let one = try #require(try await queue(1, for: "few", bench).first)
            #expect(try await bench.worker(random: SeededRandom.shared(seed: seed)).runOne())
            #expect(try await status(one, bench) == .succeeded, "seed \(seed)")
        }
    }

    @Test("one host gets no more of a tenant's runs at once than its share, whatever the candidates say")
    func hosts() async throws {
        let bench = try await Bench()
        let database = try await queue(3, for: "many", host: "db.example", bench)
        let terms = ClaimTerms(workerID: "busy", lease: .seconds(600), tenantLimit: 64, hostLimit: 2)
        #expect(try await claim(database[0], terms, bench))
        #expect(try await claim(database[1], terms, bench))
        #expect(try await claim(database[2], terms, bench) == false)
        let picked = try await bench.store.claimableRuns(limit: 20, tenantLimit: 64, hostLimit: 2)
        #expect(picked.isEmpty)
        let files = try await queue(1, for: "many", bench)
        let others = try await queue(1, for: "other", host: "db.example", bench)
        for reference in files + others { #expect(try await claim(reference, terms, bench)) }
    }
}
