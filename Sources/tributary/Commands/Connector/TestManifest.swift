import ArgumentParser
import Bootstrap
import Domain
import JSON
import Synchronization

/// Shows an author what a manifest does: requests, pages, records.
struct TestManifest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Watch a manifest at work: requests, records and states as they come.",
        discussion: """
            Checks the connection, then reads the beginning of each stream. The config's secrets are hidden in all that is
            shown. Exits with 1 if something failed.

            Examples:
              tributary connector test acme-crm.yaml --config config.json
              tributary connector test acme-crm.yaml --config config.json --stream people --records 100
            """)

    @Argument(help: "The manifest, YAML or JSON.") var manifest: String
    @OptionGroup var config: ConfigOption
    @Option(help: "A stream to read; may be repeated. (default: all)") var stream: [String] = []
    @Option(help: "How many records of each stream.") var records = 20
    @OptionGroup var surroundings: ToolSurroundings

    func validate() throws {
        guard records > 0 else { throw ValidationError("--records must be at least 1.") }
    }

    func run() async throws {
        let text = String(decoding: try TextSource.file(manifest), as: UTF8.self)
        let page = AuthorsPage(output: Surroundings.current.output, mostRecords: records)
        let isWell = try await surroundings.tool().test(
            text, config: try config.read(), streams: stream.isEmpty ? nil : stream
        ) { page.show($0, hiding: $1) }
        page.finish()
        if !isWell { throw ExitCode(1) }
    }
}

/// Prints events for a person.
private final class AuthorsPage: Sendable {
    private struct State {
        var stream = ""
        var shown = 0
    }

    private let output: Channel
    private let mostRecords: Int
    private let state = Mutex(State())

    init(output: Channel, mostRecords: Int) {
        self.output = output
        self.mostRecords = mostRecords
    }

    /// Answers false once enough of a stream's records were shown.
    func show(_ event: AuthorsEvent, hiding: (String) -> String) -> Bool {
        switch event {
        case .request(let method, let url, let body, let status):
            output.line("\(method) \(hiding(url).printable) -> \(status.map { String($0) } ?? "no answer")")
            if !body.isEmpty { output.line("     \(hiding(body).printable)") }
            return true
        case .message(let message): return show(message, hiding)
        }
    }

    private func show(_ message: JSONValue, _ hiding: (String) -> String) -> Bool {
        func text(_ value: JSONValue?) -> String {
            value.map { hiding($0.stringValue ?? $0.description).printable } ?? ""
        }
        if let record = message["record"] {
            output.line("  \(text(record["data"]))")
            return isWanted()
        }
        if let state = message["state"]?["stream"]?["stream_state"] {
            output.line("  state \(text(state))")
        } else if let status = message["connectionStatus"] {
            let reason = status["message"].map { ": " + text($0) } ?? ""
            output.line("check \(text(status["status"]))\(reason)")
        } else if let error = message["trace"]?["error"] {
            output.line("  error: \(text(error["message"]))")
        } else if let status = message["trace"]?["stream_status"] {
            show(status)
        } else if let log = message["log"] {
            output.line("  \(text(log["message"]))")
        }
        return true
    }

    private func show(_ status: JSONValue) {
        let name = status["stream_descriptor"]?["name"]?.stringValue ?? ""
        switch status["status"]?.stringValue {
        case "STARTED":
            state.withLock { $0 = State(stream: name) }
            output.line("\nstream \(name.printable)")
        case "COMPLETE", "INCOMPLETE":
            let isWhole = status["status"]?.stringValue == "COMPLETE"
            output.line("  \(isWhole ? "complete" : "incomplete"): \(state.withLock { $0.shown }) records")
        default: break
        }
    }

    private func isWanted() -> Bool {
        let shown = state.withLock { state in
            state.shown += 1
            return state.shown
        }
        if shown >= mostRecords { output.line("  … enough of it: more with --records") }
        return shown < mostRecords
    }

    func finish() { output.line("") }
}
