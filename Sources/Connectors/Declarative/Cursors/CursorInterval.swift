import Interpolation

/// A stretch of time that was read, and the greatest cursor value met there.
struct CursorInterval: Sendable, Hashable {
    var start: DateTime
    var end: DateTime
    /// Nil where no record had one.
    var latest: DateTime?

    /// The intervals in order, those that touch put together: where one begins no later than `gap` after another's end.
    static func merged(_ intervals: [CursorInterval], gap: TimeSpan) -> [CursorInterval] {
        let sorted = intervals.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.start != other.start { return one.start.isBefore(other.start) }
            return one.end == other.end ? left.offset < right.offset : one.end.isBefore(other.end)
        }
        var merged: [CursorInterval] = []
        for (_, interval) in sorted {
            guard var last = merged.last, !(last.end.adding(gap) ?? last.end).isBefore(interval.start) else {
                merged.append(interval)
                continue
            }
            last.end = last.end.orLater(interval.end)
            last.latest =
                interval.latest.map { latest in last.latest.map { latest.orLater($0) } ?? latest } ?? last.latest
            merged[merged.count - 1] = last
        }
        return merged
    }
}
