import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

@Suite("Hints between processes", .ownThreads, .timeLimit(.minutes(5)))
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

    @Test("don't come back to the store that posted them")
    func own() async throws {
        let opened = try await Opened()
        let (mine, other) = (try opened.database.store(listens: true), try opened.database.store(listens: true))
        let clock = ManualClock().clock
        let (first, second) = (opened.source(1).id, opened.source(2).id)
        let begun = [mine, other].map { $0.hints.listen(for: .source(first)) }
        let telling = Task {
            while !Task.isCancelled {
                try await opened.store.write(opened.scope) { $0.post(.source(first)) }
            }
        }
        for listener in begun { await listener.wait(atMost: .seconds(60), clock: clock) }
        telling.cancel()

        let heard = other.hints.listen(for: .source(second))
        try await mine.write(opened.scope) { $0.post(.source(second)) }
        let late = mine.hints.listen(for: .source(second))
        let count = Count()
        let waiting = Task {
            await late.wait(atMost: .seconds(60), clock: clock)
            count.add()
        }
        await heard.wait(atMost: .seconds(60), clock: clock)
        let hasComeBack = try await eventually(within: .milliseconds(300)) { count.value > 0 }
        #expect(!hasComeBack)
        mine.hints.post(.source(second))
        await waiting.value
        try await mine.close()
        try await other.close()
    }
}
