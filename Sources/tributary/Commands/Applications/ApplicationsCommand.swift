import ArgumentParser

/// Registered programs with API keys.
struct ApplicationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "applications", abstract: "Register programs and manage their API keys.",
        discussion: """
            A program gets its tokens with an API key: POST /api/v1/auth/token (docs/operations/access.md).

            Example:
              tributary applications create --name "Nightly export" --scope "datasources:read records:read"
              tributary applications keys create app_01JD2Y6V9N0QH8Z4M7K3T5R1XA --name production
            """,
        subcommands: [
            ListApplications.self, GetApplication.self, CreateApplication.self, UpdateApplication.self,
            DeleteApplication.self, ApplicationKeysCommand.self,
        ])
}

/// An Application's API keys.
struct ApplicationKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List, make and revoke the API keys of an Application.",
        subcommands: [ListApplicationKeys.self, CreateApplicationKey.self, RevokeApplicationKey.self])
}
