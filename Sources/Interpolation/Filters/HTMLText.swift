/// Text in HTML.
enum HTMLText {
    /// With the five characters that mean something as references.
    static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += Array("&amp;".utf8)
            case UInt8(ascii: "<"): result += Array("&lt;".utf8)
            case UInt8(ascii: ">"): result += Array("&gt;".utf8)
            case UInt8(ascii: "'"): result += Array("&#39;".utf8)
            case UInt8(ascii: "\""): result += Array("&#34;".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// JSON that may stand within HTML.
    static func escapedInJSON(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += Array("\\u0026".utf8)
            case UInt8(ascii: "<"): result += Array("\\u003c".utf8)
            case UInt8(ascii: ">"): result += Array("\\u003e".utf8)
            case UInt8(ascii: "'"): result += Array("\\u0027".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Without comments and tags, runs of white space as one space, the references of ``escaped(_:)`` resolved.
    static func withoutTags(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let kept = removingTags(removingComments(scalars))
        let words = String(kept).split(whereSeparator: { $0.unicodeScalars.allSatisfy(\.isPythonSpace) })
        var result = words.joined(separator: " ")
        for (reference, character) in [("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\"")]
        {
            result = result.replacing(reference, with: character)
        }
        return result.replacing("&amp;", with: "&")
    }

    private static func removingComments(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var place = 0
        var isAnyLeft = true
        while place < text.count {
            if isAnyLeft, text[place] == "<", text[place...].starts(with: "<!--".unicodeScalars) {
                guard let end = self.end("-->", in: text, from: place) else {
                    isAnyLeft = false
                    continue
                }
                place = end
            } else {
                result.append(text[place])
                place += 1
            }
        }
        return result
    }

    private static func removingTags(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var place = 0
        // Where no tag ends any more, none is looked for.
        let last = text.lastIndex(of: ">") ?? -1
        while place < text.count {
            if text[place] == "<", place < last, let end = text[place...].firstIndex(of: ">") {
                place = end + 1
            } else {
                result.append(text[place])
                place += 1
            }
        }
        return result
    }

    private static func end(_ mark: String, in text: [Unicode.Scalar], from start: Int) -> Int? {
        let mark = Array(mark.unicodeScalars)
        var place = start
        while place + mark.count <= text.count {
            if text[place..<place + mark.count].elementsEqual(mark) { return place + mark.count }
            place += 1
        }
        return nil
    }
}
