/// When a DataSource is synced by itself: a cron expression, a macro or an interval.
///
/// - Cron: `minute hour day-of-month month day-of-week`, with lists, ranges and steps (`*/15`, `1-5/2`, `5/10` from 5
///   on), months and weekdays also by their English three-letter names, 0 and 7 = Sunday. How the two day fields go
///   together: when neither begins with `*`, either may match; otherwise both must.
/// - `@hourly`, `@daily`, `@weekly` (Sunday), `@monthly`.
/// - Both of them on UTC, or on the clock of the zone that a leading `CRON_TZ=Area/City` names. A local time that is
///   skipped when clocks change runs once at the next valid minute and one that comes twice runs once; a schedule that
///   runs in every hour goes on as time passes, through a repeated hour too.
/// - An ISO 8601 duration (`PT15M`): from one minute to 366 days.
public struct Schedule: Sendable, Hashable, CustomStringConvertible {
    /// The most characters that a schedule's text may have.
    public static let longestText = 200
    /// The most times that ``upcoming(from:anchor:count:)`` gives.
    public static let mostUpcoming = 100
    static let intervals = 60...366 * CivilDate.secondsPerDay

    /// The text as it was given, without white space around it.
    public let text: String
    private let rule: Rule
    private let jitterWindow: Duration

    private enum Rule: Sendable, Hashable {
        case cron(CronRule)
        case interval(seconds: Int)
    }

    /// Reads a schedule.
    ///
    /// Throws `schedule.invalid` (the message names the field and what it allows), `schedule.unknown_zone`, or
    /// `schedule.never_fires` for a date that doesn't exist, such as 30 February.
    public init(parsing source: String) throws(AppError) {
        let trimmed = source.trimmed
        guard (1...Self.longestText).contains(trimmed.utf8.count) else {
            throw AppError(.scheduleInvalid, "A schedule has 1 to \(Self.longestText) characters.")
        }
        text = String(trimmed)
        if trimmed.first == "P" {
            let seconds = try Self.parseInterval(text)
            rule = .interval(seconds: seconds)
            jitterWindow = min(.seconds(seconds) / 10, Jitter.longestForPace)
        } else {
            let (pattern, clock, isMacro) = try Self.parseCron(trimmed)
            rule = .cron(CronRule(pattern: pattern, clock: clock))
            jitterWindow = min(
                .seconds(pattern.smallestGap) / 10, isMacro ? Jitter.longestForPace : Jitter.longestForMinute)
        }
    }

    public var description: String { text }

    /// The first tick that is later than `time`.
    ///
    /// Ticks of an interval are `anchor` and whole intervals before and after it; cron ignores `anchor`. Costs
    /// a few microseconds at most. Past the year 9999 it gives ``Timestamp/latest``.
    public func next(after time: Timestamp, anchor: Timestamp) -> Timestamp {
        let start = Int(time.writable.milliseconds)
        switch rule {
        case .interval(let seconds):
            let origin = Int(anchor.writable.milliseconds)
            let elapsed = (start - origin).flooredQuotient(by: seconds * 1000)
            return Timestamp(milliseconds: Int64(origin + (elapsed + 1) * seconds * 1000)).writable
        case .cron(let rule):
            guard let due = rule.next(after: start.flooredQuotient(by: 1000)) else { return .latest }
            return Timestamp(milliseconds: Int64(due) * 1000).writable
        }
    }

    /// The first start later than `time`, where every tick is put off by the delay that belongs to `jitterSeed`.
    ///
    /// As the delay is the same for all ticks, starts keep their order and none comes twice.
    public func next(after time: Timestamp, anchor: Timestamp, jitterSeed: UInt64) -> Timestamp {
        let delay = jitter(seed: jitterSeed)
        return (next(after: time.writable - delay, anchor: anchor) + delay).writable
    }

    /// How long every tick is put off for a seed from ``Jitter/seed(of:)``.
    public func jitter(seed: UInt64) -> Duration { Jitter.delay(seed: seed, window: jitterWindow) }

    /// The next ticks after `start`, without jitter; `count` below 1 or above 100 is taken as 1 or 100.
    ///
    /// An interval without `anchor` is counted from `start`.
    public func upcoming(from start: Timestamp, anchor: Timestamp? = nil, count: Int) -> [Timestamp] {
        var times: [Timestamp] = []
        for _ in 0..<min(max(count, 1), Self.mostUpcoming) {
            times.append(next(after: times.last ?? start, anchor: anchor ?? start))
        }
        return times
    }
}

extension Schedule {
    private static func parseInterval(_ text: String) throws(AppError) -> Int {
        let seconds: Int
        do {
            seconds = try ISODuration(parsing: text).seconds
        } catch {
            throw AppError(.scheduleInvalid, error.message)
        }
        guard intervals.contains(seconds) else {
            throw AppError(.scheduleInvalid, "An interval must be from one minute (PT1M) to 366 days (P366D).")
        }
        return seconds
    }

    private static func parseCron(
        _ text: Substring
    ) throws(AppError) -> (pattern: CronPattern, clock: ZoneClock, isMacro: Bool) {
        var rest = text
        var clock = ZoneClock.utc
        let zoneMark = "CRON_TZ="
        if rest.hasPrefix(zoneMark) {
            let name = rest.dropFirst(zoneMark.count).prefix { !$0.isBlank }
            clock = try ZoneClock(named: name)
            rest = rest[name.endIndex...].drop { $0.isBlank }
        }
        guard rest.first == "@" else { return (try CronPattern(parsing: rest), clock, false) }
        guard let expression = macros[String(rest)] else {
            throw AppError(
                .scheduleInvalid, "The names that may stand for a schedule are @hourly, @daily, @weekly and @monthly.")
        }
        return (try CronPattern(parsing: expression), clock, true)
    }

    private static let macros: [String: Substring] = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    ]
}

extension Character {
    fileprivate var isBlank: Bool { self == " " || self == "\t" }
}

extension String {
    /// Without the white space around it.
    fileprivate var trimmed: Substring {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
