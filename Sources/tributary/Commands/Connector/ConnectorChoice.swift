import AirbyteProtocol
import ArgumentParser
import Bootstrap
import Domain

/// Which connector is run.
struct ConnectorChoice: ParsableArguments {
    @Option(help: "A type of the catalogue.")
    var type: String?

    @Option(help: ArgumentHelp("A low-code manifest, YAML or JSON.", valueName: "file"))
    var manifest: String?

    @OptionGroup var surroundings: ToolSurroundings

    func validate() throws {
        guard (type == nil) != (manifest == nil) else {
            throw ValidationError("Give either --type or --manifest.")
        }
    }

    /// Runs the connector; its messages go to standard output. Exits with 1 if `work` says that not all went well.
    func run(_ work: @Sendable (any ProtocolConnector, ProtocolOutput) async throws -> Bool) async throws {
        let output = Surroundings.current.output
        let messages = ProtocolOutput { output.emit($0) }
        let isWell = try await work(try await connector(), messages)
        try messages.flush()
        if !isWell { throw ExitCode(1) }
    }

    private func connector() async throws -> any ProtocolConnector {
        let tool = try await surroundings.tool()
        if let manifest {
            return try tool.connector(.manifest(String(decoding: try TextSource.file(manifest), as: UTF8.self)))
        }
        return try tool.connector(.type(type ?? ""))
    }
}

/// In what surroundings a connector is run by itself.
struct ToolSurroundings: ParsableArguments {
    @Option(help: ArgumentHelp("Let time stand still there (ISO 8601), and waits pass at once.", valueName: "time"))
    var now: String?

    @Option(help: "Whose files a file or sqlite connector reads, below the files root.")
    var tenant = "default"

    @Option(help: Self.help(.egressAllow)) var egressAllow: String?
    @Option(help: Self.help(.filesRoot)) var filesRoot: String?
    @Option(help: Self.help(.connectorsDir)) var connectorsDir: String?

    private static func help(_ setting: Setting) -> ArgumentHelp {
        ArgumentHelp("\(setting.summary); \(setting.variable) (default: \(setting.defaultText))", valueName: "value")
    }

    func validate() throws {
        guard TenantID(tenant) != nil else {
            throw ValidationError("--tenant must be 1 to 128 of A-Z a-z 0-9 _ . : -")
        }
    }

    /// What runs a connector here.
    func tool() async throws -> ConnectorTool {
        guard let tenant = TenantID(tenant) else { throw UsageError("--tenant can't be used.") }
        return try ConnectorTool(try await settings(), tenant: tenant, frozenAt: now)
    }

    private func settings() async throws -> Settings {
        let flags: [(Setting, String?)] = [
            (.egressAllow, egressAllow), (.filesRoot, filesRoot), (.connectorsDir, connectorsDir),
        ]
        let surroundings = Surroundings.current
        return try await Settings.load(
            flags: Dictionary(
                uniqueKeysWithValues: flags.compactMap { setting, value in value.map { (setting.name, $0) } }),
            environment: surroundings.environment, isTerminal: surroundings.errors.isTerminal)
    }
}
