/// The five fields of a cron expression as sets, and the search for the next local minute that they match.
///
/// Days follow Vixie cron: when neither day field begins with `*`, a day matches that matches **either**; otherwise it
/// must match both. So `0 0 1 * mon` runs on the first and on Mondays, and `0 0 */2 * mon` on Mondays with an odd date.
struct CronPattern: Sendable, Hashable {
    /// How far ahead a match is sought. 29 February falls on a given weekday at the latest 40 years on.
    private static let searchedMonths = 500

    private let minutes: CronSet
    private let hours: CronSet
    private let daysOfMonth: CronSet
    private let months: CronSet
    private let daysOfWeek: CronSet

    /// Reads five fields parted by spaces or tabs. Throws `schedule.invalid` and `schedule.never_fires`.
    init(parsing text: Substring) throws(AppError) {
        let fields = text.split { $0 == " " || $0 == "\t" }
        guard fields.count == 5 else {
            throw AppError(
                .scheduleInvalid,
                "A schedule is five cron fields (minute, hour, day of month, month, day of week) with an optional "
                    + "CRON_TZ=Area/City before them, or @hourly, @daily, @weekly, @monthly, or an ISO 8601 duration.")
        }
        minutes = try CronField.minute.parse(fields[0])
        hours = try CronField.hour.parse(fields[1])
        daysOfMonth = try CronField.dayOfMonth.parse(fields[2])
        months = try CronField.month.parse(fields[3])
        daysOfWeek = try CronField.dayOfWeek.parse(fields[4])
        guard firstMatch(from: 0) != nil else { throw AppError(.scheduleNeverFires) }
    }

    /// Whether every hour of a matching day has a match, so that the pattern tells a pace rather than a time of day.
    var isEveryHour: Bool { hours.covers(CronField.hour.range) }

    /// The least number of seconds from one match to the next on days without a change of the clock.
    var smallestGap: Int {
        let times = (0..<1440).filter { hours.contains($0 / 60) && minutes.contains($0 % 60) }
        guard let first = times.first, let last = times.last else { return CivilDate.secondsPerDay }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        return 60 * min(gaps.min() ?? 1440, first + 1440 - last)
    }

    /// The first local minute, counted from 1970-01-01T00:00 local, that matches and isn't before `minute`.
    func firstMatch(from minute: Int) -> Int? {
        let day = minute.flooredQuotient(by: 1440)
        guard let match = firstDay(from: day) else { return nil }
        if match > day { return match * 1440 + (firstTime(from: 0) ?? 0) }
        if let time = firstTime(from: minute - day * 1440) { return day * 1440 + time }
        guard let later = firstDay(from: day + 1) else { return nil }
        return later * 1440 + (firstTime(from: 0) ?? 0)
    }

    /// The first matching minute of a day that isn't before `minute`, which is 0 to 1439.
    private func firstTime(from minute: Int) -> Int? {
        let hour = minute / 60
        if hours.contains(hour), let match = minutes.first(from: minute % 60) { return hour * 60 + match }
        guard let laterHour = hours.first(from: hour + 1), let match = minutes.first(from: 0) else { return nil }
        return laterHour * 60 + match
    }

    /// The first matching day that isn't before `day`; both counted from 1970-01-01.
    private func firstDay(from day: Int) -> Int? {
        let start = CivilDate(dayNumber: day)
        var (year, month) = (start.year, start.month)
        var skipped = UInt64(start.day - 1)
        for _ in 0..<Self.searchedMonths {
            if months.contains(month) {
                let firstOfMonth = CivilDate(year: year, month: month, day: 1).dayNumber
                let matches = days(of: month, year, startingOn: firstOfMonth) & (.max << skipped)
                if matches != 0 { return firstOfMonth + matches.trailingZeroBitCount }
            }
            skipped = 0
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return nil
    }

    /// The matching days of a month; bit 0 is the first.
    private func days(of month: Int, _ year: Int, startingOn firstOfMonth: Int) -> UInt64 {
        let weekday = UInt64(CivilDate.weekday(ofDayNumber: firstOfMonth))
        let week = (daysOfWeek.bits >> weekday | daysOfWeek.bits << (7 - weekday)) & 0x7F
        let byWeekday = week | week << 7 | week << 14 | week << 21 | week << 28
        let byDate = daysOfMonth.bits >> 1
        let all = (1 << UInt64(CivilDate.daysIn(month: month, of: year))) - 1 as UInt64
        let isEither = !daysOfMonth.startsWithStar && !daysOfWeek.startsWithStar
        return (isEither ? byDate | byWeekday : byDate & byWeekday) & all
    }
}
