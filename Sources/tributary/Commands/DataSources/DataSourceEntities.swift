import ArgumentParser
import TributaryClient
import WireAPI

/// Shows what a DataSource offers.
struct DataSourceEntities: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entities", abstract: "Show what the source offers.",
        discussion: """
            Example:
              tributary datasources entities ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The DataSource.") var id: String
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let entities = try await options.withClient { try await $0.datasources.entities(id) }
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(ItemList(items: entities)) }
        var table = Table([
            .init(title: "ENTITY", shrinks: true), .init(title: "SYNCED"), .init(title: "MODES"),
            .init(title: "PRIMARY KEY", shrinks: true), .init(title: "CURSOR FIELDS", shrinks: true),
        ])
        for entity in entities {
            table.add([
                Table.Cell(entity.name), .flag(entity.isSelected),
                Table.Cell(entity.modes.joined(separator: ", ")),
                Table.Cell(entity.primaryKey.joined(separator: ", ")),
                Table.Cell(entity.cursorFields.joined(separator: ", ")),
            ])
        }
        table.write(to: output)
    }
}
