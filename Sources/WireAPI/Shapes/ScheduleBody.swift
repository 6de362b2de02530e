public import JSON

/// The next times of a schedule.
public struct ScheduleBody: WireValue, Hashable {
    /// As it was asked about.
    public var schedule: String
    /// RFC 3339 in UTC, ascending.
    public var times: [String]

    private enum Field: String {
        case schedule
        case times
    }

    /// Makes one.
    public init(schedule: String, times: [String]) {
        self.schedule = schedule
        self.times = times
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        schedule = try fields[.schedule]
        times = try fields[.times]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.schedule, schedule)
        writer.member(Field.times, times)
        writer.endObject()
    }
}
