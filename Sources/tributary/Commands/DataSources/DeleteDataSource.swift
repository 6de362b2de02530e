import ArgumentParser
import TributaryClient

/// Soft-deletes a DataSource.
struct DeleteDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a DataSource; it can be brought back with update --restore.",
        discussion: """
            Example:
              tributary datasources delete ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The DataSource.") var id: String
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { try await $0.datasources.delete(id) }
        Surroundings.current.errors.line("deleted; back with: tributary datasources update \(id) --restore")
    }
}
