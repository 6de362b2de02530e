import AsyncHTTPClient
import Domain
import Egress
import NIOCore
import NIOHTTP1

/// One request to one checked address: the one place that knows the HTTP library.
struct FetchConnection {
    private let url: PermittedURL
    private let limits: HTTPFetcher.Limits
    private let http: HTTPClient

    init(_ url: PermittedURL, at address: PermittedAddress, limits: HTTPFetcher.Limits) {
        self.url = url
        self.limits = limits
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(limits.connectTime.wholeMilliseconds * 1_000_000)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // The library connects to the address and goes on checking the certificate for the name.
        configuration.dnsOverride = [url.host: address.address]
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async {
        // The only fault is that it is closed already.
        try? await http.shutdown()
    }

    /// Throws `http_fetch.unreachable`, `http_fetch.too_large`, `CancellationError`.
    func get(accept: String) async throws -> FetchedDocument {
        // Host and port were read strictly and stand before the first slash, so no parser finds another host here.
        let host = url.host.contains(":") ? "[\(url.host)]" : url.host
        var request = HTTPClientRequest(url: "\(url.scheme.rawValue)://\(host):\(url.port)\(url.target)")
        request.headers.add(name: "Host", value: url.authority)
        request.headers.add(name: "Accept", value: accept)
        request.headers.add(name: "User-Agent", value: "tributary")
        do {
            let response = try await http.execute(
                request, timeout: .nanoseconds(limits.time.wholeMilliseconds * 1_000_000))
            let body = try await response.body.collect(upTo: limits.bodyBytes)
            return FetchedDocument(
                status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type"),
                body: Array(body.readableBytesView))
        } catch {
            throw fault(error)
        }
    }

    private func fault(_ error: any Error) -> any Error {
        if Task.isCancelled { return CancellationError() }
        if error is NIOTooManyBytesError {
            return AppError(.fetchTooLarge, "The document is larger than \(limits.bodyBytes) bytes.")
        }
        // The library's own words may hold the URL, which may hold a secret.
        return AppError(.fetchUnreachable)
    }
}
