import ArgumentParser
import TributaryClient
import WireAPI

/// Drops a DataSource's records for good.
struct EraseRecords: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Drop the contents of records for good; readers of the feed see deletions.",
        discussion: """
            Example:
              tributary datasources erase ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --entity customers --yes
            """)

    @Argument(help: "The DataSource.") var id: String
    @Option(help: "Only this entity; without it all.") var entity: String?
    @Flag(help: "Yes, for good.") var yes = false
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard yes else { throw ValidationError("This can't be undone: add --yes.") }
    }

    func run() async throws {
        let erasure = try await options.withClient { try await $0.datasources.erase(id, entity: entity) }
        guard !options.json else { return try Surroundings.current.output.json(erasure) }
        Surroundings.current.output.line("\(erasure.erased) records erased")
    }
}
