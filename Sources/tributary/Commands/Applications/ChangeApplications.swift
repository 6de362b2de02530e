import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// Registers an Application.
struct CreateApplication: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Register an Application; it has no key yet.",
        discussion: """
            Example:
              tributary applications create --name "Nightly export" --scope "datasources:read records:read"
            """)

    @Option(help: "For people.") var name: String
    @Option(
        help: ArgumentHelp(
            "What its tokens may do at most, words with spaces between; nothing that your own token lacks. "
                + "(default: datasources:read datasources:write datasources:sync records:read)"))
    var scope: String?
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let created = try await options.withClient {
            try await $0.applications.create(NewApplicationBody(name: name, scope: scope))
        }
        try GetApplication.show(created, asJSON: options.json)
        Surroundings.current.errors.line("next: tributary applications keys create \(created.id)")
    }
}

/// Changes an Application.
struct UpdateApplication: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change an Application, or bring a deleted one back.",
        discussion: """
            Examples:
              tributary applications update app_01JD2Y6V9N0QH8Z4M7K3T5R1XA --scope records:read
              tributary applications update app_01JD2Y6V9N0QH8Z4M7K3T5R1XA --restore
            """)

    @Argument(help: "The Application.") var id: String
    @Option(help: "For people.") var name: String?
    @Option(help: "What its tokens may do at most; what is taken away is gone from them within a minute.")
    var scope: String?
    @Flag(help: "Bring a deleted one back; its keys stay revoked.") var restore = false
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard name != nil || scope != nil || restore else {
            throw ValidationError("Give --name, --scope or --restore.")
        }
    }

    func run() async throws {
        var patch = JSONObject()
        if let name { patch["name"] = .string(name) }
        if let scope { patch["scope"] = .string(scope) }
        if restore { patch["is_deleted"] = false }
        let changed = try await options.withClient { [patch] in try await $0.applications.update(id, patch) }
        try GetApplication.show(changed, asJSON: options.json)
    }
}

/// Soft-deletes an Application.
struct DeleteApplication: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an Application and revoke its keys; its DataSources stay.",
        discussion: """
            Example:
              tributary applications delete app_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The Application.") var id: String
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { try await $0.applications.delete(id) }
        Surroundings.current.errors.line(
            "deleted, and its keys are revoked; back without them by: tributary applications update \(id) --restore")
    }
}
