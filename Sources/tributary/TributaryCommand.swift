import ArgumentParser
import Bootstrap

/// The root of the command line.
struct TributaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tributary",
        abstract: "A self-hosted data-source service: registers external systems, syncs their records, serves them.",
        usage: "tributary <command> [options]",
        discussion: """
            Example:
              tributary serve                                    # in one terminal
              export TRIBUTARY_TOKEN=$(tributary token --tenant acme --sub me)
              tributary connectors list
            """,
        version: ProgramVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    Serve.self, Migrate.self, MintToken.self, Backup.self, Restore.self, Doctor.self,
                ]),
            CommandGroup(name: "Author's tools", subcommands: [ConnectorCommand.self]),
            CommandGroup(
                name: "Client",
                subcommands: [
                    DataSourcesCommand.self, ConnectorsCommand.self, Records.self, Changes.self, Push.self,
                    ApplicationsCommand.self, AuditCommand.self,
                ]),
        ])

    /// Runs one command line and returns the exit code: 0 success, 1 failure, 2 wrong usage.
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return Failure(error, asksForRootHelp: [["--help"], ["-h"], ["help"], []].contains(arguments)).report()
        }
    }
}
