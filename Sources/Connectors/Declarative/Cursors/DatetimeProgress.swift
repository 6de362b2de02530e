import ConnectorAPI
import Domain
import Interpolation

/// How far a stream, or one of its partitions, is read.
struct DatetimeProgress: Sendable {
    private static let usualGap = TimeSpan(microseconds: 1_000)

    private let settings: DatetimeCursorSettings
    private let plan: WindowPlan
    private var done: [CursorInterval]
    /// From where on this run reads.
    private let start: DateTime
    /// What the state had besides the cursor's value.
    private let rest: Mapping
    /// The greatest cursor value of each slice that isn't closed.
    private var latest: [ObjectIdentifier: DateTime] = [:]

    /// Takes up where a state leaves off; throws `declarative.state_invalid` and what the settings throw.
    ///
    /// - Parameter lookback: How much earlier than the state says, besides the settings' own look-back.
    init(_ state: Mapping, _ settings: DatetimeCursorSettings, lookback: Duration = .zero) throws {
        self.settings = settings
        let first = try settings.start()
        plan = settings.plan(from: first)
        if let kind = state["state_type"]?.string, kind == "date-range" || kind == "integer" {
            done = try (state["slices"]?.elements ?? []).map { try Self.interval($0, settings) }
            start = done.first.map { $0.latest ?? $0.end } ?? first
            rest = [:]
            return
        }
        var low = first
        if let value = state[settings.field] {
            var time = try Self.time(value, settings)
            if lookback > .zero {
                let earlier = time.subtracting(TimeSpan(microseconds: Int(lookback / .microseconds(1))))
                // The state is written anew, and so loses what its format has no place for.
                time = settings.formats.time(.string(settings.formats.text(earlier))) ?? earlier
            }
            low = time.isBefore(first) ? first : time
        }
        start = low
        done = [CursorInterval(start: first, end: low, latest: low)]
        rest = state
    }

    /// The windows to read, up to `end`.
    mutating func windows(until end: DateTime) -> [TimeWindow] {
        merge()
        return plan.windows(after: done, until: end)
    }

    /// Takes note of a record's cursor value.
    mutating func observe(_ time: DateTime, in slice: StreamSlice) {
        let key = ObjectIdentifier(slice)
        if let known = latest[key], !known.isBefore(time) { return }
        latest[key] = time
    }

    /// The greatest cursor value met in a slice that isn't closed; nil for none.
    func latest(in slice: StreamSlice) -> DateTime? { latest[ObjectIdentifier(slice)] }

    /// Takes note that a slice is read.
    mutating func close(_ slice: StreamSlice) throws {
        guard let first = slice.cursorSlice[settings.startField], let last = slice.cursorSlice[settings.endField] else {
            return
        }
        let interval = CursorInterval(
            start: try Self.time(first, settings), end: try Self.time(last, settings),
            latest: latest.removeValue(forKey: ObjectIdentifier(slice)))
        done.append(interval)
        merge()
    }

    /// The cursor's value: up to when everything was read.
    var value: String? {
        let merged = CursorInterval.merged(done, gap: gap)
        return merged.first.map { settings.formats.text($0.latest ?? $0.start) }
    }

    /// The state for the next run.
    var state: Mapping {
        var state = rest
        if let value { state[settings.field] = .string(value) }
        return state
    }

    /// Whether a record of that time is wanted: neither older than what was read, less the look-back, nor later than
    /// `end`.
    func isNew(_ time: DateTime, until end: DateTime) -> Bool {
        var lowest = start
        if let lookback = settings.lookback {
            lowest = start.subtracting(lookback).orLater(start.orEarlier(plan.start))
        }
        return !time.isBefore(lowest) && !end.isBefore(time)
    }

    private var gap: TimeSpan { settings.granularity ?? Self.usualGap }

    private mutating func merge() { done = CursorInterval.merged(done, gap: gap) }

    private static func interval(_ slice: Value, _ settings: DatetimeCursorSettings) throws -> CursorInterval {
        CursorInterval(
            start: try time(slice["start"] ?? .none, settings), end: try time(slice["end"] ?? .none, settings),
            latest: try slice["most_recent_cursor_value"].map { try time($0, settings) })
    }

    private static func time(_ value: Value, _ settings: DatetimeCursorSettings) throws -> DateTime {
        guard let time = settings.formats.time(value) else {
            throw AppError.source(
                .declarativeStateInvalid, "the state's \(settings.field) isn't a time that the stream's formats read",
                recovery: .fixConfig)
        }
        return time
    }
}
