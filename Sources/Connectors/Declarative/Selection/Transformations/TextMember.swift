import Interpolation
import JSON

/// Sets one member of an object straight in its text.
struct TextMember: Sendable {
    private let fields: JSONFields
    /// The name with its quotes and colon.
    private let head: [UInt8]

    init(_ name: String) {
        fields = JSONFields([name])
        head = Value.string(name).json + [UInt8(ascii: ":")]
    }

    /// The text with the member, in its place where it is there already, else last. `object` must be compact and valid;
    /// nil unless it is an object.
    func set(_ value: Value, in object: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let known = fields.ranges(in: object)?[0] else { return append(value, to: object) }
        var text: [UInt8] = []
        text.reserveCapacity(object.count + 32)
        text += object.part(0..<known.lowerBound)
        value.appendJSON(to: &text)
        text += object.part(known.upperBound..<object.count)
        return text[...]
    }

    private func append(_ value: Value, to object: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard object.count >= 2, object.first == UInt8(ascii: "{"), object.last == UInt8(ascii: "}") else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(object.count + head.count + 32)
        text += object.part(0..<object.count - 1)
        if object.count > 2 { text.append(UInt8(ascii: ",")) }
        text += head
        value.appendJSON(to: &text)
        text.append(UInt8(ascii: "}"))
        return text[...]
    }
}
