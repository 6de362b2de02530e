import ArgumentParser
import Bootstrap

/// Brings the database to the form that this program needs.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database up to date and say what was done.",
        discussion: """
            Example:
              tributary migrate --plan --database-url sqlite:/var/lib/tributary/tributary.db
            """)

    @Flag(help: "Only say what would be done.")
    var plan = false

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let settings = try await settings.load()
        let output = Surroundings.current.output
        let done = try await plan ? Tributary.planMigration(settings) : Tributary.migrate(settings)
        guard !done.isEmpty else { return output.line("The database is up to date.") }
        for name in done { output.line("\(plan ? "to apply" : "migrated"): \(name)") }
    }
}
