import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import WireAPI

/// Sends one request and reads its answer: with `AnswerStream` the one place that knows the HTTP library. Redirects
/// aren't followed, so a token goes nowhere else, and no proxy is used.
final class Transport: Sendable {
    private let base: Result<Address, any Error>
    private let limits: ClientLimits
    private let http: HTTPClient
    /// For answers that come bit by bit: their time is limited from one bit to the next.
    private let streams: HTTPClient

    init(base: String, limits: ClientLimits, longestSilence: Duration? = nil) {
        self.base = Result { try Address(base) }
        self.limits = limits
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connectTimeout)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(limits.maxConnections, 1)
        configuration.httpVersion = .http1Only
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.timeout.read = TimeAmount(longestSilence ?? limits.callTimeout + RunEvents.longestSilence)
        streams = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    // The library insists on being shut down before it goes; it says so too if that has happened already.
    deinit {
        http.shutdown { _ in }
        streams.shutdown { _ in }
    }

    func close() async {
        // The only fault is that it is closed already.
        try? await http.shutdown()
        try? await streams.shutdown()
    }

    /// The server's address; nil where it is none.
    var address: String? {
        // Its error comes with the first call.
        try? base.get().text
    }

    /// Sends a call and returns whatever came back; throws `ConnectionError` or `CancellationError`.
    func exchange(_ call: Call, token: HiddenText?) async throws -> Answer {
        let address = try base.get()
        let departure = Departure()
        let request = request(call, to: address, token: token, departure)
        let limit = TimeAmount(limits.callTimeout + call.wait)
        let work = Task { [http = call.isStreamed ? streams : http, most = limits.maxAnswerBytes] in
            let response = try await http.execute(request, timeout: limit + .seconds(1))
            var answer = Answer(status: Int(response.status.code), headers: response.headers, body: [])
            if call.isStreamed, answer.isEvents {
                answer.stream = AnswerStream(body: response.body) {
                    self.fault($0, at: address, departure, isLate: false)
                }
                return answer
            }
            answer.body = Array(try await response.body.collect(upTo: most).readableBytesView)
            try Task.checkCancellation()
            return answer
        }
        // The library's own time limit ends with the answer's head, and its body may drip for ever.
        let isLate = Flag()
        let timer = http.eventLoopGroup.any().scheduleTask(in: limit) {
            isLate.raise()
            work.cancel()
        }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                work.cancel()
            }
        } catch {
            throw fault(error, at: address, departure, isLate: isLate.isUp)
        }
    }

    private func request(
        _ call: Call, to address: Address, token: HiddenText?, _ departure: Departure
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.text + call.target)
        request.method = call.method
        request.headers.add(name: "Accept", value: call.isStreamed ? "text/event-stream" : "application/json")
        if let token { request.headers.add(name: "Authorization", value: "Bearer " + token.exposed) }
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: call.contentType)
            request.body = .bytes(
                NoticedBytes(bytes: body, departure: departure), length: .known(Int64(body.count)))
        } else {
            // Without a body nothing tells when the request leaves.
            departure.flag.raise()
        }
        return request
    }

    private func fault(_ error: any Error, at address: Address, _ departure: Departure, isLate: Bool) -> any Error {
        if Task.isCancelled { return CancellationError() }
        let hasLeft = departure.flag.isUp
        let late = "The server at \(address.text) didn't answer in time."
        if isLate { return ConnectionError(.timedOut, late, mayHaveArrived: hasLeft) }
        if error is NIOTooManyBytesError {
            return ConnectionError(
                .tooLarge, "The server's answer is longer than \(limits.maxAnswerBytes) bytes.", mayHaveArrived: true)
        }
        switch error as? HTTPClientError {
        case .invalidURL, .emptyHost, .emptyScheme:
            return ConnectionError(.badAddress, "\(address.text) isn't an address such as http://127.0.0.1:8080.")
        case .alreadyShutdown, .cancelled:
            return ConnectionError(.closed, "The client was closed.", mayHaveArrived: hasLeft)
        case .connectTimeout, .tlsHandshakeTimeout:
            return ConnectionError(.timedOut, late)
        case .getConnectionFromPoolTimeout:
            return ConnectionError(
                .timedOut,
                "All connections to \(address.text) are in use: more than \(limits.maxConnections) calls wait.")
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            return ConnectionError(.timedOut, late, mayHaveArrived: hasLeft)
        default:
            return ConnectionError(.unreachable, "No server answers at \(address.text).", mayHaveArrived: hasLeft)
        }
    }
}

/// Something that has happened or not, seen from several threads.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isUp: Bool { state.load(ordering: .acquiring) }

    func raise() { state.store(true, ordering: .releasing) }
}

/// Whether a request's body was taken to be sent. Until then a connection was sought in vain, and the server has
/// nothing that it could act on.
private struct Departure: Sendable {
    let flag = Flag()
}

/// A body that notices when it is taken. The library reads a sequence only once its connection stands and the head is
/// written.
private struct NoticedBytes: Sequence, Sendable {
    let bytes: [UInt8]
    let departure: Departure

    var underestimatedCount: Int { bytes.count }

    func makeIterator() -> IndexingIterator<[UInt8]> {
        departure.flag.raise()
        return bytes.makeIterator()
    }
}

extension TimeAmount {
    /// At most a year, so that nobody's "for ever" overflows.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(31_536_000)).components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
