import ConnectorAPI
import Domain
import Egress
import Engine
import FileConnector
import Foundation
import HTTPAPI
import Hummingbird
import Logging
import Registry
import SQLConnectors
import Scheduler
import ServiceLifecycle
import StoreAPI
import Tokens
import UnixSignals
import Vault

extension Tributary {
    /// Serves until SIGTERM or SIGINT: API, workers and scheduler, as far as the role goes. Prints
    /// `listening on http://HOST:PORT` to standard output once it is ready.
    ///
    /// Errors: the settings', the store's, the vault's; `http.address_unavailable` when the address can't be taken.
    public static func serve(_ settings: Settings, role: Role) async throws {
        forbidCoreDumps()
        let logger = self.logger(settings)
        let meters = ServerMeters()
        let installation = try await Installation.patiently {
            try await Installation.open(settings, clock: .system, keySets: .overHTTP(logger: logger), meters: meters) {
                logger.warning("\($0)")
            }
        }
        for warning in installation.warnings + settings.warnings { logger.warning("\(warning)") }
        do {
            try await installation.store.recover()
            try await serve(Server(installation, settings, role, meters, logger), settings)
        } catch {
            // The first error counts; the process ends anyway.
            try? await installation.store.close()
            throw error
        }
        try await installation.store.close()
        logger.info("stopped")
    }

    private static func serve(_ server: Server, _ settings: Settings) async throws {
        let services = server.services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: server.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(12)
        configuration.maximumCancellationDuration = .seconds(3)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error where !server.status.hasStarted {
            // Nothing but taking the address can fail before that.
            server.logger.debug("The address can't be taken: \(error)")
            throw AppError(
                .addressUnavailable,
                """
                The server can't listen on \(settings.httpHost):\(settings.httpPort): another program has the port, or \
                the host isn't an address of this machine; change TRIBUTARY_HTTP_HOST or TRIBUTARY_HTTP_PORT.
                """)
        }
    }

    static func logger(_ settings: Settings) -> Logger {
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let format: LineLogHandler.Format = settings.logFormat == .json ? .json : .text
        return Logger(label: "tributary") { label in
            LineLogHandler(label: label, level: level, format: format, clock: .system)
        }
    }

    /// A core would hold every secret of the moment.
    private static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}

/// What one process runs, put together.
private struct Server {
    let logger: Logger
    let services: [any Service]
    let status: ServerStatus

    init(_ installation: Installation, _ settings: Settings, _ role: Role, _ meters: ServerMeters, _ logger: Logger) {
        self.logger = logger
        let store = installation.store
        let ids = ULIDGenerator(clock: .system, random: systemRandom)
        let workerID = ids.next().text
        let (catalog, problems) = Tributary.catalogAndProblems(settings)
        for problem in problems { logger.warning("\(problem)") }
        let threads = ConnectorThreads()
        status = ServerStatus(version: ProgramVersion.text, role: role.rawValue, workerID: workerID) {
            try await store.ping()
        }
        var services: [any Service] = []
        // A worker without lanes would end at once, and the end of one service ends the process.
        if role != .api, settings.workers > 0 {
            let worker = Worker(
                store: store, vault: installation.vault, catalog: catalog, threads: threads, clock: .system,
                workerID: workerID, lanes: settings.workers, lease: settings.lease, tenantRuns: settings.tenantRuns,
                hostRuns: settings.hostRuns, logger: logger, random: systemRandom, meters: meters.runs)
            let scheduler = Scheduler(store: store, ids: ids, clock: .system, logger: logger, meters: meters.schedule)
            let housekeeper = Housekeeper(
                store: store,
                retention: Retention(
                    deleted: settings.deletedRetention, tombstones: settings.tombstoneRetention,
                    runs: settings.runRetention),
                clock: .system, logger: logger)
            services += [worker.run, scheduler.run, housekeeper.run].map(Loop.init)
        }
        if role != .worker, installation.verifier.hasRemoteKeys {
            services.append(Loop(body: installation.verifier.keepKeysFresh))
        }
        let useCases = UseCases(
            store: store, catalog: catalog, vault: installation.vault, ids: ids, threads: threads, clock: .system,
            wallClock: .system, issuer: installation.issuer, meters: meters.runs)
        let http = HTTPService(
            useCases: useCases,
            tokens: installation.verifier, status: status, keySet: installation.issuer.publicKeys, ids: ids,
            wallClock: .system, clock: .system, logger: logger, metrics: meters.metrics(of: store), errors: .tributary,
            servesAPI: role != .worker,
            rateLimiter: settings.rateLimit.map {
                RateLimiter(perSecond: $0.perSecond, burst: $0.burst, clock: .system)
            })
        let application = ServerSettings(host: settings.httpHost, port: settings.httpPort)
            .application(http, ids: ids, logger: logger) { [status] port in
                status.markStarted()
                announce(host: settings.httpHost, port: port)
                logger.info(
                    "listening",
                    metadata: ["port": "\(port)", "role": "\(role.rawValue)", "version": "\(ProgramVersion.text)"])
            }
        // The last service hears of a stop first.
        let farewell = Farewell { [status] in
            status.markStopping()
            useCases.stopWaiting()
        }
        self.services = services + [application, farewell]
    }
}

/// What is done as soon as the program is asked to stop.
private struct Farewell: Service {
    let body: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        body()
    }
}

/// A loop that ends by cancellation, as a service that ends gracefully.
private struct Loop: Service {
    let body: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await body() }
    }
}

/// Tells whoever started the program where it listens; scripts wait for this line.
private func announce(host: String, port: Int) {
    let shown = host.contains(":") ? "[\(host)]" : host
    let line = Array("listening on http://\(shown):\(port)\n".utf8)
    // Nobody may be reading: no reason to stop.
    _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

extension ErrorCode {
    static let addressUnavailable = ErrorCode(
        "http.address_unavailable", .unavailable, "The server can't listen on its address.")
}
