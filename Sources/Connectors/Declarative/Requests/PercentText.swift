import Interpolation

/// Texts in URLs and forms, as Python's `urllib.parse` and the libraries above it write them.
enum PercentText {
    private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~".utf8)
    private static let subDelimiters = Set("!$&'()*+,;=".utf8)
    private static let hex = Array("0123456789ABCDEF".utf8)

    /// `quote_plus`: a space becomes `+`, everything but letters, digits and `_.-~` is percent-encoded.
    static func form(_ text: String) -> String {
        encoded(text.utf8) { unreserved.contains($0) }.replacing("%20", with: "+")
    }

    /// `a=1&b=x+y` of names and values.
    static func form(_ pairs: [(String, String)]) -> String {
        pairs.map { form($0.0) + "=" + form($0.1) }.joined(separator: "&")
    }

    /// The pairs of a mapping: a list gives one for each of its elements, `None` none.
    static func pairs(of mapping: Mapping) -> [(String, String)] {
        mapping.flatMap { entry -> [(String, String)] in
            let values: [Value] =
                switch entry.value {
                case .mapping(let nested): nested.keys
                default: entry.value.elements ?? [entry.value]
                }
            return values.filter { !$0.isNone }.map { (entry.key.text, $0.text) }
        }
    }

    /// A path with what it may not hold percent-encoded; escapes stay, in capitals.
    static func path(_ text: Substring) -> String {
        normalized(text) { unreserved.contains($0) || subDelimiters.contains($0) || ":@/".utf8.contains($0) }
    }

    /// A query with what it may not hold percent-encoded; escapes stay, in capitals.
    static func query(_ text: Substring) -> String {
        normalized(text) { unreserved.contains($0) || subDelimiters.contains($0) || ":@/?".utf8.contains($0) }
    }

    /// A `%` that begins no escape makes every `%` of the text an ordinary character.
    private static func normalized(_ text: Substring, allowed: (UInt8) -> Bool) -> String {
        let bytes = Array(text.utf8)
        var (escapes, percents) = (0, 0)
        for place in bytes.indices where bytes[place] == UInt8(ascii: "%") {
            percents += 1
            if place + 2 < bytes.count, nibble(bytes[place + 1]) != nil, nibble(bytes[place + 2]) != nil {
                escapes += 1
            }
        }
        guard escapes == percents, escapes > 0 else { return encoded(bytes, allowed: allowed) }
        var output: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), let high = nibble(bytes[place + 1]),
                let low = nibble(bytes[place + 2])
            {
                let byte = high << 4 | low
                if unreserved.contains(byte) {
                    output.append(byte)
                } else {
                    output += [UInt8(ascii: "%"), hex[Int(high)], hex[Int(low)]]
                }
                place += 3
            } else {
                append(bytes[place], to: &output, allowed: allowed)
                place += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func encoded(_ bytes: some Sequence<UInt8>, allowed: (UInt8) -> Bool) -> String {
        var output: [UInt8] = []
        for byte in bytes { append(byte, to: &output, allowed: allowed) }
        return String(decoding: output, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to output: inout [UInt8], allowed: (UInt8) -> Bool) {
        if allowed(byte) {
            output.append(byte)
        } else {
            output += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
        }
    }

    /// Undoes percent-encoding and `+` in a part of a query.
    static func plain(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count, let high = nibble(bytes[place + 1]),
                let low = nibble(bytes[place + 2])
            {
                output.append(high << 4 | low)
                place += 3
            } else {
                output.append(bytes[place] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[place])
                place += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
