import Interpolation

/// Times as configs and token endpoints write them.
enum TimeText {
    /// An ISO 8601 time, or seconds (or milliseconds) since 1970; UTC where it has no zone. Nil for anything else.
    static func time(in text: String) -> DateTime? {
        if let number = Double(text) {
            guard abs(number) < 1e15 else { return nil }
            return DateTime(unixMicroseconds: Int(abs(number) > 1e11 ? number * 1e3 : number * 1e6))
        }
        guard case .dateTime(let time) = YAMLScalar.value(of: text.replacing("T", with: " ")) else {
            guard case .date(let date) = YAMLScalar.value(of: text) else { return nil }
            return DateTime(date: date, microsecondOfDay: 0, zone: .utc)
        }
        return time.hasZone ? time : time.replacingZone(.utc)
    }

    /// An ISO 8601 duration such as `P1M` or `PT30S`; nil for anything else.
    static func span(in text: String) -> TimeSpan? { try? TimeSpan(iso8601: text) }
}
