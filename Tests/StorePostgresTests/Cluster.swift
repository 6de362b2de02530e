import Domain
import FaultKit
import StoreAPI
import StorePostgres
import Synchronization
import TestSupport

/// The PostgreSQL server of this suite, and stores on databases of it.
enum Cluster {
    private static let start = Task { try await PostgresServer.start(settings: ["max_connections": "200"]) }

    static func server() async throws -> PostgresServer { try await start.value }

    /// An empty database.
    static func database() async throws -> PostgresDatabase { try await server().database() }
}

extension PostgresDatabase {
    var location: PostgresLocation {
        get throws { try PostgresLocation(url: Secret(url + "?sslmode=disable")) { _ in nil } }
    }

    /// A store on this database, with a clock of the test's own where one is given.
    func store(
        _ wallClock: WallClock? = nil, lease: Duration = .seconds(30), listens: Bool = false,
        sourceText: SourceText? = nil, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> PostgresStore {
        PostgresStore(
            try location, clock: .machine, wallClock: wallClock, lease: lease, readers: 3, writers: 4,
            listens: listens, sourceText: sourceText, log: log)
    }
}

/// Lets a few through at once; the others wait in line.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
        return try await body()
    }
}
