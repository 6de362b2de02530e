import HTTPFetch
import Interpolation

/// The `Link` field of an answer (RFC 8288) the way Python's requests reads it.
enum LinkField {
    /// By relation, or by URL where a link has none: `{"next": {"url": "https://…", "rel": "next"}}`.
    static func relations(of fields: [HTTPField]) -> Mapping {
        let text = fields.filter { $0.name.lowercased() == "link" }.map(\.value).joined(separator: ", ")
        var relations = Mapping()
        for link in links(in: text) {
            let key = (link["rel"]?.string).flatMap { $0.isEmpty ? nil : $0 } ?? link["url"]?.string ?? ""
            relations[key] = .mapping(link)
        }
        return relations
    }

    private static func links(in text: String) -> [Mapping] {
        text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1).map { part in
            let url = part.prefix { $0 != ">" }
            var link: Mapping = ["url": .string(String(url))]
            for parameter in part[url.endIndex...].dropFirst().split(separator: ";") {
                let sides = parameter.split(separator: "=", maxSplits: 1)
                guard sides.count == 2 else { continue }
                link[trimmed(sides[0])] = .string(trimmed(sides[1]))
            }
            return link
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let edges: Set<Character> = [" ", "'", "\"", ","]
        var text = text.drop { edges.contains($0) }
        while let last = text.last, edges.contains(last) { text.removeLast() }
        return String(text)
    }
}
