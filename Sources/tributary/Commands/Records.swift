import ArgumentParser
import TributaryClient
import WireAPI

/// The records of one entity.
struct Records: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the records of one entity, a page at a time.",
        discussion: """
            Examples:
              tributary records ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA iso_3166-1 --limit 10
              tributary records ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA iso_3166-1 --key '"DE"' --json
            """)

    @Argument(help: "The DataSource.") var id: String
    @Argument(help: "The entity.") var entity: String

    @Option(help: "Only this key, as JSON; an array where the key has several fields. May be repeated.")
    var key: [String] = []

    @Option(help: "Only records stored after this time (RFC 3339).")
    var updatedAfter: String?

    @Flag(help: "Show deleted records too.")
    var includeDeleted = false

    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        var filter = RecordFilter()
        filter.keys = key
        filter.updatedAfter = updatedAfter
        filter.includesDeleted = includeDeleted
        (filter.limit, filter.cursor) = (page.limit, page.cursor)
        let found = try await options.withClient { [filter] in try await $0.datasources.records(id, entity, filter) }
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(found) }
        var table = Table([
            .init(title: "KEY", shrinks: true), .init(title: "VERSION", isNumber: true), .init(title: "UPDATED"),
            .init(title: "DATA", shrinks: true),
        ])
        for record in found.items {
            table.add([
                Table.Cell(record.key.text), .number(record.version), .time(record.updatedAt),
                Table.Cell(record.data?.text ?? "(deleted)"),
            ])
        }
        table.write(to: output)
        PageOptions.mention(next: found.nextCursor, total: found.total)
    }
}
