import Testing

@testable import tributary

@Suite("Tables")
struct TableTests {
    @Test(
        "text has the columns that a terminal gives it",
        arguments: [
            ("", 0), ("abc", 3), ("äöü", 3), ("a\u{308}", 1), ("日本", 4), ("한글", 4), ("ＡＢ", 4), ("🇩🇪", 2), ("👩‍👩‍👧", 2),
            ("✔︎", 1), ("❤️", 2), ("…", 1), ("e\u{200B}", 1),
        ])
    func width(text: String, columns: Int) { #expect(DisplayWidth.of(text) == columns) }

    @Test(
        "what doesn't fit is cut at a whole character",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
            ("abc", 1, "…"), ("abc", 0, ""), ("🇩🇪🇫🇷", 3, "🇩🇪…"),
        ])
    func truncation(text: String, columns: Int, cut: String) {
        #expect(DisplayWidth.truncated(text, to: columns) == cut)
        #expect(DisplayWidth.of(cut) <= max(columns, 0))
    }

    @Test("nothing in a cell can steer the terminal or break the line")
    func controls() {
        #expect("a\u{1B}[31mb\nc\u{202E}d\u{9B}e".printable == "a·[31mb·c·d·e")
        #expect(Table.Cell("x\r\ny").text == "x··y")
    }

    private var table: Table {
        var table = Table([
            .init(title: "ID"), .init(title: "NAME", shrinks: true), .init(title: "N", isNumber: true),
        ])
        table.add(["ds_0123456789", "日本 countries of the world", "7"])
        table.add(["ds_1", "b"])
        return table
    }

    @Test("without a terminal nothing is cut, numbers stand to the right")
    func whole() {
        #expect(
            table.rendered(width: nil) == """
                ID             NAME                         N
                ds_0123456789  日本 countries of the world  7
                ds_1           b

                """)
    }

    @Test("in a narrow terminal the columns that shrink give way, ids don't")
    func narrow() {
        let lines = table.rendered(width: 32).split(separator: "\n")
        #expect(lines[1] == "ds_0123456789  日本 countrie…  7")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 32 })
    }

    @Test("colours surround the text only where they are welcome")
    func colours() {
        var table = Table([.init(title: "S")])
        table.add([.status("failed")])
        #expect(table.rendered(width: nil).contains("\u{1B}") == false)
        #expect(table.rendered(width: nil, usesColours: true).contains("\u{1B}[31mfailed\u{1B}[0m"))
    }

    @Test(
        "numbers are grouped by threes",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345")])
    func grouping(number: Int, text: String) { #expect(number.grouped == text) }

    @Test(
        "durations are short",
        arguments: [(850, "850 ms"), (12_345, "12.3 s"), (245_000, "4 min 5 s")])
    func durations(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).shortText == text)
    }
}
