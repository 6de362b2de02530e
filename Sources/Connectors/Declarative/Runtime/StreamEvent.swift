import Domain
import Interpolation

/// What happens to a stream while it is read.
enum StreamEvent: Sendable {
    case started
    /// Records are coming; before the first of them.
    case running
    case records([Record])
    /// True once the records before it are taken. `count` is how many came since the state before.
    case state(Mapping, count: Int)
    /// A slice, or the list of slices, failed; others go on.
    case failed(AppError)
    /// All was read, or what could be; nothing follows.
    case ended(isComplete: Bool)
}

/// Takes the events of streams; several streams' events come at once, those of one stream in order.
protocol StreamSink: Sendable {
    /// Waits while it is busy. What it throws ends the read.
    func take(_ event: StreamEvent, of stream: String) async throws
}
