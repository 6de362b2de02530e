import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// Shows one DataSource.
struct GetDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show one DataSource.",
        discussion: """
            Example:
              tributary datasources get ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --json
            """)

    @Argument(help: "The DataSource.") var id: String
    @Flag(help: "Show it even if it is deleted.") var includeDeleted = false
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let source = try await options.withClient {
            try await $0.datasources.get(id, includeDeleted: includeDeleted)
        }
        try Self.show(source, asJSON: options.json)
    }

    /// Prints one DataSource as a sheet or as JSON.
    static func show(_ source: DataSourceBody, asJSON: Bool) throws {
        let output = Surroundings.current.output
        guard !asJSON else { return try output.json(source) }
        Table.sheet(sheet(of: source)).write(to: output)
    }

    private static func sheet(of source: DataSourceBody) -> [(String, Table.Cell)] {
        let counts = source.syncedEntities.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let entities = source.entities?.map { "\($0.name) (\($0.mode))" }
        let error = source.lastError.map { "\($0.message) (\($0.code), needs \($0.recovery))" }
        return [
            ("id", Table.Cell(source.id)), ("name", Table.Cell(source.name)), ("type", Table.Cell(source.type)),
            ("status", .status(source.status)), ("last sync", .time(source.lastSyncAt)),
            ("next sync", .time(source.nextSyncAt)), ("schedule", Table.Cell(source.syncSchedule ?? "-")),
            ("records", Table.Cell(counts.isEmpty ? "-" : counts.joined(separator: ", "))),
            ("entities", Table.Cell(entities?.joined(separator: ", ") ?? "all")),
            ("config", Table.Cell(JSONValue.object(source.config).description)),
            (
                "secrets set",
                Table.Cell(source.secretFields.isEmpty ? "-" : source.secretFields.joined(separator: ", "))
            ),
            ("last error", Table.Cell(error ?? "-", error == nil ? nil : .red)),
            ("failures in a row", .number(source.consecutiveFailures)),
            ("active run", Table.Cell(source.activeRunID ?? "-")),
            ("created", Table.Cell("\(Table.Cell.time(source.createdAt).text) by \(source.createdBy)")),
            ("updated", Table.Cell("\(Table.Cell.time(source.updatedAt).text) by \(source.updatedBy)")),
            ("deleted", .time(source.deletedAt)), ("tenant", Table.Cell(source.tenantID)),
            ("application", Table.Cell(source.appID ?? "-")),
        ]
    }
}
