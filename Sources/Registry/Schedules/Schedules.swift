public import Domain
public import JSON

/// Looking at what a schedule means before it is used.
public struct Schedules: Sendable {
    /// Times given when the request doesn't say how many.
    static let usualCount = Int(Resource.scheduleRequest["count"]?.standard?.int64Value ?? 5)

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
        let request = try RequestBody(body, as: .scheduleRequest)
        try request.check()
        let start = request["from"]?.stringValue.flatMap { Timestamp(rfc3339: $0) } ?? clock.now()
        let count = request["count"]?.int64Value ?? Int64(Self.usualCount)
        let text = request["schedule"]?.stringValue
        let schedule = try Schedule(parsing: text ?? "")
        return Preview(schedule: schedule.text, times: schedule.upcoming(from: start, count: Int(count)))
    }
}
