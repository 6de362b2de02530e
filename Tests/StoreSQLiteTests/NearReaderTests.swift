import Domain
import FaultKit
import StoreAPI
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("Brief reads")
struct NearReaderTests {
    @Test("see what was committed before they began, though a snapshot is kept")
    func fresh() async throws {
        let opened = try await Opened()
        for number in 1...20 {
            #expect(try await count(opened) == number - 1)
            #expect(try await count(opened) == number - 1, "on the same snapshot")
            try await opened.insert(number)
        }
        #expect(try await count(opened) == 20)
        try await opened.store.close()
    }

    @Test("begin anew after one that failed")
    func afterFailure() async throws {
        struct Refusal: Error {}
        let opened = try await Opened()
        try await opened.insert(1)
        for _ in 0..<3 {
            await #expect(throws: Refusal.self) {
                try await opened.store.readBriefly(opened.scope) { transaction in
                    _ = try transaction.sources.count(DataSourceQuery())
                    throw Refusal()
                }
            }
            #expect(try await count(opened) == 1)
        }
        try await opened.store.close()
    }

    @Test("can't write")
    func readOnly() async throws {
        let opened = try await Opened()
        let source = opened.source(1)
        await #expect(throws: AppError.self) {
            try await opened.store.readBriefly(opened.scope) { try $0.sources.insert(source) }
        }
        #expect(try await count(opened) == 0)
        try await opened.store.close()
    }

    @Test("let the log be started over while their connections are idle")
    func log() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        for round in 0..<24 {
            if round < 4 { #expect(try await count(opened) == 1 + round) }
            try await opened.insertBulk(round)
            guard round % 6 == 5 else { continue }
            // What is written after a rest stays in the log until it is much.
            let moved = (round + 1) * 4_000_000 - 16 << 20
            let isMoved = try await eventually(within: .seconds(20)) { try opened.size() > moved }
            #expect(isMoved, "after \(round + 1) rounds")
        }
        // 96 MB of bodies went through a log that is started over every 24 MB.
        #expect(try opened.size("-wal") < 48 << 20)
        try await opened.store.close()
    }

    private func count(_ opened: Opened) async throws -> Int {
        try await opened.store.readBriefly(opened.scope) { try $0.sources.count(DataSourceQuery()) }
    }
}
