extension JSONSchema {
    /// The dotted paths of the members marked both `"writeOnly": true` and `"x-secret": true`, sorted, each once.
    /// A step into any element of an array, or any member under `additionalProperties`, is written `*`. Dots within
    /// a name aren't escaped.
    public func secretPaths() -> [String] { paths { $0.isSecret && $0.isWriteOnly } }

    /// The dotted paths of the members marked `"x-identity": true`, in the same form.
    public func identityPaths() -> [String] { paths { $0.isIdentity } }

    private func paths(where isMarked: (SchemaNode) -> Bool) -> [String] {
        var found = Set<String>()
        var open = Set<Int>()
        collect(SchemaCompiler.root, "", &open, &found, isMarked)
        return found.sorted()
    }

    /// Goes through a schema and all it holds; a schema inside itself is gone through once.
    private func collect(
        _ index: Int, _ path: String, _ open: inout Set<Int>, _ found: inout Set<String>,
        _ isMarked: (SchemaNode) -> Bool
    ) {
        guard open.insert(index).inserted else { return }
        defer { open.remove(index) }
        let node = nodes[index]
        if isMarked(node), !path.isEmpty { found.insert(path) }
        let prefix = path.isEmpty ? "" : path + "."
        for property in node.properties { collect(property.node, prefix + property.name, &open, &found, isMarked) }
        for inner in [node.items, node.additional].compactMap({ $0 }) {
            collect(inner, prefix + "*", &open, &found, isMarked)
        }
        for same in node.inPlace { collect(same, path, &open, &found, isMarked) }
    }
}
