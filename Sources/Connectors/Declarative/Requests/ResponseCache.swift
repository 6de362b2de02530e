import HTTPFetch
import Synchronization

/// The answers to requests that several streams send alike, such as a parent's pages: kept for one run, within a bound.
///
/// What doesn't fit is asked for again.
final class ResponseCache: Sendable {
    /// Bytes of bodies that are kept at most.
    static let mostBytes = 32 << 20

    struct Key: Hashable, Sendable {
        let method: String
        let url: String
        let headers: [HTTPField]
        let body: [UInt8]

        init(_ request: HTTPRequest) {
            method = request.method
            url = request.url
            headers = request.headers.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            body = request.body
        }
    }

    private struct State {
        var answers: [Key: SourceResponse] = [:]
        /// The order in which they came.
        var order: [Key] = []
        var bytes = 0
    }

    private let state = Mutex(State())

    /// The answer to a request like this one; nil where there is none.
    func answer(to request: HTTPRequest) -> SourceResponse? {
        guard Self.isKept(request) else { return nil }
        return state.withLock { $0.answers[Key(request)] }
    }

    /// Keeps an answer, if it is a good one to a request that changes nothing.
    func keep(_ response: SourceResponse, to request: HTTPRequest) {
        let size = response.bytes.count + 1_024
        guard Self.isKept(request), response.head.status == 200, size <= Self.mostBytes / 4 else { return }
        let key = Key(request)
        state.withLock { state in
            guard state.answers[key] == nil else { return }
            state.answers[key] = response
            state.order.append(key)
            state.bytes += size
            while state.bytes > Self.mostBytes, let oldest = state.order.first {
                state.order.removeFirst()
                state.bytes -= (state.answers.removeValue(forKey: oldest)?.bytes.count ?? 0) + 1_024
            }
        }
    }

    private static func isKept(_ request: HTTPRequest) -> Bool { request.method == "GET" || request.method == "HEAD" }
}
