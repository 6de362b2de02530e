import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// The catalogue of connectors.
struct ConnectorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors", abstract: "What kinds of systems can be registered.",
        subcommands: [List.self, Show.self, Create.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the connectors.",
            discussion: """
                Example:
                  tributary connectors list
                """)

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let page = try await options.withClient { try await $0.connectors.list() }
            let output = Surroundings.current.output
            guard !options.json else { return try output.json(page) }
            var table = Table([
                .init(title: "TYPE"), .init(title: "TITLE", shrinks: true), .init(title: "VERSION"),
                .init(title: "DESCRIPTION", shrinks: true),
            ])
            for connector in page.items {
                let texts = [connector.type, connector.title, connector.version, connector.description]
                table.add(texts.map { Table.Cell($0) })
            }
            table.write(to: output)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Store a connector of the tenant's own: a low-code manifest.",
            discussion: """
                DataSources registered from then on get it; those that are there keep the version that they have, until it is
                changed: tributary datasources update ID --set connector_version=VERSION.

                Example:
                  tributary connectors create acme-crm acme-crm.yaml
                """)

        @Argument(help: "What a DataSource's type will name: a lower-case letter, then a-z 0-9 _ -.") var type: String
        @Argument(help: "The manifest, YAML or JSON; - for standard input.") var file: String
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let text = String(decoding: try TextSource.read(file == "-" ? file : "@" + file), as: UTF8.self)
            let connector = try await options.withClient { try await $0.connectors.create(type, manifest: text) }
            let output = Surroundings.current.output
            guard !options.json else { return try output.json(connector) }
            output.line("stored: \(connector.type), version \(connector.version)")
            output.line("next: tributary connectors show \(connector.type)")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one connector and the fields of its config.",
            discussion: """
                Example:
                  tributary connectors show file
                """)

        @Argument(help: "The connector's type.") var type: String
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let connector = try await options.withClient { try await $0.connectors.get(type) }
            let output = Surroundings.current.output
            guard !options.json else { return try output.json(connector) }
            Table.sheet([
                ("type", Table.Cell(connector.type)), ("title", Table.Cell(connector.title)),
                ("version", Table.Cell(connector.version)),
                ("capabilities", Table.Cell(connector.capabilities.joined(separator: ", "))),
                ("docs", Table.Cell(connector.docsURL ?? "-")),
            ]).write(to: output)
            output.line("\n" + connector.description.printable + "\n")
            Self.fields(connector.configSchema).write(to: output)
        }

        private static func fields(_ schema: JSONValue) -> Table {
            let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            var table = Table([
                .init(title: "CONFIG FIELD"), .init(title: "TYPE"), .init(title: "REQUIRED"), .init(title: "SECRET"),
                .init(title: "DESCRIPTION", shrinks: true),
            ])
            for field in schema["properties"]?.objectValue ?? JSONObject() {
                table.add([
                    Table.Cell(field.name), Table.Cell(field.value["type"].map(Self.typeName) ?? "-"),
                    .flag(required.contains(field.name)), .flag(field.value["x-secret"] == true),
                    Table.Cell(field.value["description"]?.stringValue ?? ""),
                ])
            }
            return table
        }

        private static func typeName(_ type: JSONValue) -> String {
            type.stringValue ?? (type.arrayValue ?? []).compactMap(\.stringValue).joined(separator: "|")
        }
    }
}
