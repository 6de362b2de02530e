import ArgumentParser
import Bootstrap
import Domain

/// Makes a token of the built-in issuer.
struct MintToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a token of the built-in issuer; standard output gets the token and nothing else.",
        discussion: """
            Example:
              export TRIBUTARY_TOKEN=$(tributary token --tenant acme --sub ann --ttl 8h)
            """)

    @Option(help: "The tenant.")
    var tenant: String

    @Option(help: "The person or program (the claim sub).")
    var sub: String

    @Option(help: "Only the rows of this Application.")
    var app: String?

    @Option(help: "Space-separated grants, such as \"datasources:read records:read\"; * = all.")
    var scope = "*"

    @Option(help: "How long it is good for: 90s, 30m, 1h, 7d, or ISO 8601 such as PT8H; at most 365d.")
    var ttl = Lifetime.hour

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func validate() throws {
        guard TenantID(tenant) != nil else {
            throw ValidationError("--tenant must be 1 to 128 of A-Z a-z 0-9 _ . : -")
        }
        guard app.map({ AppID($0) != nil }) ?? true else {
            throw ValidationError("--app must be 1 to 128 of A-Z a-z 0-9 _ . : -")
        }
        // A grant misspelt would be left out of the token in silence.
        for word in scope.split(separator: " ") where word != "*" && Grant(rawValue: String(word)) == nil {
            let grants = Grant.allCases.map(\.rawValue).joined(separator: " ")
            throw ValidationError("--scope knows no grant \(word); there are: \(grants), and * for all.")
        }
    }

    func run() async throws {
        let request = TokenRequest(
            tenant: tenant, subject: sub, app: app, scope: scope, lifetime: .seconds(ttl.seconds))
        Surroundings.current.output.line(try await Tributary.mintToken(try await settings.load(), request))
    }
}

/// How long a token is good for: 1 s to 365 days.
struct Lifetime: ExpressibleByArgument, Equatable, CustomStringConvertible {
    static let hour = Lifetime(seconds: 3600)
    private static let longest = 365 * 86_400

    let seconds: Int

    private init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        guard let seconds = Self.short(argument) ?? Self.iso(argument), (1...Self.longest).contains(seconds) else {
            return nil
        }
        self.seconds = seconds
    }

    var description: String { seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s" }

    private static func short(_ text: String) -> Int? {
        let units = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[String($0)] }), text.count <= 9,
            let count = UInt32(text.dropLast())
        else { return nil }
        return Int(count) * unit
    }

    private static func iso(_ text: String) -> Int? {
        // What is wrong with it doesn't matter: the usage message says what is allowed.
        (try? ISODuration(parsing: text))?.seconds
    }
}
