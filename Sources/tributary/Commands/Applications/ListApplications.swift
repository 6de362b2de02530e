import ArgumentParser
import TributaryClient
import WireAPI

/// Lists Applications.
struct ListApplications: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the Applications, newest first.",
        discussion: """
            Example:
              tributary applications list --include-deleted
            """)

    @Flag(help: "Show deleted ones too.") var includeDeleted = false
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let found = try await options.withClient {
            try await $0.applications.list(includeDeleted: includeDeleted, limit: page.limit, cursor: page.cursor)
        }
        guard !options.json else { return try Surroundings.current.output.json(found) }
        var table = Table([
            .init(title: "ID"), .init(title: "NAME", shrinks: true), .init(title: "SCOPE", shrinks: true),
            .init(title: "CREATED"), .init(title: "STATE"),
        ])
        for one in found.items {
            table.add([
                Table.Cell(one.id), Table.Cell(one.name), Table.Cell(one.scope), .time(one.createdAt),
                one.isDeleted ? Table.Cell("deleted", .yellow) : Table.Cell("live", .green),
            ])
        }
        table.write(to: Surroundings.current.output)
        PageOptions.mention(next: found.nextCursor, total: found.total)
    }
}

/// Shows one Application.
struct GetApplication: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show one Application.",
        discussion: """
            Example:
              tributary applications get app_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The Application.") var id: String
    @Flag(help: "Show it even if it is deleted.") var includeDeleted = false
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let application = try await options.withClient {
            try await $0.applications.get(id, includeDeleted: includeDeleted)
        }
        try Self.show(application, asJSON: options.json)
    }

    /// Prints one Application as a sheet or as JSON.
    static func show(_ application: ApplicationBody, asJSON: Bool) throws {
        let output = Surroundings.current.output
        guard !asJSON else { return try output.json(application) }
        Table.sheet([
            ("id", Table.Cell(application.id)), ("name", Table.Cell(application.name)),
            ("scope", Table.Cell(application.scope)), ("tenant", Table.Cell(application.tenantID)),
            ("created", Table.Cell("\(Table.Cell.time(application.createdAt).text) by \(application.createdBy)")),
            ("updated", Table.Cell("\(Table.Cell.time(application.updatedAt).text) by \(application.updatedBy)")),
            ("deleted", .time(application.deletedAt)),
        ]).write(to: output)
    }
}
