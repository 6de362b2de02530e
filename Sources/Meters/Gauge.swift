/// A figure that goes up and down.
public final class Gauge: Meter {
    public let declaration: MeterDeclaration
    private let cells: [Cell]

    /// What a cell holds whose figure isn't known.
    private static let unknown = Int.min

    /// Makes a gauge for each combination of the labels' values.
    public init(_ name: String, _ help: String, unit: MeterDeclaration.Unit = .count, labels: [MeterLabel] = []) {
        declaration = MeterDeclaration(name, help, .gauge, unit, labels: labels)
        cells = Cell.row(declaration.size)
    }

    /// Moves the figure at a place.
    public func add(_ amount: Int, at place: Int = 0) {
        guard cells.indices.contains(place) else { return }
        cells[place].add(amount)
    }

    /// Moves the figure at the place of an enum's case.
    @inlinable
    public func add<Choice: CaseIterable & Equatable>(_ amount: Int, _ choice: Choice) {
        add(amount, at: choice.meterPlace)
    }

    /// Sets the figure of a gauge without labels; nil where it isn't known, which leaves its sample out.
    public func set(_ amount: Int?) { cells[0].set(amount ?? Self.unknown) }

    /// The figure at a place; nil where it isn't known.
    public func value(at place: Int = 0) -> Int? {
        guard cells.indices.contains(place), cells[place].now != Self.unknown else { return nil }
        return cells[place].now
    }

    /// Appends every figure that is known.
    public func write(to text: inout MetricsText) {
        for (place, cell) in cells.enumerated() {
            let figure = cell.now
            if figure != Self.unknown { text.sample(declaration, at: place, declaration.shown(figure)) }
        }
    }
}
