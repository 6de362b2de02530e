import ConnectorAPI
import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Registry
import StoreAPI
import Tokens
import Vault

extension Benchmark {
    /// Requests to the whole API over SQLite, without sockets.
    static let requests = [
        request("request-get", "GET of one DataSource", times: 1_000) { "/api/v1/datasources/\($0)" },
        request("request-list", "GET of a list of 50 DataSources", times: 100) { _ in "/api/v1/datasources?limit=50" },
        request("request-feed", "GET of a page of 5,000 changes", times: 4) {
            "/api/v1/datasources/\($0)/changes?limit=5000"
        },
    ]

    private static func request(
        _ name: String, _ about: String, times: Int, path: @escaping @Sendable (DataSourceID) -> String
    ) -> Benchmark {
        Benchmark(name: name, about: about) { place in
            let stage = try await Stage(.sqlite, name, in: place)
            _ = try await stage.commit(SampleRow.batch(0..<RecordBatch.maxRecords))
            let ids = ULIDGenerator(clock: Stage.wallClock) { 1 }
            for number in 1...60 {
                var source = stage.source
                source = DataSource(
                    id: ids.next(DataSourceKind.self), tenant: source.tenant, app: nil, createdAt: source.createdAt,
                    createdBy: "bench", name: "Source \(number)", type: "push")
                let inserted = source
                try await stage.store.write(Scope(tenant: source.tenant)) { try $0.sources.insert(inserted) }
            }
            let api = try await RequestStage(stage.store, ids: ids)
            let path = path(stage.source.id)
            return Work(items: times, bytes: nil) { _ in
                for _ in 0..<times { try await api.send(path) }
            }
        }
    }
}

/// The HTTP API over a store, and a token for it.
private struct RequestStage: Sendable {
    private let service: HTTPService
    private let authorization: String
    private let channel = NIOAsyncTestingChannel()
    private let logger = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })

    init(_ store: any Store, ids: ULIDGenerator) async throws {
        let vault = Vault(masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")))
        try await vault.prepare(in: store)
        let issuer = try await BuiltInIssuer(store: store, vault: vault)
        let status = ServerStatus(version: "0", role: "api", workerID: "w1") { try await store.ping() }
        status.markStarted()
        let useCases = UseCases(
            store: store, catalog: ConnectorCatalog([PushConnector()]), vault: vault, ids: ids,
            threads: ConnectorThreads(), clock: Stage.clock, wallClock: Stage.wallClock, issuer: issuer)
        service = HTTPService(
            useCases: useCases, tokens: TokenVerifier(issuers: [issuer.issuer]), status: status,
            keySet: issuer.publicKeys, ids: ids, wallClock: Stage.wallClock, clock: Stage.clock, logger: logger,
            metrics: Metrics(http: HTTPMeters(), others: [], clock: Stage.clock) {}, errors: ErrorCatalog([]))
        authorization =
            "Bearer "
            + (try issuer.mint(
                tenant: try Stage.tenant, subject: "per_1", app: nil, grants: .all, ttl: .seconds(3600),
                now: Stage.wallClock.now()
            ).withExposed { $0 })
    }

    func send(_ path: String) async throws {
        var fields = HTTPFields()
        fields[.authorization] = authorization
        let request = Request(
            head: HTTPRequest(
                method: .get, scheme: "http", authority: "localhost", path: path, headerFields: fields),
            body: RequestBody(buffer: ByteBuffer()))
        let source = ApplicationRequestContextSource(channel: channel, logger: logger)
        let response = try await service.respond(to: request, context: ConnectionContext(source: source))
        try BenchmarkFailure.check(response.status.code, 200, path)
        try await response.body.write(Discarded())
    }
}

private struct Discarded: ResponseBodyWriter {
    func write(_ buffer: ByteBuffer) async throws {}
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
