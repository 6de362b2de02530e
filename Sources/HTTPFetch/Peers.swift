import AsyncHTTPClient
import Domain
import Egress
import NIOCore
import Synchronization

/// The connections of a session, by the address that they lead to.
final class Peers: Sendable {
    private struct Key: Hashable {
        let scheme: PermittedURL.Scheme
        let address: PermittedAddress
    }

    private enum State {
        case open([Key: HTTPClient])
        case closed
    }

    private let limits: HTTPSession.Limits
    private let state = Mutex(State.open([:]))

    init(limits: HTTPSession.Limits) { self.limits = limits }

    /// The client whose connections lead to the address and nowhere else. Throws `http_fetch.too_many_hosts`.
    func client(for url: PermittedURL, at address: PermittedAddress) throws -> HTTPClient {
        let key = Key(scheme: url.scheme, address: address)
        return try state.withLock { state in
            guard case .open(var clients) = state else { throw CancellationError() }
            if let client = clients[key] { return client }
            guard clients.count < limits.peers else {
                throw AppError(.fetchTooManyHosts, recovery: .waitForSource)
            }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(for: url, address))
            clients[key] = client
            state = .open(clients)
            return client
        }
    }

    private func configuration(for url: PermittedURL, _ address: PermittedAddress) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .nanoseconds(limits.connectTime.wholeMilliseconds * 1_000_000),
                read: .nanoseconds(limits.idleTime.wholeMilliseconds * 1_000_000)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // The library connects to the address and goes on checking the certificate for the name.
        configuration.dnsOverride = [url.host: address.address]
        return configuration
    }

    /// Closes all connections.
    func close() async {
        let clients = state.withLock { state -> [HTTPClient] in
            defer { state = .closed }
            guard case .open(let clients) = state else { return [] }
            return Array(clients.values)
        }
        for client in clients {
            // The only fault is that requests were still under way, which nobody waits for any more.
            try? await client.shutdown()
        }
    }
}
