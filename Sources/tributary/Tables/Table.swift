/// Rows and columns for people: aligned, and cut to the terminal's width where there is one.
struct Table {
    /// One column's head and how it behaves.
    struct Column {
        let title: String
        /// Numbers are aligned to the right.
        var isNumber = false
        /// Whether it may give up width when the terminal is too narrow; ids don't.
        var shrinks = false
    }

    /// One field: text, and a colour where colours are welcome.
    struct Cell: ExpressibleByStringLiteral {
        let text: String
        var colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = text.printable
            self.colour = colour
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    private static let gap = "  "
    private static let narrowest = 8

    private let columns: [Column]
    private var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; cells that are missing are empty.
    mutating func add(_ cells: [Cell]) {
        rows.append(cells + Array(repeating: "", count: max(columns.count - cells.count, 0)))
    }

    /// Writes the table: cut to the terminal's width, whole where there is no terminal.
    func write(to channel: Channel) {
        channel.write(rendered(width: channel.width(), usesColours: channel.usesColours))
    }

    /// The table's lines, each with its line feed.
    func rendered(width: Int?, usesColours: Bool = false) -> String {
        let widths = fitted(to: width)
        let head = columns.map { Cell($0.title, .bold) }
        return ([head] + rows).map { line($0, widths, usesColours) + "\n" }.joined()
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ usesColours: Bool) -> String {
        var line = ""
        for (index, (cell, column)) in zip(cells, columns).enumerated() {
            let text = DisplayWidth.truncated(cell.text, to: widths[index])
            let isLast = index == columns.count - 1
            let padded =
                isLast && !column.isNumber ? text : text.padded(to: widths[index], isRightAligned: column.isNumber)
            line += (index == 0 ? "" : Self.gap) + (usesColours ? cell.colour?.around(padded) ?? padded : padded)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Each column's width: what its widest cell needs; in a narrow terminal the widest that shrink give way first,
    /// and when that isn't enough, all do.
    private func fitted(to width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].text)) }
        }
        guard let width else { return widths }
        let available = width - Self.gap.count * (columns.count - 1)
        let shrinking = columns.indices.filter { columns[$0].shrinks }
        for candidates in [shrinking, Array(columns.indices)] {
            var excess = widths.reduce(0, +) - available
            while excess > 0, let widest = candidates.max(by: { widths[$0] < widths[$1] }),
                widths[widest] > Self.narrowest
            {
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}

/// The few colours that are used (ECMA-48 SGR).
enum Colour: Int {
    case bold = 1
    case red = 31
    case green = 32
    case yellow = 33

    /// The text in this colour.
    func around(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
