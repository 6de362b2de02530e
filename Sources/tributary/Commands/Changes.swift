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
    let source: DataSources
    let id: String
    let entity: String?
    let limit: Int
    let printsJSON: Bool

    /// Prints all that there is and then where it stopped.
    func catchUp(from start: String?) async throws {
        var cursor = start
        for try await page in source.catchUp(id, from: start, entity: entity, limit: limit) {
            page.items.forEach(show)
            cursor = page.cursor
        }
        if let cursor { Surroundings.current.errors.line("up to date: --cursor \(cursor)") }
    }

    /// Prints changes as they come until the task is cancelled, also across a restart of the server.
    func follow(from start: String?) async throws {
        let errors = Surroundings.current.errors
        let feed = source.follow(id, from: start, entity: entity, limit: limit) { failure in
            errors.line("\(Self.sentence(about: failure)) Trying again.")
        }
        for try await page in feed { page.items.forEach(show) }
    }

    private static func sentence(about failure: any Error) -> String {
        (failure as? TributaryError)?.message ?? "\(failure)"
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
