/// Looks for objects that have two members of one name, at any depth, straight in a text.
///
/// Costs time in proportion to the text's length, whatever the names are: a name is compared with the others of its object
/// one by one only where these are few.
public struct RepeatedNames {
    private static let fewNames = 16

    private struct Level {
        let isObject: Bool
        /// Where its names begin in `names`.
        let firstName: Int
    }

    private var walker: TextWalker
    private var levels: [Level] = []
    private var names: [TextWalker.Quoted] = []

    private init(_ text: ByteView) { walker = TextWalker(text) }

    /// Whether `text`, valid JSON, has such an object. Names are compared by what they say, so `"\u0069d"` is `id`.
    public static func are(in text: UnsafeRawBufferPointer) -> Bool {
        var search = RepeatedNames(text.bindMemory(to: UInt8.self))
        return search.find()
    }

    private mutating func find() -> Bool {
        while let byte = walker.peek() {
            switch byte {
            case Byte.beginObject, Byte.beginArray:
                levels.append(Level(isObject: byte == Byte.beginObject, firstName: names.count))
                _ = walker.take(byte)
            case Byte.endObject, Byte.endArray:
                _ = walker.take(byte)
                guard let level = levels.popLast() else { return false }
                if level.isObject, hasTwins(from: level.firstName) { return true }
                names.removeSubrange(level.firstName...)
            case Byte.quote:
                guard let text = walker.string() else { return false }
                if levels.last?.isObject == true, walker.take(Byte.colon) { names.append(text) }
            case Byte.comma: _ = walker.take(byte)
            default: guard walker.value() != nil else { return false }
            }
        }
        return false
    }

    private func hasTwins(from first: Int) -> Bool {
        let own = names[first...]
        guard own.count > Self.fewNames else {
            return own.indices.contains { place in
                own[(place + 1)...].contains { areEqual($0, own[place]) }
            }
        }
        var seen = Set<[UInt8]>(minimumCapacity: own.count)
        return own.contains { !seen.insert(meaning(of: $0)).inserted }
    }

    private func areEqual(_ one: TextWalker.Quoted, _ other: TextWalker.Quoted) -> Bool {
        if one.hasEscapes || other.hasEscapes { return meaning(of: one) == meaning(of: other) }
        guard one.inside.count == other.inside.count else { return false }
        return walker.text[one.inside].elementsEqual(walker.text[other.inside])
    }

    private func meaning(of name: TextWalker.Quoted) -> [UInt8] {
        let raw = ByteView(rebasing: walker.text[name.inside])
        var decoded: [UInt8] = []
        guard name.hasEscapes, EscapedText.decode(raw, lone: .kept, into: &decoded) else { return Array(raw) }
        return decoded
    }
}
