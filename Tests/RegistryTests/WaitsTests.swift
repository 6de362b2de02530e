import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Registry

@Suite struct WaitsTests {
    private let clock = ManualClock()
    private let board = HintBoard()

    private func tenant(_ name: String) throws -> TenantID { try #require(TenantID(name)) }

    @Test("one tenant has only so many waits, and another's go on")
    func limits() async throws {
        let waits = Waits(clock: clock.clock)
        let (many, other, board) = (try tenant("many"), try tenant("other"), board)
        let gate = Gate()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Waits.mostOfOneTenant {
                group.addTask {
                    let listener = board.listen(for: .runQueued)
                    _ = try? await waits.wait(upTo: .seconds(9), for: listener, of: many) { () -> Bool? in
                        // Held until the test is over.
                        try await gate.wait()
                        return true
                    }
                }
            }
            while gate.arrivals < Waits.mostOfOneTenant { await Task.yield() }
            await #expect(throws: AppError.self) {
                _ = try await waits.wait(upTo: .seconds(9), for: board.listen(for: .runQueued), of: many) { true }
            }
            let answer = try? await waits.wait(upTo: .seconds(9), for: board.listen(for: .runQueued), of: other) { 7 }
            #expect(answer == 7)
            gate.open()
        }
    }

    @Test("a server that stops ends its waits")
    func stops() async throws {
        let waits = Waits(clock: clock.clock)
        waits.stop()
        let answer: Int? = try await waits.wait(
            upTo: .seconds(30), for: board.listen(for: .runQueued), of: try tenant("acme")
        ) { nil }
        #expect(answer == nil)
    }
}
