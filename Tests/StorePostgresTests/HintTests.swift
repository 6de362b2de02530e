import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

@Suite("Hints between processes", .ownThreads)
struct HintTests {
    @Test("reach a store on the same database that listens")
    func carried() async throws {
        let opened = try await Opened()
        let other = try opened.database.store(listens: true)
        let id = opened.source(1).id
        let listener = other.hints.listen(for: .source(id))
        // It takes a moment until the other store listens, so it is told again and again.
        let telling = Task {
            while !Task.isCancelled {
                try await opened.store.write(opened.scope) { $0.post(.source(id)) }
            }
        }
        // Only a hint ends this wait.
        await listener.wait(atMost: .seconds(60), clock: ManualClock().clock)
        telling.cancel()
        try await other.close()
    }
}
