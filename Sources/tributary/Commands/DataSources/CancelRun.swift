import ArgumentParser
import TributaryClient
import WireAPI

/// Stops a run.
struct CancelRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Stop a run; what it has stored stays.",
        discussion: """
            Example:
              tributary datasources cancel ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The DataSource.") var id: String
    @Argument(help: ArgumentHelp("The run; without it the one that is queued or running.", valueName: "run"))
    var runID: String?
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let cancelled = try await options.withClient { client in
            var wanted = runID
            if wanted == nil { wanted = try await client.datasources.get(id).activeRunID }
            guard let wanted else { throw CommandError("No run of \(id) is queued or running.") }
            return try await client.datasources.cancel(id, wanted)
        }
        guard !options.json else { return try Surroundings.current.output.json(cancelled) }
        Surroundings.current.output.line("\(cancelled.id) \(cancelled.status)")
    }
}
