import ArgumentParser
import Bootstrap

/// Runs the service.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service: API, workers and scheduler.",
        discussion: """
            Migrates the database first. When it is ready, standard output says "listening on http://HOST:PORT".

            Example:
              tributary serve --http-port 8080 --files-root /srv/tributary/files
            """)

    @Option(help: "all, api or worker.", transform: Self.role)
    var role = Role.all

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        try await Tributary.serve(try await settings.load(), role: role)
    }

    private static func role(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else { throw ValidationError("--role must be all, api or worker.") }
        return role
    }
}
