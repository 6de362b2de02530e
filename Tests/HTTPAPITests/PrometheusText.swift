/// Text in Prometheus's format, read strictly; what is wrong with it is listed.
struct PrometheusText {
    /// One line with a figure.
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var samples: [Sample] = []
    /// By name.
    private(set) var kinds: [String: String] = [:]
    private(set) var faults: [String] = []
    private var helps: Set<String> = []
    private var keys: Set<String> = []

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("no line feed at the end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            line.hasPrefix("#") ? readComment(line) : readSample(line)
        }
        checkHistograms()
    }

    /// The sum of the samples of a name that have these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }.reduce(0) { $0 + $1.value }
    }

    private mutating func readComment(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, words[0] == "#" else { return faults.append("odd comment: \(line)") }
        switch words[1] {
        case "HELP": if !helps.insert(words[2]).inserted { faults.append("two HELP of \(words[2])") }
        case "TYPE":
            if kinds.updateValue(words[3], forKey: words[2]) != nil { faults.append("two TYPE of \(words[2])") }
            if !helps.contains(words[2]) { faults.append("TYPE of \(words[2]) before its HELP") }
        default: faults.append("odd comment: \(line)")
        }
    }

    private mutating func readSample(_ line: Substring) {
        guard let sample = line.wholeMatch(of: #/([a-z_]+)(\{(.*)\})? (-?[0-9.]+)/#),
            let value = Double(sample.4)
        else { return faults.append("odd line: \(line)") }
        let name = String(sample.1)
        var labels: [String: String] = [:]
        for pair in (sample.3 ?? "").split(separator: #"","#) {
            let parts = pair.split(separator: "=\"", maxSplits: 1)
            guard parts.count == 2 else { return faults.append("odd labels: \(line)") }
            labels[String(parts[0])] = String(parts[1].hasSuffix("\"") ? parts[1].dropLast() : parts[1])
        }
        if !keys.insert("\(line.prefix { $0 != " " })\(labels.count)").inserted { faults.append("twice: \(line)") }
        if kinds[family(name)] == nil { faults.append("no TYPE before: \(line)") }
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    private func family(_ name: String) -> String {
        for ending in ["_bucket", "_sum", "_count"] where name.hasSuffix(ending) {
            let base = String(name.dropLast(ending.count))
            if kinds[base] == "histogram" { return base }
        }
        return name
    }

    private mutating func checkHistograms() {
        for (name, kind) in kinds where kind == "histogram" {
            let buckets = Dictionary(grouping: samples.filter { $0.name == name + "_bucket" }) { sample in
                sample.labels.filter { $0.key != "le" }
            }
            for (labels, row) in buckets {
                let counts = row.map(\.value)
                let bounds = row.dropLast().map { Double($0.labels["le"] ?? "") ?? -1 }
                if counts != counts.sorted() { faults.append("\(name) falls: \(counts)") }
                if bounds != bounds.sorted() || row.last?.labels["le"] != "+Inf" { faults.append("\(name): bounds") }
                let total = samples.first { $0.name == name + "_count" && $0.labels == labels }?.value
                if total != counts.last { faults.append("\(name): _count") }
                if !samples.contains(where: { $0.name == name + "_sum" && $0.labels == labels }) {
                    faults.append("\(name): no _sum")
                }
            }
        }
    }
}
