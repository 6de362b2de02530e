extension HTML {
    /// A sentence of the declaration or of a guide: `` `code` ``, `**strong**` and `[text](/path)` become elements, all
    /// else is text.
    init(prose: String) {
        var rest = Substring(prose)
        var text = ""
        var parts: [HTML] = []
        func endText() {
            parts.append(HTML(text: text))
            text = ""
        }
        while let character = rest.first {
            if let code = rest.span(from: "`", to: "`") {
                endText()
                parts.append(Tag.code { String(code.inner) })
                rest = code.rest
            } else if let strong = rest.span(from: "**", to: "**") {
                endText()
                parts.append(Tag.strong { String(strong.inner) })
                rest = strong.rest
            } else if let words = rest.span(from: "[", to: "]("), let target = words.rest.span(from: "", to: ")") {
                endText()
                parts.append(Tag.a(.href(String(target.inner))) { HTML(prose: String(words.inner)) })
                rest = target.rest
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        endText()
        self.init(parts)
    }
}

extension Substring {
    /// What stands between two marks, where the text begins with the first, and what follows; nil where it doesn't.
    fileprivate func span(from start: String, to end: String) -> (inner: Substring, rest: Substring)? {
        guard hasPrefix(start) else { return nil }
        let inner = dropFirst(start.count)
        var place = inner.startIndex
        while place < inner.endIndex {
            if inner[place...].hasPrefix(end) { return (inner[..<place], inner[place...].dropFirst(end.count)) }
            place = inner.index(after: place)
        }
        return nil
    }
}
