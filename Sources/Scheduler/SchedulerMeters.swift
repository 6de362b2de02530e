public import Meters

/// What the scheduler measures.
public struct SchedulerMeters: MeterGroup {
    public static let title = "Schedule"

    public let lag = Histogram(
        "tributary_schedule_lag_seconds", "How long after its due time a run was queued.", bounds: Histogram.longTimes)

    /// Makes the meters, all at nought.
    public init() {}

    public var all: [any Meter] { [lag] }
}
