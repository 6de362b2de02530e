/// The page of documentation that the declarations make.
public enum MetricsPage {
    /// Markdown: a table for each component, in the order of `/metrics`.
    public static func text(_ groups: [any MeterGroup]) -> String {
        groups.map(table).joined(separator: "\n")
    }

    private static func table(_ group: any MeterGroup) -> String {
        let rows = group.all.map { meter in
            let declaration = meter.declaration
            let cells = [
                "`\(declaration.name)`", declaration.kind.rawValue, declaration.unit.rawValue,
                declaration.labels.map { "`\($0.name)`: \(values(of: $0))" }.joined(separator: "; "), declaration.help,
            ]
            return "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined() + "\n"
        }
        return "## \(type(of: group).title)\n\n| name | kind | unit | labels | |\n|---|---|---|---|---|\n"
            + rows.joined()
    }

    private static func values(of label: MeterLabel) -> String {
        label.note ?? label.values.map { "`\($0)`" }.joined(separator: " ")
    }
}
