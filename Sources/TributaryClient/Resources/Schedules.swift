public import WireAPI

/// The calls about schedules.
public struct Schedules: Sendable {
    let connection: Connection

    /// The next times of a schedule.
    ///
    /// - Parameters:
    ///   - schedule: Cron or interval, as a DataSource's `sync_schedule` takes it.
    ///   - from: RFC 3339; nil = now.
    ///   - count: How many times; nil leaves it to the server.
    public func preview(_ schedule: String, from: String? = nil, count: Int? = nil) async throws -> ScheduleBody {
        let request = ScheduleRequestBody(schedule: schedule, from: from, count: count)
        return try await connection.send(.ask(Paths.schedulePreview.text, body: request))
    }
}
