/// What a file holds.
enum FileFormat: String, Sendable, CaseIterable {
    case csv, tsv, json, jsonl

    /// By the name's extension, after a `.gz` is taken off; nil where it says nothing.
    init?(fileName: String) {
        let name = Self.withoutGzip(fileName)
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "csv": self = .csv
        case "tsv": self = .tsv
        case "json": self = .json
        case "jsonl", "ndjson": self = .jsonl
        default: return nil
        }
    }

    /// The entity that a file makes: its name without folder, `.gz` and the extension before it.
    static func entityName(path: String) -> String {
        let name = withoutGzip(path.split(separator: "/").last.map(String.init) ?? path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    static func isGzipName(_ name: String) -> Bool { name.lowercased().hasSuffix(".gz") }

    private static func withoutGzip(_ name: String) -> String {
        isGzipName(name) && name.utf8.count > 3 ? String(name.dropLast(3)) : name
    }
}
