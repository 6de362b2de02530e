/// Counts how often figures came to lie within bounds, and adds them up.
public final class Histogram: Meter {
    /// Bounds for what takes microseconds to seconds.
    public static let shortTimes: [Duration] = [
        .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2_500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
        .milliseconds(500), .seconds(1), .milliseconds(2_500), .seconds(10),
    ]
    /// Bounds for what takes tenths of seconds to hours.
    public static let longTimes: [Duration] = [
        .milliseconds(100), .milliseconds(500), .seconds(1), .seconds(5), .seconds(15), .seconds(60), .seconds(300),
        .seconds(900), .seconds(3_600), .seconds(4 * 3_600),
    ]

    public let declaration: MeterDeclaration
    /// In nanoseconds or items, rising.
    private let bounds: [Int]
    /// For each combination of the labels' values: a count for each bound, one for what lies above all, and the sum.
    private let cells: [Cell]

    /// Makes a histogram of durations for each combination of the labels' values.
    public init(_ name: String, _ help: String, labels: [MeterLabel] = [], bounds: [Duration]) {
        declaration = MeterDeclaration(name, help, .histogram, .seconds, labels: labels)
        self.bounds = bounds.map(\.meterNanoseconds)
        cells = Cell.row(declaration.size * (bounds.count + 2))
    }

    /// Makes a histogram of counts.
    public init(_ name: String, _ help: String, items bounds: [Int]) {
        declaration = MeterDeclaration(name, help, .histogram)
        self.bounds = bounds
        cells = Cell.row(bounds.count + 2)
    }

    /// Notes a duration at a place; see ``Counter/add(_:at:)``.
    public func note(_ duration: Duration, at place: Int = 0) { note(duration.meterNanoseconds, place) }

    /// Notes a duration at the place of an enum's case.
    @inlinable
    public func note<Choice: CaseIterable & Equatable>(_ duration: Duration, _ choice: Choice) {
        note(duration, at: choice.meterPlace)
    }

    /// Notes a count.
    public func note(items: Int) { note(items, 0) }

    private func note(_ value: Int, _ place: Int) {
        let value = max(0, value)
        let start = place * (bounds.count + 2)
        guard place >= 0, start + bounds.count + 1 < cells.count else { return }
        var bucket = 0
        while bucket < bounds.count, bounds[bucket] < value { bucket += 1 }
        cells[start + bucket].add(1)
        cells[start + bounds.count + 1].add(value)
    }

    /// How many were noted at a place.
    public func count(at place: Int = 0) -> Int {
        let start = place * (bounds.count + 2)
        return cells[start...(start + bounds.count)].reduce(0) { $0 + $1.now }
    }

    /// The sum of the durations that were noted, of a histogram without labels.
    public var sum: Duration { .nanoseconds(cells[bounds.count + 1].now) }

    /// Appends buckets, sum and count of every combination of labels that something was noted for.
    public func write(to text: inout MetricsText) {
        for place in 0..<declaration.size {
            let start = place * (bounds.count + 2)
            let counts = cells[start...(start + bounds.count)].map(\.now)
            let total = counts.reduce(0, +)
            guard total > 0 || declaration.size == 1 else { continue }
            var below = 0
            for (bound, count) in zip(bounds, counts) {
                below += count
                text.sample(declaration, at: place, "\(below)", ending: "_bucket", bound: declaration.shown(bound))
            }
            text.sample(declaration, at: place, "\(total)", ending: "_bucket", bound: "+Inf")
            text.sample(declaration, at: place, declaration.shown(cells[start + bounds.count + 1].now), ending: "_sum")
            text.sample(declaration, at: place, "\(total)", ending: "_count")
        }
    }
}

extension Duration {
    /// The duration in whole nanoseconds; what doesn't fit is the greatest that does, about 292 years.
    public var meterNanoseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? .max : whole &+ Int(attoseconds / 1_000_000_000)
    }
}
