public import Domain
import Synchronization

/// A time of day that only a test moves, forwards or back; it starts in 2030.
public final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(milliseconds: 1_893_456_000_000)) { time = Mutex(start) }

    public var wall: WallClock { WallClock { self.now } }

    public var now: Timestamp { time.withLock { $0 } }

    public func set(_ now: Timestamp) { time.withLock { $0 = now } }

    public func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
