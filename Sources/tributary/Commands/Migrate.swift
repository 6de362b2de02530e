import ArgumentParser
import Bootstrap

/// Brings the database to the form that this program needs.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database up to date and say what was done.",
        discussion: """
            Example:
              tributary migrate --database-url sqlite:/var/lib/tributary/tributary.db
            """)

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let done = try await Tributary.migrate(try await settings.load())
        let output = Surroundings.current.output
        guard !done.isEmpty else { return output.line("The database is up to date.") }
        for name in done { output.line("migrated: \(name)") }
    }
}
