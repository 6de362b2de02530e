import ArgumentParser
import TributaryClient
import WireAPI

/// Shows who did what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who changed what, newest first.",
        discussion: """
            Needs a token with audit:read. Times are RFC 3339.

            Examples:
              tributary audit --resource ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
              tributary audit --action key.create --actor per_1 --after 2026-01-01T00:00:00Z
            """)

    @Option(help: "Only this action, such as datasource.update.") var action: String?
    @Option(help: "Only what was done to the thing of this id.") var resource: String?
    @Option(help: ArgumentHelp("Only to this kind: datasource, run, application or key.", valueName: "type"))
    var resourceType: String?
    @Option(help: ArgumentHelp("Only what was done by this sub.", valueName: "sub")) var actor: String?
    @Option(help: ArgumentHelp("Only after this time.", valueName: "time")) var after: String?
    @Option(help: ArgumentHelp("Only before this time.", valueName: "time")) var before: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        var filter = AuditFilter()
        filter.action = action
        filter.resourceID = resource
        filter.resourceType = resourceType
        filter.actor = actor
        filter.createdAfter = after
        filter.createdBefore = before
        filter.limit = page.limit
        filter.cursor = page.cursor
        let asked = filter
        let found = try await options.withClient { try await $0.audit.list(asked) }
        guard !options.json else { return try Surroundings.current.output.json(found) }
        var table = Table([
            .init(title: "AT"), .init(title: "ACTOR", shrinks: true), .init(title: "ACTION"), .init(title: "RESOURCE"),
            .init(title: "CHANGES", shrinks: true), .init(title: "ADDRESS"),
        ])
        for line in found.items {
            table.add([
                .time(line.at), Table.Cell(line.actor), Table.Cell(line.action), Table.Cell(line.resourceID),
                Table.Cell(line.changes.joined(separator: ", ")), Table.Cell(line.address ?? "-"),
            ])
        }
        table.write(to: Surroundings.current.output)
        PageOptions.mention(next: found.nextCursor, total: found.total)
    }
}
