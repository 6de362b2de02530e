public import AirbyteProtocol
import BundledConnectors
import ConnectorAPI
import Declarative
public import Domain
import Egress
import FileConnector
import Foundation
import Interpolation
public import JSON
import Registry
import SQLConnectors
import Synchronization
import Vault

/// What is run by itself: for authors of connectors, and for other programs.
public struct ConnectorTool: Sendable {
    /// Which connector.
    public enum Choice: Sendable {
        /// One of the catalogue, the operator's folder included.
        case type(String)
        /// A low-code manifest's text.
        case manifest(String)
    }

    let settings: Settings
    let tenant: TenantID
    let now: @Sendable () -> DateTime
    let clock: MonotonicClock

    /// Local files are those of `tenant`. With `frozenAt`, a time by ISO 8601, the time of day stands still there, and waits
    /// pass at once. Throws `settings.invalid` for a time that can't be read.
    public init(_ settings: Settings, tenant: TenantID, frozenAt: String? = nil) throws {
        self.settings = settings
        self.tenant = tenant
        guard let frozenAt else {
            now = { DateTime(WallClock.system.now()) }
            clock = .system
            return
        }
        // Whatever is wrong with it, it is the option that is.
        // Why it is no time adds nothing to that it is none.
        guard let moment = try? DateTime(iso8601: frozenAt) else {
            throw AppError(.settingsInvalid, "--now must be a time by ISO 8601, such as 2025-06-15T12:34:56Z.")
        }
        now = { moment }
        let passed = PassedTime()
        clock = MonotonicClock(now: { passed.now }, sleep: { passed.add($0) })
    }

    /// The connector; no database is opened. Throws `connector.unknown`, `connector.manifest_invalid`.
    public func connector(_ choice: Choice) throws -> any ProtocolConnector {
        switch choice {
        case .manifest(let text):
            return DeclarativeSession(
                try DeclarativeManifest(text: text), surroundings: surroundings, tenant: tenant)
        case .type(let type):
            let connector = try Tributary.catalog(settings).connector(type)
            let (tenant, now) = (tenant, now)
            let wall = WallClock { Timestamp(milliseconds: now().unixMilliseconds) }
            return ConnectorSession(connector, clock: wall) { config in
                try ConnectorContext(tenant: tenant, config: config, for: connector.descriptor)
            }
        }
    }

    private var surroundings: DeclarativeSurroundings {
        DeclarativeSurroundings(
            egress: EgressGuard(allowing: settings.egressAllow), now: now, clock: clock,
            uuid: { UUID().uuidString.lowercased() })
    }
}

/// Time that passes by being slept through.
private final class PassedTime: Sendable {
    private let passed = Mutex(Duration.zero)

    var now: Duration { passed.withLock { $0 } }

    func add(_ duration: Duration) { passed.withLock { $0 += max(duration, .zero) } }
}

extension Tributary {
    /// The connectors of an installation.
    static func catalog(_ settings: Settings) -> ConnectorCatalog { catalogAndProblems(settings).catalog }

    /// The connectors of an installation, and what an operator should know of those that can't be used.
    static func catalogAndProblems(_ settings: Settings) -> (catalog: ConnectorCatalog, problems: [String]) {
        let surroundings = surroundings(settings)
        let egress = surroundings.egress
        let builtIn: [any Connector] =
            [
                FileConnector(root: settings.filesRoot), PostgresConnector(egress: egress, clock: .system),
                SQLiteConnector(root: settings.filesRoot, clock: .system), PushConnector(),
            ] + BundledConnectors.all(surroundings: surroundings)
        let compiler = ManifestCompiler(surroundings: surroundings)
        let folder = ManifestFolder(
            settings.connectorsDir, builtIn: Set(builtIn.map(\.type)), compiler: compiler)
        return (
            ConnectorCatalog(builtIn, manifests: folder.manifests, compiler: compiler), folder.problems
        )
    }
}

extension Tributary {
    /// What manifests of an installation run in.
    static func surroundings(_ settings: Settings) -> DeclarativeSurroundings {
        DeclarativeSurroundings(
            egress: EgressGuard(allowing: settings.egressAllow), now: { DateTime(WallClock.system.now()) },
            clock: .system, uuid: { UUID().uuidString.lowercased() })
    }
}

/// What an author sees of a manifest at work.
public enum AuthorsEvent: Sendable {
    /// A request went out; no status = there was no answer.
    case request(method: String, url: String, body: String, status: Int?)
    /// A message of the Airbyte protocol.
    case message(JSONValue)
}

extension ConnectorTool {
    /// Reads streams of a manifest one after the other and shows everything as it comes. `show` is given with each event what
    /// takes the config's secrets out of a text, which every text of an event needs, and answers false when it has seen
    /// enough of a stream. Answers whether all went well.
    ///
    /// Throws `connector.manifest_invalid`, `config.invalid`.
    public func test(
        _ manifest: String, config: JSONObject, streams: [String]?,
        show: @escaping @Sendable (AuthorsEvent, _ hiding: @escaping @Sendable (String) -> String) -> Bool
    ) async throws -> Bool {
        var surroundings = surroundings
        let compiler = ManifestCompiler(surroundings: surroundings)
        let parsed = try compiler.parsed(manifest)
        let compiled = compiler.connector(parsed, type: "test", version: "1")
        let context = try ConnectorContext(tenant: tenant, config: config, for: compiled.descriptor)
        let scrubber = Scrubber(secrets: Array(context.secrets.values))
        let hiding = { @Sendable (text: String) in scrubber.scrub(text) }
        surroundings.watch = { request in
            // Whether it was enough is asked at the next record.
            _ = show(
                .request(
                    method: request.method, url: request.url, body: String(decoding: request.body, as: UTF8.self),
                    status: request.status), hiding)
        }
        let session = DeclarativeSession(parsed, surroundings: surroundings, tenant: tenant)
        let output = ProtocolOutput { piece in
            for line in piece.split(separator: UInt8(ascii: "\n")) {
                guard show(.message(try JSONValue(parsing: Array(line), limits: .source)), hiding) else {
                    throw Enough()
                }
            }
        }
        guard try await session.check(config: config, to: output) else {
            try output.flush()
            return false
        }
        var names = streams ?? []
        if streams == nil { names = try await compiled.discover(context).map(\.name) }
        var isWell = true
        for name in names {
            let catalog: JSONValue = ["streams": [["stream": ["name": .string(name)], "sync_mode": "full_refresh"]]]
            do {
                let request = try ReadRequest(catalog: catalog, state: nil)
                isWell = try await session.read(request, config: config, to: output) && isWell
                try output.flush()
            } catch is Enough {}
        }
        return isWell
    }

    private struct Enough: Error {}
}
