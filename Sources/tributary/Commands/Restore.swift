import ArgumentParser
import Bootstrap

/// Puts a backup in the database's place.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup into the data folder; the server must be stopped.",
        discussion: """
            Feed cursors of before answer 410 changes.cursor_expired, so that readers begin anew; runs that were running are
            queued again. The backup is only read.

            Example:
              tributary restore /backups/tributary-2026-11-24.db --replace
            """)

    @Argument(help: ArgumentHelp("A file that tributary backup made.", valueName: "file"))
    var file: String

    @Flag(help: "Put it in the place of the database that is there, which is kept beside it under another name.")
    var replace = false

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let report = try await Tributary.restore(try await settings.load(), from: file, isReplacing: replace)
        let output = Surroundings.current.output
        output.line("restored: \(file)")
        if let kept = report.kept {
            output.line("kept: \(kept), the database of before; remove it when you no longer need it")
        }
        if let id = report.key.id, !report.key.isThere {
            output.line("Before you start the server: \(report.key.place) must hold the master key \(id), and doesn't.")
        } else {
            output.line("Start the server: tributary serve")
        }
    }
}
