public import Domain
public import JSON

/// Looking at what a schedule means before it is used.
public struct Schedules: Sendable {
    /// Times given when the request doesn't say how many.
    static let usualCount = 5

    let clock: WallClock

    /// The next times of a schedule.
    public struct Preview: Sendable {
        public var schedule: String
        /// Ascending.
        public var times: [Timestamp]
    }

    /// The next times of `{schedule, from?, count?}`, without the delay that each DataSource has of its own; `count` 1 to
    /// 100, 5 by default; `from` an RFC 3339 time, now by default.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `request.invalid`.
    public func preview(_ body: JSONValue?, as caller: Caller) throws -> Preview {
        try caller.require(.datasourcesRead)
        var request = try RequestBody(body, allowing: ["schedule", "from", "count"])
        let text = request.required("schedule", .schedule)?.stringValue
        let from = request.value("from", .time)?.stringValue
        let start = from.map { Timestamp(rfc3339: $0) } ?? clock.now()
        if start == nil {
            request.add(AppError.Fault(FaultCode.format, at: "/from", "Must be an RFC 3339 date-time with a zone."))
        }
        let number = request.value("count", .count)
        let count = number.map { $0.int64Value ?? 0 } ?? Int64(Self.usualCount)
        if !(1...Int64(Schedule.mostUpcoming)).contains(count) {
            request.add(
                AppError.Fault(
                    FaultCode.value, at: "/count", "Must be a whole number from 1 to \(Schedule.mostUpcoming)."))
        }
        try request.check()
        let schedule = try Schedule(parsing: text ?? "")
        return Preview(schedule: schedule.text, times: schedule.upcoming(from: start ?? clock.now(), count: Int(count)))
    }
}
