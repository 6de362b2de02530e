/// A day of the proleptic Gregorian calendar, found from its number.
struct CalendarDay {
    /// Astronomical: 0 is 1 BC.
    let year: Int
    let month: UInt32
    let day: UInt32

    /// PostgreSQL's days and its timestamps' days, counted from 2000-01-01: from 4714-11-24 BC to 5874897-12-31.
    static let numbers = -2_451_545...2_145_031_948

    private static let daysOfCycle = 146_097
    /// From 0000-03-01 to 2000-01-01, and 20 cycles of 400 years, so that no number of PostgreSQL's is negative.
    private static let shift = 730_425 + 20 * daysOfCycle
    private static let yearsOfShift = 8000

    /// `number` must be one of ``numbers``. Years are counted from March, so that a leap day ends its year.
    @inline(__always)
    init(number: Int) {
        let shifted = UInt64(truncatingIfNeeded: number &+ Self.shift)
        let cycle = shifted / 146_097
        let dayOfCycle = UInt32(truncatingIfNeeded: shifted &- cycle &* 146_097)
        let yearOfCycle =
            (dayOfCycle &- dayOfCycle / 1460 &+ dayOfCycle / 36_524 &- dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle &- (365 &* yearOfCycle &+ yearOfCycle / 4 &- yearOfCycle / 100)
        let marchMonth = (5 &* dayOfYear &+ 2) / 153
        day = dayOfYear &- (153 &* marchMonth &+ 2) / 5 &+ 1
        month = marchMonth < 10 ? marchMonth &+ 3 : marchMonth &- 9
        year = Int(truncatingIfNeeded: cycle &* 400) &+ Int(yearOfCycle) &- Self.yearsOfShift &+ (month <= 2 ? 1 : 0)
    }
}
