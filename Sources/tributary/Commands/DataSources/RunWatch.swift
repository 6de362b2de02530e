import Domain
import TributaryClient
import WireAPI

/// Starts a run and watches it to its end.
struct RunWatch {
    /// Long enough that a small sync answers at once, short enough that progress shows soon.
    private static let firstWaitSeconds = 1
    /// Even pauses, so that the rate on the progress line is of a like time each.
    private static let looks = Backoff(first: .milliseconds(300), longest: .milliseconds(300))

    let source: DataSources
    let id: String

    /// Starts a run and returns it once it has ended; on a terminal a line shows how it goes.
    func run(_ request: SyncRequestBody) async throws -> SyncRunBody {
        let surroundings = Surroundings.current
        var progress = ProgressLine(surroundings.errors)
        defer { progress.clear() }
        var run = try await source.sync(id, request, wait: Self.firstWaitSeconds)
        for try await snapshot in source.watch(run, looks: Self.looks) {
            run = snapshot
            if !run.hasEnded { progress.show(run, at: surroundings.clock.now()) }
        }
        return run
    }
}

/// One line on a terminal that says how a run goes; nothing elsewhere.
struct ProgressLine {
    private let channel: Channel
    private var last: (records: Int, time: Duration)?
    private var isShown = false

    init(_ channel: Channel) { self.channel = channel }

    /// Shows the run as it stands: entity, records read, records a second since the line before.
    mutating func show(_ run: SyncRunBody, at time: Duration) {
        guard channel.isTerminal else { return }
        let records = run.entities.reduce(0) { $0 + $1.read }
        let text = Self.text(run, records, rate: rate(records, time))
        last = (records, time)
        isShown = true
        channel.write("\r" + DisplayWidth.truncated(text.printable, to: (channel.width() ?? 80) - 1) + "\u{1B}[K")
    }

    /// Takes the line away.
    mutating func clear() {
        guard isShown else { return }
        isShown = false
        channel.write("\r\u{1B}[K")
    }

    private func rate(_ records: Int, _ time: Duration) -> Int? {
        guard let last, time > last.time else { return nil }
        return Int(Double(records - last.records) / ((time - last.time) / .seconds(1)))
    }

    private static func text(_ run: SyncRunBody, _ records: Int, rate: Int?) -> String {
        guard let entity = run.entities.last(where: { !$0.isComplete }) ?? run.entities.last else {
            return "\(run.status) …"
        }
        let speed = rate.map { "  \($0.grouped) records/s" } ?? ""
        return "\(entity.name)  \(records.grouped) records\(speed)"
    }
}

extension Int {
    /// The number with a comma every three digits.
    var grouped: String {
        let digits = String(magnitude)
        let parts = stride(from: digits.count, to: 0, by: -3).map { end in
            digits.dropFirst(Swift.max(end - 3, 0)).prefix(end - Swift.max(end - 3, 0))
        }
        return (self < 0 ? "-" : "") + parts.reversed().joined(separator: ",")
    }
}

extension Duration {
    /// `850 ms`, `12.3 s` or `4 min 5 s`.
    var shortText: String {
        let milliseconds = wholeMilliseconds
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return "\(milliseconds / 60_000) min \(milliseconds / 1000 % 60) s"
    }
}

extension SyncRunBody {
    /// From its start to its end; nil while one of them is missing.
    var duration: Duration? {
        guard let start = startedAt.flatMap(Timestamp.init(rfc3339:)),
            let end = finishedAt.flatMap(Timestamp.init(rfc3339:))
        else { return nil }
        return end - start
    }
}
