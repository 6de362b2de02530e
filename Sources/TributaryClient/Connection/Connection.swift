import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import WireAPI

/// Sends calls and reads answers: the one place that knows the HTTP library. Retries and renewed tokens belong here.
final class Connection: Sendable {
    private let base: String
    private let token: String?
    private let limits: ClientLimits
    private let http: HTTPClient

    init(base: String, token: String?, limits: ClientLimits) {
        self.base = String(base.reversed().drop { $0 == "/" }.reversed())
        self.token = token
        self.limits = limits
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connectTimeout)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    // The library insists on being shut down before it goes; it says so too if that has happened already.
    deinit { http.shutdown { _ in } }

    func close() async {
        // The only fault is that it is closed already.
        try? await http.shutdown()
    }

    /// Sends a call and reads the answer's body; throws `TributaryError` for anything but success.
    func send<Shape: WireValue>(_ call: Call, as shape: Shape.Type = Shape.self) async throws -> Shape {
        try await succeed(call).decoded(as: shape)
    }

    /// Sends a call whose answer has no body worth reading.
    @discardableResult
    func succeed(_ call: Call) async throws -> Answer {
        let answer = try await exchange(call)
        guard answer.isSuccess else { throw answer.refusal }
        return answer
    }

    /// Sends a call and returns whatever came back.
    func exchange(_ call: Call) async throws -> Answer {
        do {
            let response = try await http.execute(
                try request(call), timeout: TimeAmount(limits.callTimeout + call.wait))
            let body = try await response.body.collect(upTo: limits.maxAnswerBytes)
            return Answer(
                status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView))
        } catch {
            throw connectionFault(error)
        }
    }

    private func request(_ call: Call) throws -> HTTPClientRequest {
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else { throw HTTPClientError.invalidURL }
        var request = HTTPClientRequest(url: base + call.target)
        request.method = call.method
        request.headers.add(name: "Accept", value: "application/json")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: call.contentType)
            request.body = .bytes(body)
        }
        return request
    }

    private func connectionFault(_ error: any Error) -> any Error {
        if error is CancellationError || Task.isCancelled { return CancellationError() }
        if error is NIOTooManyBytesError {
            return ConnectionError(.tooLarge, "The server's answer is longer than \(limits.maxAnswerBytes) bytes.")
        }
        switch error as? HTTPClientError {
        case .invalidURL, .emptyHost, .emptyScheme:
            return ConnectionError(.badAddress, "\(base) isn't an address such as http://127.0.0.1:8080.")
        case .readTimeout, .deadlineExceeded, .connectTimeout, .getConnectionFromPoolTimeout:
            return ConnectionError(.timedOut, "The server at \(base) didn't answer in time.")
        default:
            return ConnectionError(.unreachable, "No server answers at \(base).")
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
