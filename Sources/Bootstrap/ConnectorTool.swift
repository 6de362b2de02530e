public import AirbyteProtocol
import ConnectorAPI
import Declarative
public import Domain
import Egress
import FileConnector
import Foundation
import Interpolation
import Registry
import SQLConnectors
import Synchronization

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
        let egress = EgressGuard(allowing: settings.egressAllow)
        let builtIn: [any Connector] = [
            FileConnector(root: settings.filesRoot), PostgresConnector(egress: egress, clock: .system),
            SQLiteConnector(root: settings.filesRoot, clock: .system), PushConnector(),
        ]
        let compiler = ManifestCompiler(
            surroundings: DeclarativeSurroundings(
                egress: egress, now: { DateTime(WallClock.system.now()) }, clock: .system,
                uuid: { UUID().uuidString.lowercased() }))
        let folder = ManifestFolder(
            settings.connectorsDir, builtIn: Set(builtIn.map(\.descriptor.type)), compiler: compiler)
        return (
            ConnectorCatalog(builtIn, manifests: folder.manifests, compiler: compiler), folder.problems
        )
    }
}
