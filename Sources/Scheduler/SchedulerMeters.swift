public import Meters

/// What the scheduler measures.
public struct SchedulerMeters: MeterGroup {
    public static let title = "Schedule"

    public let lag = Histogram(
        "tributary_schedule_lag_seconds", "How long after its due time a run was queued.", bounds: Histogram.longTimes)

    public let ticks = Histogram(
        "tributary_schedule_tick_duration_seconds",
        "From the look for what is due, once a second, to the last run queued.", bounds: Histogram.shortTimes)

    /// Makes the meters, all at nought.
    public init() {}

    public var all: [any Meter] { [lag, ticks] }
}
