import Domain
import Foundation
import Testing

/// Random patterns, zones and moments against a scan that goes minute by minute and knows no shortcuts.
@Suite struct SchedulePropertyTests {
    private static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
        "America/St_Johns", "Africa/Cairo", "Africa/Casablanca", "America/Havana", "Pacific/Chatham",
        "America/Sao_Paulo",
    ]
    /// Around changes of the clock in those zones, and two quiet days.
    private static let moments = [
        "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z",
        "2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z", "2011-12-30T10:00:00Z", "2010-11-07T02:31:00Z",
        "2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z", "2026-02-15T02:00:00Z", "2026-11-01T05:00:00Z",
        "2026-09-26T14:00:00Z", "2018-11-04T03:00:00Z", "2018-02-18T02:00:00Z", "2024-02-29T12:00:00Z",
        "2026-12-31T23:59:00Z",
    ]

    @Test("finds the same ticks as a scan minute by minute", arguments: [UInt64(1), 20_260_102, 77_007])
    func agreesWithScan(seed: UInt64) throws {
        print("schedule property seed: \(seed)")
        var chance = SplitMix(state: seed)
        for _ in 0..<150 {
            let fields = RandomFields(using: &chance)
            let name = Self.zones[chance.below(Self.zones.count)]
            let center = try #require(Timestamp(rfc3339: Self.moments[chance.below(Self.moments.count)]))
            let start = center - .seconds(chance.below(36 * 3600)) + .milliseconds(chance.below(2000))
            let zone = try #require(TimeZone(identifier: name))
            let schedule = try Schedule(parsing: "CRON_TZ=\(name) \(fields.text)")
            let today = Int(start.milliseconds / 86_400_000)
            let scan = MinuteScan(fields: fields, zone: zone, days: today - 4...today + 6)
            let expected = scan.ticks(after: start, days: 3)
            var (found, last) = ([Timestamp](), start)
            let end = start + .seconds(3 * 86_400)
            for _ in 0...expected.count {
                let next = schedule.next(after: last, anchor: start)
                #expect(next > last)
                last = next
                if last <= end { found.append(last) }
            }
            #expect(found.map(\.rfc3339) == expected.map(\.rfc3339), "\(schedule) after \(start.rfc3339), seed \(seed)")
        }
    }

    @Test("goes to the same far tick from every moment before it", arguments: [UInt64(5), 9_999])
    func agreesFromAfar(seed: UInt64) throws {
        print("schedule property seed: \(seed)")
        var chance = SplitMix(state: seed)
        for _ in 0..<200 {
            let name = Self.zones[chance.below(Self.zones.count)]
            let hour = chance.below(3) == 0 ? "*" : "\(chance.below(24))"
            let text = "CRON_TZ=\(name) \(chance.below(60)) \(hour) \(1 + chance.below(28)) \(1 + chance.below(12)) *"
            let schedule = try Schedule(parsing: text)
            let start = Timestamp(milliseconds: Int64(chance.below(2_000_000_000)) * 1000)
            let next = schedule.next(after: start, anchor: start)
            let between = Timestamp(
                milliseconds: start.milliseconds
                    + Int64(chance.below(Int(next.milliseconds - start.milliseconds))))
            #expect(
                schedule.next(after: between, anchor: start) == next, "\(text) after \(start.rfc3339), seed \(seed)")
        }
    }
}

/// Five fields as text and as the values that all but the month, which is always `*`, allow.
private struct RandomFields {
    let text: String
    let minutes, hours, daysOfMonth, daysOfWeek: Set<Int>
    let daysStartWithStar: Bool

    init(using chance: inout SplitMix) {
        let fields = [0...59, 0...23, 1...31, 0...6].map { Self.field($0, using: &chance) }
        text = "\(fields[0].text) \(fields[1].text) \(fields[2].text) * \(fields[3].text)"
        (minutes, hours) = (fields[0].values, fields[1].values)
        (daysOfMonth, daysOfWeek) = (fields[2].values, fields[3].values)
        daysStartWithStar = fields[2].text.hasPrefix("*") || fields[3].text.hasPrefix("*")
    }

    private static func field(
        _ range: ClosedRange<Int>, using chance: inout SplitMix
    ) -> (text: String, values: Set<Int>) {
        let low = range.lowerBound + chance.below(range.count)
        let high = low + chance.below(range.upperBound - low + 1)
        let step = 1 + chance.below(min(range.upperBound, 20))
        switch chance.below(7) {
        case 0, 1, 2: return ("*", Set(range))
        case 3: return ("*/\(step)", Set(stride(from: range.lowerBound, through: range.upperBound, by: step)))
        case 4: return ("\(low)-\(high)/\(step)", Set(stride(from: low, through: high, by: step)))
        case 5: return ("\(low),\(high)", [low, high])
        default: return ("\(low)-\(high)", Set(low...high))
        }
    }
}

/// The ticks by definition: every minute is looked at, and the highest local minute read so far is kept.
private struct MinuteScan {
    let fields: RandomFields
    let zone: TimeZone
    /// Those of `days`, counted from 1970-01-01, whose date matches.
    private let matchingDays: Set<Int>

    init(fields: RandomFields, zone: TimeZone, days: ClosedRange<Int>) {
        self.fields = fields
        self.zone = zone
        matchingDays = Set(days.filter { Self.matches(day: $0, fields) })
    }

    func ticks(after start: Timestamp, days: Int) -> [Timestamp] {
        let first = Int(start.milliseconds / 60_000) - 2 * 1440
        let end = start + .seconds(days * 86_400)
        let isEveryHour = fields.hours.count == 24
        var ticks: [Timestamp] = []
        var highest = local(first)
        for minute in first + 1...first + (days + 3) * 1440 {
            let reads = local(minute)
            let isDue = isEveryHour ? matches(reads) : reads > highest && (highest + 1...reads).contains(where: matches)
            highest = max(highest, reads)
            let time = Timestamp(milliseconds: Int64(minute) * 60_000)
            if isDue && time > start && time <= end { ticks.append(time) }
        }
        return ticks
    }

    private func local(_ minute: Int) -> Int {
        minute + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute) * 60)) / 60
    }

    private func matches(_ local: Int) -> Bool {
        matchingDays.contains(local / 1440) && fields.minutes.contains(local % 60)
            && fields.hours.contains(local / 60 % 24)
    }

    private static func matches(day: Int, _ fields: RandomFields) -> Bool {
        let date = Date(timeIntervalSince1970: Double(day) * 86_400)
        guard let utc = TimeZone(identifier: "UTC") else { return false }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = utc
        let byDate = fields.daysOfMonth.contains(calendar.component(.day, from: date))
        let byWeekday = fields.daysOfWeek.contains(calendar.component(.weekday, from: date) - 1)
        return fields.daysStartWithStar ? byDate && byWeekday : byDate || byWeekday
    }
}

/// Chance that a seed repeats (Steele, Lea and Flood, 2014).
private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ value >> 31) % UInt64(bound))
    }
}
