import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// Changes a DataSource.
struct UpdateDataSource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a DataSource; what isn't given stays as it is.",
        discussion: """
            Examples:
              tributary datasources update ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --schedule @hourly
              tributary datasources update ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --status paused
              tributary datasources update ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --secret password=@password.txt
              tributary datasources update ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --restore
            """)

    @Argument(help: "The DataSource.") var id: String
    @Option(help: "connected, paused or disconnected (which erases its secrets).") var status: String?
    @Flag(help: "Sync on demand only from now on.") var noSchedule = false
    @Flag(help: "Bring it back after it was deleted.") var restore = false
    @OptionGroup var fields: DataSourceFields
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard !noSchedule || fields.schedule == nil else {
            throw ValidationError("--schedule and --no-schedule exclude each other.")
        }
    }

    func run() async throws {
        var patch = try fields.object()
        if let status { patch["status"] = .string(status) }
        if noSchedule { patch["sync_schedule"] = .null }
        if restore { patch["is_deleted"] = false }
        guard !patch.isEmpty else { throw UsageError("Give at least one option that says what to change.") }
        let updated = try await options.withClient { [patch] in try await $0.datasources.update(id, patch) }
        try GetDataSource.show(updated, asJSON: options.json)
    }
}
