import ArgumentParser
import TributaryClient
import WireAPI

/// Lists an Application's keys.
struct ListApplicationKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys, newest first; secrets aren't shown.",
        discussion: """
            Example:
              tributary applications keys list app_01JD2Y6V9N0QH8Z4M7K3T5R1XA
            """)

    @Argument(help: "The Application.") var id: String
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let found = try await options.withClient {
            try await $0.applications.keys.list(id, limit: page.limit, cursor: page.cursor)
        }
        guard !options.json else { return try Surroundings.current.output.json(found) }
        var table = Table([
            .init(title: "ID"), .init(title: "NAME", shrinks: true), .init(title: "CREATED"),
            .init(title: "LAST USED"), .init(title: "EXPIRES"), .init(title: "REVOKED"),
        ])
        for key in found.items {
            table.add([
                Table.Cell(key.id), Table.Cell(key.name ?? "-"), .time(key.createdAt), .time(key.lastUsedAt),
                .time(key.expiresAt), .time(key.revokedAt),
            ])
        }
        table.write(to: Surroundings.current.output)
        PageOptions.mention(next: found.nextCursor, total: found.total)
    }
}

/// Makes a key.
struct CreateApplicationKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key and print its secret, which is shown this once.",
        discussion: """
            The secret alone goes to standard output, so it can be put where it belongs without being seen.

            Example:
              tributary applications keys create app_01JD2Y6V9N0QH8Z4M7K3T5R1XA --name production > key.txt
            """)

    @Argument(help: "The Application.") var id: String
    @Option(help: "For people.") var name: String?
    @Option(help: "When it ends, such as 2027-01-01T00:00:00Z. (default: never)") var expires: String?
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let new = NewAPIKeyBody(name: name, expiresAt: expires)
        let key = try await options.withClient { try await $0.applications.keys.create(id, new) }
        let surroundings = Surroundings.current
        guard !options.json else { return try surroundings.output.json(key) }
        guard let secret = key.secret else {
            throw CommandError("The server made the key \(key.id) and gave no secret; revoke it and make another.")
        }
        surroundings.output.line(secret)
        surroundings.errors.line("made \(key.id); this is the only time that its secret is shown")
    }
}

/// Revokes a key.
struct RevokeApplicationKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key for good; its tokens end within a minute.",
        discussion: """
            Example:
              tributary applications keys revoke app_01JD2Y6V9N0QH8Z4M7K3T5R1XA key_01JD2Y6V9N0QH8Z4M7K3T5R1XC
            """)

    @Argument(help: "The Application.") var id: String
    @Argument(help: "The key.") var key: String
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { try await $0.applications.keys.revoke(id, key) }
        Surroundings.current.errors.line("revoked")
    }
}
