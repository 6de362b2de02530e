/// What passes took, as a line of the table.
struct Figures: Sendable {
    let items: Int
    let bytes: Int?
    let times: [Duration]

    static let heading =
        "benchmark".padded(to: 20) + "items".padded(from: 9) + "ns/item".padded(from: 12) + "best".padded(from: 12)
        + "items/s".padded(from: 12) + "MB/s".padded(from: 9)

    /// Seconds of the median pass and of the fastest.
    private var median: Double { seconds[seconds.count / 2] }
    private var best: Double { seconds[0] }
    private var seconds: [Double] { times.map { $0 / .seconds(1) }.sorted() }

    func line(_ name: String) -> String {
        let perSecond = bytes.map { String(Int(Double($0) / median / 1e6)) } ?? "-"
        return name.padded(to: 20) + String(items).padded(from: 9)
            + String(Int(median * 1e9 / Double(items))).padded(from: 12)
            + String(Int(best * 1e9 / Double(items))).padded(from: 12)
            + String(Int(Double(items) / median)).padded(from: 12) + perSecond.padded(from: 9)
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func padded(from width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
