import JSON

/// Builds the shape of a document while its parser meets elements and text.
struct XMLShaper {
    private struct Open {
        let name: String
        var members: XMLMembers
        var text = ""
    }

    private var open: [Open] = []
    /// The whole document once its root has ended: one member, the root.
    private(set) var document: XMLMembers?

    var depth: Int { open.count }
    var openName: String? { open.last?.name }

    mutating func begin(_ name: String, attributes: [(name: String, value: String)]) {
        var members = XMLMembers()
        for attribute in attributes { members.push("@" + attribute.name, .text(attribute.value)) }
        open.append(Open(name: name, members: members))
    }

    mutating func text(_ text: String) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += text
    }

    mutating func end() {
        guard var element = open.popLast() else { return }
        let text = element.text.trimmingXMLText()
        let node: XMLNode
        if element.members.isEmpty {
            node = text.isEmpty ? .null : .text(text)
        } else {
            if !text.isEmpty { element.members.push("#text", .text(text)) }
            node = .members(element.members)
        }
        if open.isEmpty {
            var document = XMLMembers()
            document.push(element.name, node)
            self.document = document
        } else {
            open[open.count - 1].members.push(element.name, node)
        }
    }

    /// Writes a document as a JSON object.
    static func write(_ members: XMLMembers, to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in zip(members.names, members.values) {
            writer.name(name)
            write(value, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ node: XMLNode, to writer: inout JSONWriter) {
        switch node {
        case .null: writer.null()
        case .text(let text): writer.string(text)
        case .members(let members): write(members, to: &writer)
        case .list(let nodes):
            writer.beginArray()
            for node in nodes { write(node, to: &writer) }
            writer.endArray()
        }
    }
}

extension String {
    /// Without the white space around it.
    fileprivate func trimmingXMLText() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
