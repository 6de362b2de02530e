import ArgumentParser
import Bootstrap

/// Copies the SQLite database while the server runs.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the SQLite database to a new file, while the server runs or without one.",
        discussion: """
            The copy is the database as it stands at one instant, checked and synced to the disk before success is said. The
            master keys aren't in it: keep them too, apart from it.

            Example:
              tributary backup /backups/tributary-$(date +%F).db
            """)

    @Argument(help: ArgumentHelp("The new file; one that is there is never overwritten.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Also copy the key file to this new file, for another place.", valueName: "file"))
    var keyFile: String?

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let report = try await Tributary.backup(try await settings.load(), to: file, keyFile: keyFile)
        let output = Surroundings.current.output
        output.line("backed up: \(file), \(report.bytes.asSize)")
        if let keyFile { output.line("key file copied: \(keyFile); keep it apart from the backup") }
        if let rest = report.key.whatToKeep, keyFile == nil { output.line(rest) }
    }
}

extension Tributary.NeededKey {
    /// What else a restore will need; nil where the database has no secret.
    fileprivate var whatToKeep: String? {
        guard let id else { return nil }
        return
            "Keep also, apart from it: \(place) with the master key \(id). Without it the secrets in the backup are lost."
    }

    /// Where the key is to be found.
    var place: String { file ?? "TRIBUTARY_MASTER_KEYS" }
}

extension Int {
    /// A number of bytes as people read it.
    fileprivate var asSize: String {
        guard self >= 1 << 20 else { return "\((self + 1023) >> 10) KiB" }
        let tenths = (self * 10) >> 20
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10) MiB" : "\(tenths / 10) MiB"
    }
}
