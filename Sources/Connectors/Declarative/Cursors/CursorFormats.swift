import Interpolation

/// How a stream's times are written: in its slices and its state, and in its records.
struct CursorFormats: Sendable {
    /// For what is written.
    let output: DatetimeFormat
    /// For what is read, tried in order before `output`.
    var inputs: [DatetimeFormat] = []

    /// The time as it stands in slices and states.
    func text(_ time: DateTime) -> String { output.text(of: time) }

    /// The time that a value says; UTC where it has no zone. Nil where no format fits.
    func time(_ value: Value) -> DateTime? {
        for format in inputs {
            // The next format may fit.
            if let time = try? format.time(of: value) { return time }
        }
        // What no format fits isn't a time.
        return try? output.time(of: value)
    }
}

extension DateTime {
    func isBefore(_ other: DateTime) -> Bool { unixMicroseconds < other.unixMicroseconds }

    /// The later of both; `self` where they are the same instant.
    func orLater(_ other: DateTime) -> DateTime { isBefore(other) ? other : self }

    /// The earlier of both; `self` where they are the same instant.
    func orEarlier(_ other: DateTime) -> DateTime { other.isBefore(self) ? other : self }

    /// Some time earlier; the time itself where there is none so early.
    func subtracting(_ span: TimeSpan) -> DateTime { adding(-span) ?? self }
}
