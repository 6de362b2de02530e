import ArgumentParser
import TributaryClient
import WireAPI

/// Lists DataSources.
struct ListDataSources: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the DataSources, newest first.",
        discussion: """
            Example:
              tributary datasources list --status error --sort name
            """)

    @Option(help: "Only this connector.") var type: String?
    @Option(help: "Only this status: pending, connected, error, paused or disconnected.") var status: String?
    @Option(help: "Only this provenance tag.") var source: String?
    @Option(help: "Only names that hold this, whatever the case.") var search: String?
    @Option(
        help: "created_at, updated_at, name, last_sync_at or next_sync_at; - in front for descending (--sort=-name).")
    var sort: String?
    @Flag(help: "Show deleted ones too.") var includeDeleted = false
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        var filter = DataSourceFilter()
        (filter.type, filter.status, filter.source) = (type, status, source)
        (filter.search, filter.sort, filter.includesDeleted) = (search, sort, includeDeleted)
        (filter.limit, filter.cursor) = (page.limit, page.cursor)
        let found = try await options.withClient { [filter] in try await $0.datasources.list(filter) }
        guard !options.json else { return try Surroundings.current.output.json(found) }
        Self.table(found.items).write(to: Surroundings.current.output)
        PageOptions.mention(next: found.nextCursor, total: found.total)
    }

    static func table(_ sources: [DataSourceBody]) -> Table {
        var table = Table([
            .init(title: "ID"), .init(title: "NAME", shrinks: true), .init(title: "TYPE"), .init(title: "STATUS"),
            .init(title: "RECORDS", isNumber: true), .init(title: "LAST SYNC"), .init(title: "NEXT SYNC"),
        ])
        for source in sources {
            let records = source.syncedEntities.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
            table.add([
                Table.Cell(source.id), Table.Cell(source.name), Table.Cell(source.type),
                source.isDeleted ? Table.Cell("deleted", .yellow) : .status(source.status), .number(records),
                .time(source.lastSyncAt), .time(source.nextSyncAt),
            ])
        }
        return table
    }
}
