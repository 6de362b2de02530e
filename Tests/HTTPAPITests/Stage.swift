import ConnectorAPI
import Domain
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import Meters
import NIOCore
import Registry
import StoreAPI
import Synchronization
import TestStores
import TestSupport
import Testing
import Tokens
import Vault

/// The whole HTTP API over a store of its own, without sockets and without a worker.
final class Stage: Sendable {
    let store: any Store
    /// The same store as the requests see it.
    let faulty: FaultyStore
    let vault: Vault
    let issuer: BuiltInIssuer
    let wallClock = TestClock()
    let connector = ProbeConnector()
    let status: ServerStatus
    let log = LogLines()
    let meters = HTTPMeters()
    let tokenMeters = TokenMeters()
    let runMeters = RunMeters()
    let backlogMeters = BacklogMeters()
    /// How often something was looked up for `/metrics`.
    let looks = Counter("looks_total", "Looks.")
    private let database: TestDatabase
    let application: Application<HTTPService>

    /// With `clock` nil nothing that waits ever gets to the end of its time.
    init(clock: MonotonicClock? = nil, servesAPI: Bool = true, requestsPerSecond: Int? = nil, issuers: [Issuer] = [])
        async throws
    {
        database = try await TestDatabase(clock: wallClock.wall, sourceText: .answers)
        let store = database.store
        self.store = store
        faulty = FaultyStore(store)
        vault = Vault(masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")))
        try await vault.prepare(in: store)
        issuer = try await BuiltInIssuer(store: store, vault: vault)
        status = ServerStatus(version: "1.2.3", role: "api", workerID: "w1") { try await store.ping() }
        status.markStarted()
        let counter = Mutex<UInt64>(0)
        let ids = ULIDGenerator(clock: wallClock.wall) {
            counter.withLock { counter in
                counter += 1
                return counter
            }
        }
        let clock = clock ?? ManualClock().clock
        let catalog = ConnectorCatalog(
            [connector, PushConnector()], manifests: [Self.operatorsManifest], compiler: ProbeCompiler())
        let useCases = UseCases(
            store: faulty, catalog: catalog, vault: vault, ids: ids,
            threads: ConnectorThreads(), clock: clock, wallClock: wallClock.wall, issuer: issuer, meters: runMeters)
        var logger = Logger(label: "test", factory: { [log] _ in log.handler })
        logger.logLevel = .trace
        let service = HTTPService(
            useCases: useCases, tokens: TokenVerifier(issuers: [issuer.issuer] + issuers, meters: tokenMeters),
            status: status,
            keySet: issuer.publicKeys, ids: ids, wallClock: wallClock.wall, clock: clock, logger: logger,
            metrics: Metrics(http: meters, others: [tokenMeters, runMeters, backlogMeters], clock: clock) {
                [looks, backlogMeters] in
                looks.add()
                backlogMeters.note(try? await store.backlog())
            },
            errors: Stage.errors, servesAPI: servesAPI,
            rateLimiter: requestsPerSecond.map { RateLimiter(perSecond: $0, burst: 2 * $0, clock: clock) })
        application = ServerSettings(host: "127.0.0.1", port: 0).application(service, ids: ids, logger: logger)
    }

    /// A connector of the operator's folder.
    static let operatorsManifest = ConnectorManifest(
        type: "house", version: "h1", text: "probe of the house", createdAt: Timestamp(milliseconds: 0),
        createdBy: "operator", offeredAt: nil)

    /// A token's text.
    func token(
        _ tenant: String = "acme", app: String? = nil, subject: String = "per_1", grants: GrantSet = .all,
        ttl: Duration = .seconds(3600)
    ) throws -> String {
        try issuer.mint(
            tenant: .named(tenant), subject: subject, app: app.map { .named($0) }, grants: grants, ttl: ttl,
            now: wallClock.now
        ).withExposed { $0 }
    }

    /// Sends one request; with `token` nil as tenant `acme` with every grant, with an empty one without any.
    func send(
        _ method: Method, _ path: String, _ body: JSONValue? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send(method, path, bytes: body?.serialized(), token: token, headers: headers)
    }

    /// Sends one request with a body of any bytes.
    func send(
        _ method: Method, _ path: String, bytes: [UInt8]?, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var fields = HTTPFields()
        let token = try token ?? self.token()
        if !token.isEmpty { fields[.authorization] = "Bearer " + token }
        if bytes != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let sent = fields
        let response = try await application.test(.router) { client in
            try await client.executeRequest(
                uri: path, method: method.wire, headers: sent, body: bytes.map { ByteBuffer(bytes: $0) })
        }
        return Reply(response)
    }

    /// Registers a DataSource of the probe's type and answers its id.
    func register(
        _ name: String = "Orders", _ more: JSONObject = JSONObject(), token: String? = nil
    ) async throws -> String {
        var body: JSONObject = [
            "name": .string(name), "type": "probe",
            "config": ["host": "db.example", "password": .string(Stage.canary)],
        ]
        for member in more { body[member.name] = member.value }
        let reply = try await send(.post, "/api/v1/datasources", .object(body), token: token)
        #expect(reply.status == 201, "\(reply.text)")
        return try #require(reply.json["id"]?.stringValue)
    }

    /// The codes that requests are answered with, as far as this API's own parts declare them.
    static let errors = ErrorCatalog([
        ErrorCatalog.Part(.request, ErrorCode.httpAll + ErrorCode.registryAll + ErrorCode.domainAll),
        ErrorCatalog.Part(.fault, ErrorCode.faultsAll),
        ErrorCatalog.Part(.request, ErrorCode.storeAll + ErrorCode.tokensAll + ErrorCode.vaultAll),
        ErrorCatalog.Part(.request, ErrorCode.connectorAll),
    ])

    /// A secret that must never come back.
    static let canary = "canary-7f3a9c51"

    func write<Value: Sendable>(
        _ tenant: String = "acme", _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await store.write(Scope(tenant: .named(tenant)), body)
    }

    /// Everything in the database, as text.
    func stored() throws -> String { try database.content() }

    /// Ends the active run of a DataSource as a worker would.
    func endRun(of id: String, _ status: SyncRun.Status = .succeeded) async throws {
        let id = try #require(DataSourceID(id))
        try await write { transaction in
            guard var run = try transaction.runs.active(of: id), var source = try transaction.sources.find(id) else {
                throw AppError(.runNotFound)
            }
            run.status = status
            run.finishedAt = transaction.now
            try transaction.runs.update(run)
            source.status = status == .succeeded ? .connected : .error
            source.lastSyncAt = status == .succeeded ? transaction.now : source.lastSyncAt
            source.syncVersion += 1
            try transaction.sources.update(source)
            transaction.post(.source(id))
            transaction.post(.runEnded(id))
        }
    }

    /// Stores records by key text and body text; a nil body deletes.
    func storeRecords(_ entity: String = "orders", _ records: [(key: String, body: String?)], of id: String)
        async throws
    {
        let id = try #require(DataSourceID(id))
        let keyed = try records.map { record in
            (
                key: String(decoding: try JSONKey.encodeOrdered(keyText: Array(record.key.utf8)), as: UTF8.self),
                body: record.body
            )
        }
        let batch = RecordBatch.of(entity, keyed)
        try await write { transaction in
            var state = try #require(try transaction.sync.lock(id))
            _ = try transaction.records.merge(batch, run: RunID(ULID(bits: 77)), read: nil, sync: &state)
            try transaction.sync.save(state)
            transaction.post(.source(id))
        }
    }
}

/// The methods that tests use.
enum Method: String {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
    case delete = "DELETE"
    case options = "OPTIONS"

    fileprivate var wire: HTTPRequest.Method { HTTPRequest.Method(rawValue: rawValue) ?? .get }
}

/// An answer, taken apart.
struct Reply: Sendable {
    let status: Int
    private let headers: HTTPFields
    let bytes: [UInt8]

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        bytes = Array(response.body.readableBytesView)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// null for what isn't JSON.
    var json: JSONValue { (try? JSONValue(parsing: bytes, limits: .source)) ?? .null }
    var code: String? { json["code"]?.stringValue }
    var etag: String? { headers[.eTag] }
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    /// The faults of the body as `pointer code`.
    var faults: Set<String> {
        Set(
            (json["errors"]?.arrayValue ?? []).map {
                "\($0["pointer"]?.stringValue ?? "?") \($0["code"]?.stringValue ?? "?")"
            })
    }
    var items: [JSONValue] { json["items"]?.arrayValue ?? [] }
    var cursor: String? { json["next_cursor"]?.stringValue }

    /// The body without what differs from request to request.
    var comparable: String {
        var object = json.objectValue ?? JSONObject()
        object["request_id"] = nil
        return "\(status) \(object)"
    }
}

/// Everything that was logged, as text.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var handler: any LogHandler { Handler(lines: self) }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
