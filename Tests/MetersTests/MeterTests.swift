import Meters
import Testing

@Suite("Meters")
struct MeterTests {
    private enum Fruit: String, CaseIterable {
        case apple, pear
    }

    private struct Group: MeterGroup {
        static let title = "Fruits"
        let picked = Counter("fruits_picked_total", "Picked.", labels: [MeterLabel("fruit", Fruit.self)])
        let baskets = Gauge("baskets", "Baskets.")
        let times = Histogram("pick_seconds", "Picking.", bounds: [.milliseconds(500), .seconds(2)])
        var all: [any Meter] { [picked, baskets, times] }
    }

    private func lines(_ group: Group) -> [Substring] {
        MetricsText([group]).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test("shows counts by label, and those at nought where there are few")
    func counter() {
        let group = Group()
        group.picked.add(2, Fruit.pear)
        group.picked.add(1, Fruit.pear)
        #expect(
            lines(group).filter { $0.hasPrefix("fruits") } == [
                #"fruits_picked_total{fruit="apple"} 0"#, #"fruits_picked_total{fruit="pear"} 3"#,
            ])
        let many = Counter("many_total", "Many.", labels: [MeterLabel("place", (0..<33).map { "\($0)" })])
        many.add(at: 7)
        var text = MetricsText([])
        many.write(to: &text)
        #expect(text.text == "many_total{place=\"7\"} 1\n")
        #expect(group.picked.value(Fruit.pear) == 3 && group.picked.value(Fruit.apple) == 0)
    }

    @Test("leaves out a gauge whose figure isn't known")
    func gauge() {
        let group = Group()
        group.baskets.add(5)
        group.baskets.add(-2)
        #expect(lines(group).contains("baskets 3"))
        group.baskets.set(nil)
        #expect(group.baskets.value() == nil && !lines(group).contains { $0.hasPrefix("baskets") })
    }

    @Test("sums durations up and counts them below each bound, the bound itself included")
    func histogram() {
        let group = Group()
        for duration in [Duration.milliseconds(500), .milliseconds(501), .seconds(60), .seconds(-1)] {
            group.times.note(duration)
        }
        #expect(
            lines(group).filter { $0.hasPrefix("pick") } == [
                #"pick_seconds_bucket{le="0.5"} 2"#, #"pick_seconds_bucket{le="2"} 3"#,
                #"pick_seconds_bucket{le="+Inf"} 4"#, "pick_seconds_sum 61.001", "pick_seconds_count 4",
            ])
    }

    @Test("counts every one of many threads' additions")
    func threads() async {
        let group = Group()
        await withDiscardingTaskGroup { tasks in
            for _ in 0..<8 {
                tasks.addTask { for _ in 0..<10_000 { group.picked.add(1, Fruit.apple) } }
            }
        }
        #expect(group.picked.value(Fruit.apple) == 80_000)
    }

    @Test("counts nothing at a place that a meter doesn't have")
    func foreignPlace() {
        let group = Group()
        group.picked.add(at: 2)
        group.picked.add(at: -1)
        group.times.note(.seconds(1), at: 1)
        #expect(group.times.count() == 0 && group.picked.value(at: 2) == 0)
        #expect(group.picked.value(Fruit.apple) + group.picked.value(Fruit.pear) == 0)
    }

    @Test("documents itself")
    func page() {
        let page = MetricsPage.text([Group()])
        #expect(page.hasPrefix("## Fruits\n"))
        #expect(page.contains("| `fruits_picked_total` | counter | count | `fruit`: `apple` `pear` | Picked. |\n"))
        #expect(page.contains("| `pick_seconds` | histogram | seconds | | Picking. |\n"))
    }
}
