public import JSON

/// A schedule to preview.
public struct ScheduleRequestBody: WireValue, Hashable {
    /// Cron or interval.
    public var schedule: String
    /// RFC 3339; nil = now.
    public var from: String?
    /// How many times; nil leaves it to the server.
    public var count: Int?

    private enum Field: String {
        case schedule
        case from
        case count
    }

    /// Makes one.
    public init(schedule: String, from: String? = nil, count: Int? = nil) {
        self.schedule = schedule
        self.from = from
        self.count = count
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        schedule = try fields[.schedule]
        from = try fields[.from]
        count = try fields[.count]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.schedule, schedule)
        writer.memberIfPresent(Field.from, from)
        writer.memberIfPresent(Field.count, count)
        writer.endObject()
    }
}
