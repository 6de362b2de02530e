import AsyncHTTPClient
import Dispatch
public import Domain
public import Egress
import Inflation
import NIOCore
import NIOHTTP1

/// Sends many requests over http and https and keeps connections open between them: for sources that are read page by
/// page.
///
/// Each request asks the ``EgressGuard`` and connects to an address that it gave, never to the name; certificates are checked
/// for the name. Redirects are followed on request, each hop checked like the first, and what could hold credentials stays
/// behind when the origin changes.
public final class HTTPSession: Sendable {
    /// What one exchange may cost at most.
    public struct Limits: Sendable, Hashable {
        /// Bytes of a body that is read whole, as it comes.
        public var bodyBytes = 64 << 20
        /// Bytes of a body that is read whole, once it is inflated.
        public var inflatedBytes = 128 << 20
        /// Bytes of a body that is read piece by piece, as it comes and once it is inflated.
        public var streamedBytes = 64 << 30
        /// How many times its size a body may inflate to, after the first MiB.
        public var inflationRatio = 100
        /// For connecting to one address.
        public var connectTime = Duration.seconds(10)
        /// Without a byte from the server.
        public var idleTime = Duration.seconds(60)
        /// Hops of one request.
        public var redirects = 30
        /// Addresses that are tried.
        public var addresses = 4
        /// Addresses, of all hosts together, that one session connects to.
        public var peers = 256

        /// Makes the usual limits.
        public init() {}
    }

    private let egress: EgressGuard
    private let tenant: TenantID
    private let limits: Limits
    private let looking = DispatchQueue(label: "tributary.http-session.names", attributes: .concurrent)
    private let peers: Peers

    /// Makes a session; nothing is sent yet. Must be closed.
    ///
    /// - Parameter tenant: Whose requests they are, for the guard.
    public init(egress: EgressGuard, tenant: TenantID, limits: Limits = Limits()) {
        self.egress = egress
        self.tenant = tenant
        self.limits = limits
        peers = Peers(limits: limits)
    }

    /// Closes the connections.
    public func close() async { await peers.close() }

    /// The answer to a request, whatever its status.
    ///
    /// Errors: the guard's, `http_fetch.timeout`, `http_fetch.unreachable` (no connection, no TLS, or one that broke);
    /// `CancellationError` when the task is cancelled.
    ///
    /// - Parameter followsRedirects: Whether an answer that points elsewhere (301, 302, 303, 307, 308) is followed.
    public func send(_ request: HTTPRequest, followsRedirects: Bool = true) async throws -> HTTPAnswer {
        var request = request
        var hops = 0
        while true {
            let destination = try await destination(of: request.url)
            let answer = try await exchange(request, with: destination)
            guard followsRedirects, let next = Redirect.next(after: answer, to: request) else { return answer }
            hops += 1
            guard hops <= limits.redirects else {
                throw AppError(.fetchRedirects, recovery: .waitForSource)
            }
            request = next
        }
    }

    private func exchange(_ request: HTTPRequest, with destination: PermittedURL) async throws -> HTTPAnswer {
        var failure: any Error = AppError(.fetchUnreachable, recovery: .retry)
        for address in destination.addresses.prefix(limits.addresses) {
            try Task.checkCancellation()
            let client = try peers.client(for: destination, at: address)
            do {
                return try await exchange(request, with: destination, over: client)
            } catch {
                failure = Self.fault(error)
                guard Self.isRefusedConnection(error) else { break }
            }
        }
        throw failure
    }

    private func exchange(
        _ request: HTTPRequest, with destination: PermittedURL, over client: HTTPClient
    ) async throws -> HTTPAnswer {
        // Host and port were read strictly and stand before the first slash, so no parser finds another host here.
        let host = destination.host.contains(":") ? "[\(destination.host)]" : destination.host
        var message = HTTPClientRequest(
            url: "\(destination.scheme.rawValue)://\(host):\(destination.port)\(destination.target)")
        message.method = HTTPMethod(rawValue: request.method)
        message.headers.add(name: "Host", value: destination.authority)
        for field in request.headers where !Self.ownFields.contains(field.name.lowercased()) {
            message.headers.add(name: field.name, value: field.value)
        }
        if !request.body.isEmpty { message.body = .bytes(request.body) }
        let response = try await client.execute(message, timeout: .hours(24))
        let headers = response.headers.map { HTTPField($0.name, $0.value) }
        let body = HTTPBody(
            source: response.body, encodings: Self.encodings(response.headers["Content-Encoding"]), limits: limits,
            announced: response.headers.first(name: "Content-Length").flatMap { Int($0) })
        return HTTPAnswer(status: Int(response.status.code), headers: headers, url: request.url, body: body)
    }

    /// Fields that belong to the connection.
    private static let ownFields: Set<String> = ["host", "content-length", "transfer-encoding", "connection"]

    /// What is around the content, outermost first; codings that aren't known are left as they are.
    private static func encodings(_ fields: [String]) -> [Inflater.Format] {
        fields.flatMap { $0.split(separator: ",") }.reversed().compactMap { coding in
            switch coding.trimmingPrefix(" ").lowercased() {
            case "gzip", "x-gzip": .gzip
            case "deflate": .deflate
            default: nil
            }
        }
    }

    /// Looking up a name blocks, so it happens on a thread that may.
    private func destination(of url: String) async throws -> PermittedURL {
        let lookUp = LookUp()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                lookUp.begin(continuation)
                looking.async { [egress, tenant] in
                    lookUp.end(Result { try egress.destination(of: url, for: tenant) })
                }
            }
        } onCancel: {
            lookUp.end(.failure(CancellationError()))
        }
    }
}
