/// One family of figures, as `/metrics` shows it.
///
/// Keeping a figure costs an atomic addition and no lock. Labels have values from closed sets, given when the meter is made:
/// no tenant, id or name can become one (Invariant 6).
public protocol Meter: Sendable {
    /// Its name and what else is known of it.
    var declaration: MeterDeclaration { get }
    /// Appends the present samples.
    func write(to text: inout MetricsText)
}

/// What a meter says of itself.
public struct MeterDeclaration: Sendable {
    /// What kinds of figures there are.
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// What is counted or measured.
    public enum Unit: String, Sendable {
        /// Kept in nanoseconds.
        case seconds
        case bytes
        /// A count of what the name says.
        case count
    }

    /// In snake case, with the unit at its end; a counter's ends with `_total`.
    public let name: String
    /// One sentence.
    public let help: String
    public let kind: Kind
    public let unit: Unit
    public let labels: [MeterLabel]

    /// Makes a declaration.
    public init(_ name: String, _ help: String, _ kind: Kind, _ unit: Unit = .count, labels: [MeterLabel] = []) {
        self.name = name
        self.help = help
        self.kind = kind
        self.unit = unit
        self.labels = labels
    }

    /// How many samples it has at most: one for each combination of its labels' values.
    var size: Int { labels.reduce(1) { $0 * $1.values.count } }

    /// A figure as the format has it.
    func shown(_ value: Int) -> String { unit == .seconds ? MetricsText.seconds(value) : "\(value)" }

    /// The labels' values at a place, written as the format has them; the last label's values change fastest.
    func labelText(at place: Int) -> String {
        var rest = place
        let pairs = labels.reversed().map { label in
            let value = label.values[rest % label.values.count]
            rest /= label.values.count
            return "\(label.name)=\"\(value)\""
        }
        return pairs.reversed().joined(separator: ",")
    }
}

/// A label and every value that it can have; in values there is no quote, backslash or line feed.
public struct MeterLabel: Sendable {
    public let name: String
    public let values: [String]
    /// What the values are, where there are too many to list.
    public let note: String?

    /// Makes a label of the values that it can have.
    public init(_ name: String, _ values: [String], note: String? = nil) {
        self.name = name
        self.values = values
        self.note = note
    }

    /// Makes a label whose values are an enum's cases.
    public init<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _: Choice.Type) {
        self.init(name, Choice.allCases.map(\.rawValue))
    }
}

/// The meters of one component.
public protocol MeterGroup: Sendable {
    /// The component, as the documentation calls it.
    static var title: String { get }
    /// Its meters, in the order of the documentation.
    var all: [any Meter] { get }
}
