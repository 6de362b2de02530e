import Domain
import Hummingbird
import JSON
import NIOCore
import Registry
import WireAPI

/// A run's progress as server-sent events (the HTML Standard, section 9.2).
enum EventStream {
    static let mediaType = "text/event-stream"
    /// The id of the last event: a browser's EventSource asks again with it, and is told that there is no more.
    static let lastID = "end"
    /// How long a client waits before it asks again, when the stream broke.
    private static let retryMilliseconds = 2_000

    /// What happens to the run, as it comes.
    static func body(of events: RunEvents) -> ResponseBody {
        ResponseBody(asyncSequence: events.map { ByteBuffer(bytes: bytes(of: $0)) })
    }

    /// Serialized JSON has no line feeds, so the data is one line.
    static func bytes(of event: RunEvents.Element) -> [UInt8] {
        switch event {
        case .silence: Array(":\n\n".utf8)
        case .progress(let run): bytes("retry: \(retryMilliseconds)\nevent: progress\ndata: ", run)
        case .end(let run): bytes("id: \(lastID)\nevent: end\ndata: ", run)
        }
    }

    private static func bytes(_ head: String, _ run: SyncRun) -> [UInt8] {
        Array(head.utf8) + SyncRunBody(run).serialized() + Array("\n\n".utf8)
    }
}
