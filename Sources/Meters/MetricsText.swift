/// Text in Prometheus's exposition format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
public struct MetricsText: Sendable {
    /// What `Content-Type` says of it.
    public static let mediaType = "text/plain; version=0.0.4"

    /// The text so far.
    public private(set) var text = ""

    /// The text of all these meters now.
    public init(_ groups: [any MeterGroup]) {
        for meter in groups.flatMap(\.all) {
            let declaration = meter.declaration
            text += "# HELP \(declaration.name) \(declaration.help)\n"
            text += "# TYPE \(declaration.name) \(declaration.kind.rawValue)\n"
            meter.write(to: &self)
        }
    }

    /// Appends one sample of a meter; `bound` is a bucket's.
    public mutating func sample(
        _ meter: MeterDeclaration, at place: Int, _ value: String, ending: String = "", bound: String? = nil
    ) {
        let labels = meter.labelText(at: place)
        let pairs = [labels, bound.map { "le=\"\($0)\"" } ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        text += meter.name + ending + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(value)\n"
    }

    /// Nanoseconds as seconds in decimals, exactly.
    static func seconds(_ nanoseconds: Int) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest != 0 else { return "\(whole)" }
        var digits = String(abs(rest) + 1_000_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(rest < 0 && whole == 0 ? "-" : "")\(whole).\(digits)"
    }
}
