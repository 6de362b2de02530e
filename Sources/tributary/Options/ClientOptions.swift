import ArgumentParser
import Domain
import TributaryClient

/// How to reach a server, and how to show what it says.
struct ClientOptions: ParsableArguments {
    static let defaultURL = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("The server's address; TRIBUTARY_URL. (default: \(defaultURL))"))
    var url: String?

    @Option(
        help: "The token to show. Better set TRIBUTARY_TOKEN: every user of the machine can read a command's arguments."
    )
    var token: String?

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    /// The address from flag, environment or default.
    var address: String { url ?? variable("TRIBUTARY_URL") ?? Self.defaultURL }

    /// Does work with a client, which is closed afterwards.
    func withClient<Result>(_ work: (TributaryClient) async throws -> Result) async throws -> Result {
        guard let token = token ?? variable("TRIBUTARY_TOKEN") else {
            throw UsageError(
                "There is no token. Set TRIBUTARY_TOKEN; make one with: tributary token --tenant T --sub S")
        }
        let client = TributaryClient(url: address, token: token, surroundings: .ofCommand)
        do {
            let result = try await work(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    private func variable(_ name: String) -> String? {
        Surroundings.current.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension ClientSurroundings {
    /// Those of the command that runs. One person's terminal needs no spreading of retries.
    static var ofCommand: ClientSurroundings {
        var surroundings = ClientSurroundings.system
        let clock = Surroundings.current.clock
        (surroundings.now, surroundings.sleep, surroundings.chance) = (clock.now, clock.sleep, { 1 })
        return surroundings
    }
}

/// Which page of a list.
struct PageOptions: ParsableArguments {
    @Option(help: "Rows a page, 1 to 500.")
    var limit: Int?

    @Option(parsing: .unconditional, help: "Go on where the page before ended.")
    var cursor: String?

    func validate() throws {
        guard let limit, !(1...500).contains(limit) else { return }
        throw ValidationError("--limit must be from 1 to 500.")
    }

    /// Tells a person how to see the next page.
    static func mention(next cursor: String?, total: Int? = nil) {
        guard let cursor else { return }
        let all = total.map { " of \($0)" } ?? ""
        Surroundings.current.errors.line("more\(all): --cursor \(cursor)")
    }
}
