import FoundationEssentials
import FoundationInternationalization

/// The local clock of a time zone: what it reads at a UTC second, and when it first reads a local second.
///
/// Both are counted from 1970-01-01T00:00, one in UTC and one in local time. Zone data is Foundation's copy of the IANA
/// database. Assumes that a clock isn't changed and changed back within three days, which no zone has done.
package struct ZoneClock: Sendable, Hashable {
    static let utc = ZoneClock(zone: nil)

    /// More than any zone has been away from UTC.
    private static let largestOffset = 16 * 3600
    /// nil for UTC, which needs no look-up.
    private let zone: TimeZone?

    private init(zone: TimeZone?) { self.zone = zone }

    /// Takes `UTC` or an IANA name such as `Europe/Berlin`, in its exact spelling. Throws `schedule.unknown_zone`.
    ///
    /// Names without an area (`EST`, `GMT+3`) are refused: they are ambiguous.
    package init(named name: Substring) throws(AppError) {
        if name == "UTC" || name == "Etc/UTC" {
            self = .utc
            return
        }
        guard name.utf8.count <= 64, name.contains("/"), let zone = TimeZone(identifier: String(name)) else {
            throw AppError(.scheduleUnknownZone)
        }
        self.init(zone: zone)
    }

    /// Seconds east of UTC.
    package func offset(at time: Int) -> Int {
        guard let zone else { return 0 }
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time)))
    }

    /// The second in `start + 1 ... end`, at most three days long, at which the clock is changed; nil when it isn't.
    func change(after start: Int, through end: Int) -> Int? {
        guard zone != nil, start < end else { return nil }
        let before = offset(at: start)
        guard offset(at: end) != before else { return nil }
        var (unchanged, changed) = (start, end)
        while changed - unchanged > 1 {  // at most 18 rounds
            let middle = (unchanged + changed) / 2
            if offset(at: middle) == before { unchanged = middle } else { changed = middle }
        }
        return changed
    }

    /// The first UTC second at which the clock reads `local` or later.
    ///
    /// For a local time that comes twice it is the first of them; for one that is skipped, the moment of the change.
    func firstTime(reading local: Int) -> Int {
        guard zone != nil else { return local }
        var start = local - Self.largestOffset
        for _ in 0..<4 {
            let due = local - offset(at: start)
            guard let change = change(after: start, through: local + Self.largestOffset), due >= change else {
                return due
            }
            if change + offset(at: change) >= local { return change }
            start = change
        }
        return local - offset(at: start)
    }
}
