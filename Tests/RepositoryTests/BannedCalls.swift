/// Calls that make code hard to test or able to crash, and where they are allowed all the same.
enum BannedCalls {
    /// A call, the folders in which it belongs, and what to do instead.
    struct Ban: Sendable {
        let call: String
        let allowedIn: [String]
        let instead: String
    }

    /// One place that may keep a banned call.
    struct Exception: Sendable {
        let path: String
        let call: String
        let reason: String
    }

    static let bans: [Ban] =
        chance.map { Ban(call: $0, allowedIn: [bootstrap, testing], instead: "take it as a parameter") }
        + crashes.map { Ban(call: $0, allowedIn: [testing], instead: "throw, or make the state impossible") }
        + output.map { Ban(call: $0, allowedIn: [bootstrap, commandLine], instead: "return it or log it") }
        + network

    /// Time, ids and randomness are injected, so that a test decides them.
    private static let chance = [
        "Date()", "Date.now", "Date(timeIntervalSinceNow:", "UUID()", "Task.sleep", ".random(", ".randomElement(",
        ".shuffled()", "SystemRandomNumberGenerator", "ContinuousClock()", "ContinuousClock.now",
        "SuspendingClock()", "SuspendingClock.now", "DispatchTime.now",
        "clock_gettime", "gettimeofday", "nanosleep", "usleep", "getentropy", "arc4random_buf",
    ]
    private static let crashes = [
        "try!", "as!", "fatalError", "preconditionFailure", "precondition(",
        "@unchecked Sendable", "nonisolated(unsafe)", "unsafeBitCast",
    ]
    private static let output = ["print(", "debugPrint(", "dump("]

    /// The egress guard decides where connections go (SYNC.md 13): names are looked up there, and sockets are opened by
    /// libpq and by HTTP clients in one folder each.
    private static let network =
        ["socket(", "connect(", "sendto(", "ClientBootstrap(", "DatagramBootstrap(", "URLSession"]
        .map { Ban(call: $0, allowedIn: [testing], instead: "connect to an address that the egress guard gave") }
        + ["getaddrinfo(", "gethostbyname", "gethostbyname2", "inet_aton", "inet_addr"]
        .map { Ban(call: $0, allowedIn: [egress, testing], instead: "ask the egress guard") }
        + ["PQconnectStartParams", "PQconnectdbParams", "PQconnectStart", "PQconnectdb", "PQsetdbLogin", "PQping"]
        .map { Ban(call: $0, allowedIn: [libPQ, testing], instead: "use PostgresConnection") }
        + ["HTTPClient("].map {
            Ban(call: $0, allowedIn: [client, fetch], instead: "connect to an address that the egress guard gave")
        }

    private static let bootstrap = "Sources/Bootstrap/"
    private static let testing = "Sources/Testing/"
    private static let commandLine = "Sources/tributary/"
    private static let egress = "Sources/Egress/"
    private static let libPQ = "Sources/LibPQ/"
    private static let fetch = "Sources/HTTPFetch/"
    private static let client = "Sources/TributaryClient/"

    /// Every exception must be needed: one that no longer matches fails the test.
    static let exceptions: [Exception] = [
        Exception(
            path: "Sources/StoreSQLite/Connections/Statement.swift", call: "unsafeBitCast",
            reason: "SQLITE_TRANSIENT is a C macro that Swift doesn't import"),
        Exception(
            path: "Sources/StoreSQLite/Writing/CommitGroup.swift", call: "ContinuousClock.now",
            reason: "bounds how long writers share a transaction; nothing that a caller sees depends on it"),
        Exception(
            path: "Sources/TributaryClient/Connection/Surroundings.swift", call: "ContinuousClock()",
            reason: "the client has no Bootstrap: here its time and chance enter, and a test gives its own"),
        Exception(
            path: "Sources/TributaryClient/Connection/Surroundings.swift", call: "SystemRandomNumberGenerator",
            reason: "the client has no Bootstrap: here its time and chance enter, and a test gives its own"),
    ]

    /// Every use of a banned call in `file`, excepted ones too.
    static func uses(in file: SourceTree.File) -> [(ban: Ban, line: Int)] {
        bans.flatMap { ban in
            ban.allowedIn.contains { file.path.hasPrefix($0) }
                ? [] : file.code.offsets(of: ban.call).map { (ban, file.code.line(at: $0)) }
        }
    }

    static func complaints(about file: SourceTree.File, exceptions: [Exception] = exceptions) -> [Complaint] {
        uses(in: file).filter { use in
            !exceptions.contains { $0.path == file.path && $0.call == use.ban.call }
        }
        .map { Complaint(path: file.path, line: $0.line, rule: "\($0.ban.call) is banned here: \($0.ban.instead)") }
    }

    /// A `try?` hides an error; the line, or one of the three above, must have a comment that says why.
    static func silentTries(in file: SourceTree.File) -> [Complaint] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return file.code.offsets(of: "try?").map { file.code.line(at: $0) }
            .filter { number in
                !lines[max(0, number - 4)..<number].contains { $0.contains("//") }
            }
            .map { Complaint(path: file.path, line: $0, rule: "try? without a comment that says why") }
    }
}
