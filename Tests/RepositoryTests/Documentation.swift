/// Asks for a doc comment on every public type at a file's top level and on every public function.
///
/// Properties, cases, initialisers and nested types are left to their author: a name often says it all. So are
/// declarations of one line, operators, and functions that a well-known protocol asks for.
enum Documentation {
    ///
    /// `requirements` are the functions that our own protocols ask for: documented there, once.
    static func complaints(about file: SourceTree.File, requirements: Set<Substring> = []) -> [Complaint] {
        let text = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return zip(0..., file.code.lines).compactMap { index, line in
            guard let name = documentedName(line), !isDocumented(index, in: text) else { return nil }
            if line.hasPrefix(" ") && requirements.contains(name) { return nil }
            return Complaint(path: file.path, line: index + 1, rule: "public \(name) has no doc comment")
        }
    }

    /// The functions that the file's protocols require.
    static func requirements(in file: SourceTree.File) -> Set<Substring> {
        var names: Set<Substring> = []
        var isInProtocol = false
        for line in file.code.lines {
            if line.hasPrefix("public protocol ") { isInProtocol = true }
            if line.hasPrefix("}") { isInProtocol = false }
            guard isInProtocol, line.hasPrefix("    func ") else { continue }
            names.insert(line.dropFirst("    func ".count).prefix { $0.isLetter || $0.isNumber })
        }
        return names
    }

    /// The name that `line` declares, where it needs a doc comment.
    private static func documentedName(_ line: Substring) -> Substring? {
        let words = line.split(separator: " ")
        guard words.first == "public", words.last?.hasSuffix("}") == false,
            let place = words.firstIndex(where: kinds.contains),
            place + 1 < words.count
        else { return nil }
        let name = words[place + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard words[place] == "func" else { return line.hasPrefix("public") ? name : nil }
        return name.isEmpty || witnesses.contains(name) ? nil : name
    }

    private static let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "func"]
    private static let witnesses: Set<Substring> = [
        "encode", "hash", "makeIterator", "callAsFunction", "enqueue", "reserveCapacity", "run", "validate",
    ]

    /// Whether the lines above, over attributes, end in a doc comment.
    private static func isDocumented(_ index: Int, in text: [Substring]) -> Bool {
        for line in text[..<index].reversed() {
            let line = line.drop { $0 == " " }
            if !line.hasPrefix("@") && !line.hasPrefix("#") { return line.hasPrefix("///") }
        }
        return false
    }
}
