/// A cron pattern on the clock of a time zone.
///
/// What a change of the clock does depends on whether the pattern names hours:
/// - **It names hours** (`30 2 * * *`, `0 */2 * * *`): it follows the clock on the wall. A skipped local time runs
///   once, at the moment of the change (02:30 at 03:00; several skipped ones together once); a local time that comes
///   twice runs at its first coming only.
/// - **It runs in every hour** (`*/15 * * * *`, `0 0-23 * * *`): it follows the time that passes. It runs whenever the
///   clock reads a matching time, so it goes on through a repeated hour, and nothing is made up for a skipped one.
///
/// That is what Vixie cron does too, except that it takes a star at the front of the minute or hour field as the sign.
struct CronRule: Sendable, Hashable {
    private static let twoDays = 2 * CivilDate.secondsPerDay

    let pattern: CronPattern
    let clock: ZoneClock

    /// The first due second, counted in UTC from 1970, that is later than `time`; nil when none is within 40 years.
    func next(after time: Int) -> Int? {
        pattern.isEveryHour ? nextOnEveryHour(after: time) : nextOnTheWall(after: time)
    }

    /// As `firstTime(reading:)` never falls when its argument rises, no local minute up to the present one can be due.
    private func nextOnTheWall(after time: Int) -> Int? {
        var minute = (time + clock.offset(at: time)).flooredQuotient(by: 60) + 1
        // Every round but the last is a minute of a repeated stretch, the longest of which was a day (Alaska, 1867).
        for _ in 0...1441 {
            guard let match = pattern.firstMatch(from: minute) else { return nil }
            let due = clock.firstTime(reading: match * 60)
            if due > time { return due }
            minute = match + 1
        }
        return nil
    }

    /// Goes from one change of the clock to the next: between two of them local and UTC time run in step.
    ///
    /// A match that is far off is approached to two days, since the clock can be changed in between; nothing can match
    /// on the way, because a change moves the clock by less than that.
    private func nextOnEveryHour(after time: Int) -> Int? {
        var start = time + 1
        for _ in 0..<32 {
            let offset = clock.offset(at: start)
            let minute = (start + offset + 59).flooredQuotient(by: 60)
            guard let match = pattern.firstMatch(from: minute) else { return nil }
            let due = match * 60 - offset
            if let change = clock.change(after: start, through: min(due, start + Self.twoDays)) {
                start = change
            } else if due <= start + Self.twoDays {
                return due
            } else {
                start = due - Self.twoDays
            }
        }
        return nil
    }
}
