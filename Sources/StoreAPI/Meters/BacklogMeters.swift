public import Meters

/// The runs of the whole installation that aren't over.
public struct Backlog: Sendable, Hashable {
    /// They wait for a worker.
    public var queued: Int
    /// They have one, or had one that fell silent.
    public var running: Int

    public init(queued: Int, running: Int) {
        self.queued = queued
        self.running = running
    }
}

/// The backlog as it was last looked at.
public struct BacklogMeters: MeterGroup {
    public static let title = "Queue"

    public let queued = Gauge(
        "tributary_runs_queued",
        "Runs of the whole installation that wait for a worker; missing while the database doesn't tell.")
    public let running = Gauge(
        "tributary_runs_running",
        "Runs of the whole installation that a worker has; missing while the database doesn't tell.")

    /// Makes the meters, unknown until they are noted.
    public init() { note(nil) }

    public var all: [any Meter] { [queued, running] }

    /// Takes over what the store says; nil when it says nothing.
    public func note(_ backlog: Backlog?) {
        queued.set(backlog?.queued)
        running.set(backlog?.running)
    }
}
