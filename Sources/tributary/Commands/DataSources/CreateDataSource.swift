import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// Registers an external system.
struct CreateDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Register an external system; it isn't synced yet.",
        discussion: """
            Examples:
              tributary datasources create --name Countries --type file --config '{"path": "*.json"}'
              tributary datasources create --name CRM --type postgres --config @crm.json --secret password=env:CRM_PASSWORD
            """)

    @Option(help: "The connector: see tributary connectors list.") var type: String?
    @OptionGroup var fields: DataSourceFields
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard fields.body == nil, fields.name == nil || type == nil else { return }
        throw ValidationError("Give --name and --type, or --body.")
    }

    func run() async throws {
        var body = try fields.object()
        if let type { body["type"] = .string(type) }
        let created = try await options.withClient { [body] in try await $0.datasources.create(json: body) }
        try GetDataSource.show(created, asJSON: options.json)
        Surroundings.current.errors.line("next: tributary datasources sync \(created.id)")
    }
}
