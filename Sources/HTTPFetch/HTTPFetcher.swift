public import Domain
public import Egress

/// Fetches documents over http and https: the only server-side code that opens sockets for HTTP.
///
/// Each fetch asks the ``EgressGuard``, connects to an address that it gave (never to the name, which may have another
/// by then) and checks the certificate for the name. Redirects aren't followed, no proxy is used.
/// A fetch has connections of its own and closes them.
public struct HTTPFetcher: Sendable {
    /// What one fetch may cost at most.
    public struct Limits: Sendable, Hashable {
        /// Bytes of the answer's body.
        public var bodyBytes = 1 << 20
        /// From the look-up of the name to the last byte of the body, all addresses together.
        public var time = Duration.seconds(10)
        /// For one address.
        public var connectTime = Duration.seconds(3)
        /// Addresses that are tried.
        public var addresses = 4

        /// Makes limits for a small document.
        public init() {}
    }

    private let egress: EgressGuard
    private let clock: MonotonicClock
    private let limits: Limits

    /// Makes a fetcher; nothing is sent yet.
    public init(egress: EgressGuard, clock: MonotonicClock, limits: Limits = Limits()) {
        self.egress = egress
        self.clock = clock
        self.limits = limits
    }

    /// What is at the URL, whatever status it comes with.
    ///
    /// Errors: the guard's, `http_fetch.timeout`, `http_fetch.too_large`, `http_fetch.unreachable` (no connection, no TLS, or one
    /// that broke); `CancellationError` when the task is cancelled.
    ///
    /// - Parameters:
    ///   - url: http or https, read as strictly as the guard reads it.
    ///   - tenant: Whose fetch it is, for the guard.
    ///   - accept: The media types that are wanted.
    public func get(_ url: String, for tenant: TenantID, accept: String) async throws -> FetchedDocument {
        let limits = limits
        return try await withThrowingTaskGroup(of: FetchedDocument.self) { group in
            group.addTask { try await fetch(url, for: tenant, accept: accept) }
            group.addTask {
                try await clock.sleep(limits.time)
                throw AppError(.fetchTimeout, "The document didn't arrive within \(limits.time).")
            }
            defer { group.cancelAll() }
            guard let document = try await group.next() else { throw CancellationError() }
            return document
        }
    }

    private func fetch(_ url: String, for tenant: TenantID, accept: String) async throws -> FetchedDocument {
        var terms = HTTPSession.Limits()
        terms.bodyBytes = limits.bodyBytes
        terms.inflatedBytes = limits.bodyBytes
        terms.connectTime = limits.connectTime
        terms.addresses = limits.addresses
        let session = HTTPSession(egress: egress, tenant: tenant, limits: terms)
        let headers = [HTTPField("Accept", accept), HTTPField("User-Agent", "tributary")]
        let result: Result<FetchedDocument, any Error>
        do {
            let answer = try await session.send(HTTPRequest("GET", url, headers: headers), followsRedirects: false)
            let body = try await answer.body.collected()
            result = .success(
                FetchedDocument(status: answer.status, contentType: answer.first("Content-Type"), body: body))
        } catch {
            result = .failure(error)
        }
        await session.close()
        return try result.get()
    }
}

/// An answer, read whole.
public struct FetchedDocument: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The media type as it was sent; nil where none was.
    public let contentType: String?
    public let body: [UInt8]
}

extension ErrorCode {
    /// No answer within the time.
    public static let fetchTimeout = ErrorCode(
        "http_fetch.timeout", .source, "The server didn't send the document in time.")
    /// The answer is larger than the limit.
    public static let fetchTooLarge = ErrorCode(
        "http_fetch.too_large", .source, "The document is larger than its limit.")
    /// No connection, no TLS, or one that broke.
    public static let fetchUnreachable = ErrorCode(
        "http_fetch.unreachable", .source, "The server can't be reached, or its certificate isn't good for its name.")
    /// What came can't be inflated.
    public static let fetchDamaged = ErrorCode(
        "http_fetch.damaged", .source, "The answer's content is damaged: it can't be inflated.")
    /// Too many redirects in a row.
    public static let fetchRedirects = ErrorCode(
        "http_fetch.redirects", .source, "The server redirects more than 30 times in a row.")
    /// One session led to too many hosts.
    public static let fetchTooManyHosts = ErrorCode(
        "http_fetch.too_many_hosts", .source, "The source leads to more than 256 hosts.")
}
