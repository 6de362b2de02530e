/// One step of a path: a name that may be a pattern. In a pattern `*` is any text, `?` any character, `[abc]`, `[a-z]`
/// and `[!a]` one of a set; a bracket that isn't closed is itself.
struct FieldGlob: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case character(Unicode.Scalar)
        case anyCharacter
        case anyText
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    let text: String
    /// Whether it stands for itself alone.
    let isLiteral: Bool
    private let parts: [Part]

    init(_ text: String) {
        self.text = text
        isLiteral = !text.utf8.contains {
            $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
        }
        parts = isLiteral ? [] : Self.parts(of: Array(text.unicodeScalars))
    }

    /// Whether the whole of `name` is as the pattern says.
    func matches(_ name: String) -> Bool {
        guard !isLiteral else { return name.unicodeScalars.elementsEqual(text.unicodeScalars) }
        return matches(Array(name.unicodeScalars))
    }

    /// Goes back to the last `*` only, as what is before it needs no other try.
    private func matches(_ name: [Unicode.Scalar]) -> Bool {
        var (place, part) = (0, 0)
        var retry: (place: Int, part: Int)?
        while place < name.count || part < parts.count {
            if part < parts.count, parts[part] == .anyText {
                retry = (place, part)
                part += 1
            } else if part < parts.count, place < name.count, Self.matches(parts[part], name[place]) {
                place += 1
                part += 1
            } else if let last = retry, last.place < name.count {
                retry = (last.place + 1, last.part)
                (place, part) = (last.place + 1, last.part + 1)
            } else {
                return false
            }
        }
        return true
    }

    private static func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .character(let wanted): wanted == scalar
        case .anyCharacter: true
        case .anyText: false
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func parts(of text: [Unicode.Scalar]) -> [Part] {
        var parts: [Part] = []
        var place = 0
        while place < text.count {
            switch text[place] {
            case "*": if parts.last != .anyText { parts.append(.anyText) }
            case "?": parts.append(.anyCharacter)
            case "[":
                if let end = endOfSet(text, from: place) {
                    parts.append(set(Array(text[place + 1..<end])))
                    place = end
                } else {
                    parts.append(.character("["))
                }
            default: parts.append(.character(text[place]))
            }
            place += 1
        }
        return parts
    }

    /// Where the bracket is closed; one right after the opening, or after `!`, belongs to the set.
    private static func endOfSet(_ text: [Unicode.Scalar], from start: Int) -> Int? {
        var place = start + 1
        if place < text.count, text[place] == "!" { place += 1 }
        if place < text.count, text[place] == "]" { place += 1 }
        while place < text.count, text[place] != "]" { place += 1 }
        return place < text.count ? place : nil
    }

    private static func set(_ text: [Unicode.Scalar]) -> Part {
        let isNegated = text.first == "!"
        let inside = Array(isNegated ? text.dropFirst() : text[...])
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var place = 0
        while place < inside.count {
            if place + 2 < inside.count, inside[place + 1] == "-" {
                if inside[place] <= inside[place + 2] { ranges.append(inside[place]...inside[place + 2]) }
                place += 3
            } else {
                ranges.append(inside[place]...inside[place])
                place += 1
            }
        }
        return .set(ranges, isNegated: isNegated)
    }
}
