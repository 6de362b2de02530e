import TributaryClient
import WireAPI

// What the tables of more than one command have in common.

extension Table.Cell {
    /// A time to the second, as `2026-03-01 10:00:00Z`; `-` where there is none.
    static func time(_ text: String?) -> Table.Cell {
        guard let text, text.utf8.count >= 19 else { return Table.Cell(text ?? "-") }
        return Table.Cell(text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z")
    }

    /// A number.
    static func number(_ value: Int) -> Table.Cell { Table.Cell(String(value)) }

    /// Yes or no.
    static func flag(_ value: Bool) -> Table.Cell { Table.Cell(value ? "yes" : "no") }

    /// A status of a DataSource or run, in the colour of how good it is.
    static func status(_ text: String) -> Table.Cell {
        switch text {
        case "connected", "succeeded", "ok": Table.Cell(text, .green)
        case "error", "failed": Table.Cell(text, .red)
        case "needs_review", "paused", "disconnected", "cancelled": Table.Cell(text, .yellow)
        default: Table.Cell(text)
        }
    }
}

extension Table {
    /// Names on the left, values on the right.
    static func sheet(_ rows: [(String, Cell)]) -> Table {
        var table = Table([Column(title: "FIELD"), Column(title: "VALUE", shrinks: true)])
        for (name, cell) in rows { table.add([Cell(name), cell]) }
        return table
    }

    /// What a run did, an entity a row. Duplicates and completeness have a column only where they say something.
    static func counts(_ entities: [EntityCountsBody]) -> Table {
        var numbers: [(title: String, count: (EntityCountsBody) -> Int)] = [
            ("READ", \.read), ("INSERTED", \.inserted), ("UPDATED", \.updated), ("DELETED", \.deleted),
            ("UNCHANGED", \.unchanged), ("REJECTED", \.rejected),
        ]
        if entities.contains(where: { $0.duplicates > 0 }) { numbers.append(("DUPLICATES", \.duplicates)) }
        let hasReason = entities.contains { $0.fullReason != nil }
        let isPartial = entities.contains { !$0.isComplete }
        var table = Table(
            [Column(title: "ENTITY", shrinks: true)] + numbers.map { Column(title: $0.title, isNumber: true) }
                + (hasReason ? [Column(title: "READ IN FULL")] : []) + (isPartial ? [Column(title: "COMPLETE")] : []))
        for one in entities {
            let counts = numbers.map { Cell.number($0.count(one)) }
            let reason = hasReason ? [Cell(one.fullReason?.replacing("_", with: " ") ?? "")] : []
            table.add([Cell(one.name)] + counts + reason + (isPartial ? [.flag(one.isComplete)] : []))
        }
        return table
    }
}
