import ArgumentParser
import JSON

/// The fields of a DataSource that both create and update take.
struct DataSourceFields: ParsableArguments {
    @Option(help: "A name for people.") var name: String?
    @Option(help: "The connector's config: JSON, @file or - for standard input.") var config: String?
    @Option(help: "Which entities to sync and how: a JSON array, @file or -.") var entities: String?
    @Option(help: "Cron, @hourly …, or an interval such as PT15M.") var schedule: String?
    @Option(help: "Provenance tag.") var source: String?

    @Option(
        help: ArgumentHelp(
            "A secret of the config by its path: path=@file, path=- (standard input) or path=env:VARIABLE. May be "
                + "repeated.", valueName: "path=place"))
    var secret: [SecretOption] = []

    @Option(help: "The whole body, before other options change it: JSON, @file or -.") var body: String?

    func validate() throws {
        let texts = [config, entities, body].count { $0 == "-" }
        guard texts + secret.count(where: { $0.place == .standardInput }) <= 1 else {
            throw ValidationError("Only one option can take standard input.")
        }
    }

    /// The request's body: `--body` with the other options put over it.
    func object() throws -> JSONObject {
        var object = try body.map { try TextSource.object($0, option: "--body") } ?? JSONObject()
        if let name { object["name"] = .string(name) }
        if let source { object["source"] = .string(source) }
        if let schedule { object["sync_schedule"] = .string(schedule) }
        if let config { object["config"] = .object(try TextSource.object(config, option: "--config")) }
        if let entities { object["entities"] = try TextSource.json(entities, option: "--entities") }
        guard !secret.isEmpty else { return object }
        var config = object["config"]?.objectValue ?? JSONObject()
        for one in secret { try one.put(into: &config) }
        object["config"] = .object(config)
        return object
    }
}
