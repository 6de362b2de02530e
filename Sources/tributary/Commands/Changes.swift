import ArgumentParser
import Domain
import TributaryClient
import WireAPI

/// The change feed.
struct Changes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what changed: each record at its newest version, deletions too.",
        discussion: """
            Without --follow it goes on to the newest change and says at which cursor it stopped. With --follow it
            waits for more until Control-C, also across a restart of the server.

            With --json it prints one page, as the server gives it: go on with its next_cursor until its items are
            empty. With --json and --follow each change is a line.

            Example:
              tributary changes ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA --follow
            """)

    @Argument(help: "The DataSource.") var id: String

    @Flag(help: "Wait for further changes until Control-C.")
    var follow = false

    // A cursor may begin with a dash.
    @Option(parsing: .unconditional, help: "Go on after this point; without it from the first change.")
    var cursor: String?

    @Option(help: "Only this entity.")
    var entity: String?

    @Option(help: "Changes fetched at once, 1 to 5000.")
    var limit = 500

    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard (1...5000).contains(limit) else { throw ValidationError("--limit must be from 1 to 5000.") }
    }

    func run() async throws {
        try await options.withClient { client in
            let feed = Feed(
                source: client.datasources, id: id, entity: entity, limit: limit, printsJSON: options.json)
            if options.json && !follow {
                let page = try await client.datasources.changes(id, cursor: cursor, entity: entity, limit: limit)
                return try Surroundings.current.output.json(page)
            }
            guard follow else { return try await feed.catchUp(from: cursor) }
            try await untilInterrupted { [cursor] in try await feed.follow(from: cursor) }
        }
    }
}

/// Reads one DataSource's changes and prints them.
struct Feed: Sendable {
    private static let waitSeconds = 25
    private static let firstPause: Duration = .milliseconds(500)
    private static let longestPause: Duration = .seconds(30)

    let source: DataSources
    let id: String
    let entity: String?
    let limit: Int
    let printsJSON: Bool

    /// Prints all that there is and then where it stopped.
    func catchUp(from start: String?) async throws {
        var cursor = start
        while true {
            let page = try await source.changes(id, cursor: cursor, entity: entity, limit: limit)
            page.items.forEach(show)
            // A page without changes or without a new place to go on is the end, whatever the server says.
            let isEnd = page.items.isEmpty || page.nextCursor == cursor
            cursor = page.nextCursor ?? cursor
            if isEnd { break }
        }
        if let cursor { Surroundings.current.errors.line("up to date: --cursor \(cursor)") }
    }

    /// Prints changes as they come until the task is cancelled. The first call must succeed: a wrong address is told
    /// at once; later a lost server is waited for.
    func follow(from start: String?) async throws {
        var cursor = start
        var pause = Self.firstPause
        var hasBegun = false
        while !Task.isCancelled {
            do {
                let page = try await source.changes(
                    id, cursor: cursor, entity: entity, limit: limit, wait: hasBegun ? Self.waitSeconds : nil)
                page.items.forEach(show)
                cursor = page.nextCursor ?? cursor
                hasBegun = true
                pause = Self.firstPause
            } catch {
                guard hasBegun, let reason = Self.passing(error) else { throw error }
                Surroundings.current.errors.line("\(reason.message) Trying again.")
                try await Surroundings.current.clock.sleep(max(pause, reason.wait))
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// What to say and how long to wait at least when the failure will pass by itself; nil for others.
    private static func passing(_ error: any Error) -> (message: String, wait: Duration)? {
        switch error {
        case let error as ConnectionError where error.reason != .badAddress: (error.message, .zero)
        case let error as TributaryError where error.status == 429 || error.status >= 500:
            (error.message, error.retryAfter ?? .zero)
        default: nil
        }
    }

    private func show(_ change: RecordBody) {
        let output = Surroundings.current.output
        guard !printsJSON else { return output.line(String(decoding: change.serialized(), as: UTF8.self)) }
        let what = change.data.map { "v\(change.version) \($0.text)" } ?? "deleted"
        let line =
            "\(change.seq)  \(Table.Cell.time(change.updatedAt).text)  \(change.entity)  \(change.key.text)  \(what)"
        output.line(output.width().map { DisplayWidth.truncated(line.printable, to: $0) } ?? line.printable)
    }
}
