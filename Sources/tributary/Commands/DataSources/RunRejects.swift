import ArgumentParser
import TributaryClient
import WireAPI

/// Shows what a run couldn't store.
struct RunRejects: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects", abstract: "Show the items that a run couldn't store, and why.",
        discussion: """
            Example:
              tributary datasources rejects ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA run_01JD2Y6V9N0QH8Z4M7K3T5R1XC
            """)

    @Argument(help: "The DataSource.") var id: String
    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var runID: String
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let rejects = try await options.withClient {
            try await $0.datasources.rejects(id, runID, limit: page.limit, cursor: page.cursor)
        }
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(rejects) }
        var table = Table([
            .init(title: "ENTITY", shrinks: true), .init(title: "REASON"), .init(title: "EXCERPT", shrinks: true),
        ])
        for reject in rejects.items {
            table.add([Table.Cell(reject.entity), Table.Cell(reject.reason), Table.Cell(reject.excerpt)])
        }
        table.write(to: output)
        PageOptions.mention(next: rejects.nextCursor, total: rejects.total)
    }
}
