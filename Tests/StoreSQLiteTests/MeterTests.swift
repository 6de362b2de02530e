import Domain
import Meters
import StoreAPI
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("What the SQLite store measures")
struct MeterTests {
    private struct Refusal: Error {}

    @Test("committed writes, their transactions and groups; reads by where they run")
    func counts() async throws {
        let meters = StoreMeters()
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/t.db", clock: TestClock().wall, meters: meters)
        _ = try await store.migrate()
        let scope = Scope(tenant: .named("acme"))
        for _ in 0..<3 { try await store.write(scope) { _ = try $0.runs.runningCount() } }
        await #expect(throws: Refusal.self) { try await store.write(scope) { _ in throw Refusal() } }
        #expect(meters.writes.value() == 3, "one that throws commits nothing")
        #expect(meters.transactions.count() == 3 && meters.groups.count() == 3)
        _ = try await store.read(scope) { try $0.runs.runningCount() }
        for _ in 0..<2 { _ = try await store.readBriefly(scope) { try $0.runs.runningCount() } }
        #expect(meters.reads.value(StoreMeters.ReadPath.pool) == 1)
        #expect(meters.reads.value(StoreMeters.ReadPath.near) == 2)
        try await store.close()
        for path in StoreMeters.ReadPath.allCases { #expect(meters.busyReaders.value(at: path.meterPlace) == 0) }
        #expect(meters.waitingReads.value() == 0)
    }
}
