import AirbyteProtocol
import ArgumentParser
import Bootstrap
import Domain
import JSON

/// Runs one connector by itself, without a server: for its author, and for other programs.
struct ConnectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector",
        abstract: "Run one connector by itself: messages of the Airbyte protocol on standard output.",
        discussion: """
            Any type of the catalogue runs so. Exits with 1 if the connection doesn't work or a stream failed.

            Examples:
              tributary connector spec --type postgres
              tributary connector check --type postgres --config config.json
              tributary connector discover --type postgres --config config.json
              tributary connector read --type postgres --config config.json --catalog catalog.json
            """,
        subcommands: [
            Spec.self, Check.self, Discover.self, Read.self, TestManifest.self, EvalCommand.self,
        ])

    struct Spec: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a config looks like.",
            discussion: """
                Example:
                  tributary connector spec --type file
                """)

        @OptionGroup var choice: ConnectorChoice

        func run() async throws {
            try await choice.run { connector, output in
                try await connector.spec(to: output)
                return true
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try the connection.",
            discussion: """
                Example:
                  tributary connector check --type postgres --config config.json
                """)

        @OptionGroup var choice: ConnectorChoice
        @OptionGroup var config: ConfigOption

        func run() async throws {
            let config = try config.read()
            try await choice.run { try await $0.check(config: config, to: $1) }
        }
    }

    struct Discover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the streams that the source has.",
            discussion: """
                Example:
                  tributary connector discover --type postgres --config config.json
                """)

        @OptionGroup var choice: ConnectorChoice
        @OptionGroup var config: ConfigOption

        func run() async throws {
            let config = try config.read()
            try await choice.run { try await $0.discover(config: config, to: $1) }
        }
    }

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the records and states of the streams that a catalog names.",
            discussion: """
                The catalog is what `discover` gave, each stream wrapped with how to read it:
                {"streams": [{"stream": {"name": "users"}, "sync_mode": "full_refresh"}]}. The state is an array of the last
                STATE messages of an earlier read.

                Example:
                  tributary connector read --type file --config config.json --catalog catalog.json --state state.json
                """)

        @OptionGroup var choice: ConnectorChoice
        @OptionGroup var config: ConfigOption

        @Option(help: ArgumentHelp("The configured catalog, a JSON file; - for standard input.", valueName: "file"))
        var catalog: String

        @Option(
            help: ArgumentHelp("The states of an earlier read, a JSON file; none = from the start.", valueName: "file"))
        var state: String?

        func run() async throws {
            let config = try config.read()
            let request: ReadRequest
            do {
                request = try ReadRequest(
                    catalog: try JSONFile.value(catalog, "--catalog"),
                    state: try state.map { try JSONFile.value($0, "--state") })
            } catch let error as ProtocolInputError {
                throw UsageError("\(error)")
            }
            try await choice.run { try await $0.read(request, config: config, to: $1) }
        }
    }
}

/// A JSON document in a file.
enum JSONFile {
    /// The document in the file at `path`, `-` for standard input.
    static func value(_ path: String, _ option: String) throws -> JSONValue {
        try TextSource.json(path == "-" ? path : "@" + path, option: option)
    }
}

/// The config that a connector is run with.
struct ConfigOption: ParsableArguments {
    @Option(help: ArgumentHelp("The config with its secrets, a JSON file; - for standard input.", valueName: "file"))
    var config: String

    func read() throws -> JSONObject {
        guard let object = try JSONFile.value(config, "--config").objectValue else {
            throw UsageError("--config must be a JSON object.")
        }
        return object
    }
}
