import ArgumentParser
import TributaryClient
import WireAPI

/// Brings a DataSource's records up to date.
struct SyncDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Bring the records up to date and show what changed.",
        discussion: """
            Waits for the run's end and exits with 1 unless it succeeded. Control-C ends the waiting, not the run.

            Example:
              tributary datasources sync ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --mode full --entity customers
            """)

    @Argument(help: "The DataSource.") var id: String
    @Option(help: "full or incremental, instead of the entities' own modes.") var mode: String?
    @Option(help: "Only this entity. May be repeated.") var entity: [String] = []
    @Flag(help: "Confirm the deletions that wait for a review.") var allowDeletes = false
    @Flag(help: "Don't wait for the run's end.") var noWait = false
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard mode == nil || mode == "full" || mode == "incremental" else {
            throw ValidationError("--mode must be full or incremental.")
        }
    }

    func run() async throws {
        let request = SyncRequestBody(
            mode: mode, entities: entity.isEmpty ? nil : entity, allowsDeletes: allowDeletes ? true : nil)
        let run = try await options.withClient { client in
            guard !noWait else { return try await client.datasources.sync(id, request) }
            return try await RunWatch(source: client.datasources, id: id).run(request)
        }
        try show(run)
        if run.hasEnded, !run.hasSucceeded { throw Self.failure(of: run) }
    }

    private func show(_ run: SyncRunBody) throws {
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(run) }
        guard run.hasEnded else {
            return output.line("\(run.id) \(run.status)")
        }
        if !run.entities.isEmpty { Table.counts(run.entities).write(to: output) }
        let read = run.entities.reduce(0) { $0 + $1.read }
        let changes = run.entities.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted }
        output.line("\(run.id) \(run.status): \(read.grouped) read, \(changes.grouped) changes\(Self.time(run, read))")
        if run.entities.contains(where: { $0.rejected > 0 }) {
            Surroundings.current.errors.line("rejected items: tributary datasources rejects \(id) \(run.id)")
        }
    }

    private static func time(_ run: SyncRunBody, _ read: Int) -> String {
        guard let took = run.duration else { return "" }
        return " in \(took.shortText), \(Int(Double(read) / max(took / .seconds(1), 0.001)).grouped) records/s"
    }

    private static func failure(of run: SyncRunBody) -> CommandError {
        guard let error = run.error else {
            return CommandError("The run ended as \(run.status) (\(run.id)).")
        }
        let place = error.entity.map { ", entity \($0)" } ?? ""
        return CommandError(
            "\(error.message.printable) (\(error.code)\(place), \(run.id))",
            hint: Advice(recovery: error.recovery, run: run).text)
    }
}
