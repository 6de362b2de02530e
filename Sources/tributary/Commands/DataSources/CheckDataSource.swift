import ArgumentParser
import TributaryClient
import WireAPI

/// Tries a DataSource's connection.
struct CheckDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Try the connection; exits with 1 when it fails.",
        discussion: """
            Example:
              tributary datasources check ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The DataSource.") var id: String
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let check = try await options.withClient { try await $0.datasources.check(id) }
        let surroundings = Surroundings.current
        if options.json { try surroundings.output.json(check) }
        if check.isOK {
            if !options.json { surroundings.output.line("ok, \(check.latencyMilliseconds) ms") }
            return
        }
        let error = check.error
        throw CommandError(
            "\(error?.message ?? "The connection failed.") (\(error?.code ?? "unknown"))",
            hint: error.map { Advice(recovery: $0.recovery, source: id).text })
    }
}
