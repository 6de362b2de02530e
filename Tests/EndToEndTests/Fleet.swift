import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program as several processes on one PostgreSQL database: one that answers the API, and workers.
final class Fleet {
    /// How long a run's owner may be silent.
    static let lease = Duration.seconds(1)

    /// The ledger and the process that answers for it; it has no workers of its own.
    let stage: LedgerStage
    private let workers: [ServerProcess]
    private var names: [String: ServerProcess] = [:]

    /// Starts all of them.
    ///
    /// - Parameters:
    ///   - kind: Where the ledger is.
    ///   - rows: How many rows it has at first.
    ///   - database: Where the program keeps everything.
    ///   - port: Where the workers look for the database's server, such as a proxy's; nil = at its own.
    init(
        _ kind: LedgerStage.Kind, rows: Int, workers count: Int, on database: PostgresDatabase, port: Int? = nil
    ) async throws {
        var settings = LedgerStage.settings(storingIn: database)
        settings["TRIBUTARY_LEASE_SECONDS"] = "\(Self.lease.components.seconds)"
        settings["TRIBUTARY_LOG_LEVEL"] = "debug"
        stage = try await LedgerStage(kind, rows: rows, settings: settings.merging(["TRIBUTARY_WORKERS": "0"]) { $1 })
        var theirs = database
        if let port { theirs.port = port }
        settings.merge(LedgerStage.settings(storingIn: theirs)) { $1 }
        settings["TRIBUTARY_EGRESS_ALLOW"] = "127.0.0.0/8"
        settings["TRIBUTARY_FILES_ROOT"] = stage.server.folder.path + "/files"
        workers = try (0..<count).map { _ in try ServerProcess(settings) }
        for worker in workers {
            try worker.start(arguments: ["--role", "worker"])
            let client = TributaryClient(url: worker.url, token: nil)
            names[try await client.health().workerID] = worker
            await client.close()
        }
    }

    /// Whose hands a run is in.
    func owner(of run: SyncRunBody) throws -> ServerProcess {
        let name = try #require(run.workerID, "\(run)")
        return try #require(names[name], "\(run)")
    }

    /// Waits until a worker has read so many of a full run's records; begins another where one ends before.
    func running(_ client: TributaryClient, read: Int) async throws -> SyncRunBody {
        var run = try await stage.sync(client, mode: "full")
        while run.status != "running" || run.workerID == nil || run.entities.reduce(0, { $0 + $1.read }) < read {
            if run.hasEnded { run = try await stage.sync(client, mode: "full") }
            run = try await client.datasources.run(stage.source, run.id)
        }
        return run
    }
}
