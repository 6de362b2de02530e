import Interpolation

/// A stretch of time, both ends included.
struct TimeWindow: Sendable, Hashable {
    let start: DateTime
    let end: DateTime
}

/// Cuts the time that isn't read yet into windows.
struct WindowPlan: Sendable {
    /// Before which nothing is read.
    let start: DateTime
    /// How far what was read last is read again.
    var lookback: TimeSpan?
    /// The longest window; nil = any length.
    var step: TimeSpan?
    /// The smallest difference of two times, by which windows keep apart; nil = they share their bounds.
    var granularity: TimeSpan?
    var clamping: Clamping?
    /// Whether a window must be longer than no time at all.
    var isStrict = false

    /// The windows up to `end`, after and between what was read: `done`, merged and in order, at least one.
    func windows(after done: [CursorInterval], until end: DateTime) -> [TimeWindow] {
        guard let first = done.first, let last = done.last else { return [] }
        var windows: [TimeWindow] = []
        if start.isBefore(first.start) { windows += split(start, first.start, isEnd: false, end) }
        for (one, next) in zip(done, done.dropFirst()) {
            let lower = granularity.map { one.end.adding($0) ?? one.end } ?? one.end
            windows += split(lower, next.start, isEnd: false, end)
        }
        let lower = lookback.map { last.end.subtracting($0) } ?? last.end
        return windows + split(lower, end, isEnd: true, end)
    }

    /// - Parameters:
    ///   - isEnd: Whether `upper` is the end of all that is read rather than the start of what was read already.
    ///   - end: The end of all that is read.
    private func split(_ lower: DateTime, _ upper: DateTime, isEnd: Bool, _ end: DateTime) -> [TimeWindow] {
        guard !upper.isBefore(lower), lower != upper || granularity != nil, !upper.isBefore(start) else { return [] }
        let lower = clamp(lower.orLater(start))
        guard !upper.isBefore(lower), lower != upper || !isStrict && isEnd else { return [] }
        if next(lower, end).isBefore(upper) { return cut(lower, upper, isEnd: isEnd, end) }
        let clamped = isEnd && granularity != nil ? upper : clamp(upper)
        return [TimeWindow(start: lower, end: isEnd ? clamped : lessGranularity(clamped))]
    }

    private func cut(_ lower: DateTime, _ upper: DateTime, isEnd: Bool, _ end: DateTime) -> [TimeWindow] {
        var windows: [TimeWindow] = []
        var current = lower
        while true {
            let next = next(current, end).orEarlier(upper)
            let clampedEnd = next == upper ? next : clamp(next)
            let isLast = next == upper || clampedEnd == upper
            let clampedStart = clamp(current)
            guard clampedStart.isBefore(clampedEnd) else { return windows }
            let windowEnd = isEnd && isLast ? clampedEnd : lessGranularity(clampedEnd)
            windows.append(TimeWindow(start: clampedStart, end: windowEnd))
            guard !isLast else { return windows }
            current = clampedEnd
        }
    }

    private func next(_ lower: DateTime, _ end: DateTime) -> DateTime { step.flatMap { lower.adding($0) } ?? end }

    private func clamp(_ time: DateTime) -> DateTime { clamping?.clamp(time) ?? time }

    private func lessGranularity(_ time: DateTime) -> DateTime { granularity.map { time.subtracting($0) } ?? time }
}
