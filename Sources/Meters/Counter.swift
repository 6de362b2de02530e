import Synchronization

/// One figure in memory that many threads may change at once.
final class Cell: Sendable {
    private let value = Atomic(0)

    var now: Int { value.load(ordering: .relaxed) }
    func add(_ amount: Int) { value.wrappingAdd(amount, ordering: .relaxed) }
    func set(_ amount: Int) { value.store(amount, ordering: .relaxed) }

    static func row(_ count: Int) -> [Cell] { (0..<count).map { _ in Cell() } }
}

/// Counts what happened since the process began.
public final class Counter: Meter {
    /// Up to so many places are shown while nothing was counted there: a rate begins with the first of them.
    private static let mostAtNought = 32

    public let declaration: MeterDeclaration
    private let cells: [Cell]

    /// Makes a counter for each combination of the labels' values.
    public init(
        _ name: String, _ help: String, unit: MeterDeclaration.Unit = .count, labels: [MeterLabel] = []
    ) {
        declaration = MeterDeclaration(name, help, .counter, unit, labels: labels)
        cells = Cell.row(declaration.size)
    }

    /// Counts at a place: the number of the label's value, or of the combination, the last label's changing fastest.
    public func add(_ amount: Int = 1, at place: Int = 0) {
        guard cells.indices.contains(place) else { return }
        cells[place].add(amount)
    }

    /// Counts at the place of an enum's case.
    @inlinable
    public func add<Choice: CaseIterable & Equatable>(_ amount: Int = 1, _ choice: Choice) {
        add(amount, at: choice.meterPlace)
    }

    /// Counts at the place of two enums' cases.
    @inlinable
    public func add<First: CaseIterable & Equatable, Second: CaseIterable & Equatable>(
        _ amount: Int = 1, _ first: First, _ second: Second
    ) {
        add(amount, at: first.meterPlace * Second.allCases.count + second.meterPlace)
    }

    /// Takes over a count that is kept elsewhere; for a counter without labels.
    public func set(_ count: Int) { cells[0].set(count) }

    /// What was counted at a place.
    public func value(at place: Int = 0) -> Int { cells.indices.contains(place) ? cells[place].now : 0 }

    /// What was counted at the place of an enum's case.
    public func value<Choice: CaseIterable & Equatable>(_ choice: Choice) -> Int { value(at: choice.meterPlace) }

    /// Appends the counts; where there are many places only those that aren't 0.
    public func write(to text: inout MetricsText) {
        for (place, cell) in cells.enumerated() {
            let count = cell.now
            if count > 0 || cells.count <= Self.mostAtNought {
                text.sample(declaration, at: place, declaration.shown(count))
            }
        }
    }
}

extension CaseIterable where Self: Equatable {
    /// Which of its cases it is.
    @inlinable
    public var meterPlace: Int {
        var place = 0
        for other in Self.allCases {
            if other == self { return place }
            place += 1
        }
        return 0
    }
}
