import Domain
import StoreAPI
import TestSupport
import Testing

/// Whom a hint wakes.
@Suite(.timeLimit(.minutes(5))) struct HintTests {
    private let board = HintBoard()

    /// How many of the listeners have a hint.
    private func woken(_ listeners: [HintListener]) async -> Int {
        var count = 0
        for listener in listeners where await listener.hasHint(within: .seconds(2)) { count += 1 }
        return count
    }

    @Test("a queued run wakes one worker, a second another, a third of two nobody; a change wakes all who follow it")
    func wakesOne() async throws {
        for posts in 1...3 {
            let listeners = (0..<2).map { _ in board.listen(for: .runQueued) }
            for _ in 0..<posts { board.post(.runQueued) }
            #expect(await woken(listeners) == min(posts, 2))
        }
        let source = try #require(DataSourceID("ds_01M8QMSK2PAN2KWD9MJFE73N2D"))
        let followers = (0..<3).map { _ in board.listen(for: .source(source)) }
        board.post(.source(source))
        #expect(await woken(followers) == 3)
    }
}
