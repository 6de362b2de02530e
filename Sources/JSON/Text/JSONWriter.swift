/// Writes compact JSON text into a growing buffer and puts the commas where they belong. It doesn't check that
/// begins and ends match: that is the caller's part.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.name("id"); writer.int(7)
/// writer.endObject()
/// ```
public struct JSONWriter: Sendable {
    /// The text written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes an empty writer with room for `capacity` bytes.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// The text written so far as a `String`; costs a copy.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets what was written and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Begins an array.
    public mutating func beginArray() { open(Byte.beginArray) }

    /// Ends the array begun last.
    public mutating func endArray() { close(Byte.endArray) }

    /// Begins an object.
    public mutating func beginObject() { open(Byte.beginObject) }

    /// Ends the object begun last.
    public mutating func endObject() { close(Byte.endObject) }

    /// Writes a member's name; its value comes next.
    public mutating func name(_ name: String) {
        string(name)
        bytes.append(Byte.colon)
        needsComma = false
    }

    /// Writes `null`.
    public mutating func null() { raw("null") }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    /// Writes an integer.
    public mutating func int(_ value: some BinaryInteger) { raw(String(value)) }

    /// Writes the shortest decimal that reads back as `value`; `null` for infinities and NaN, which JSON doesn't have.
    public mutating func double(_ value: Double) { raw(value.isFinite ? value.description : "null") }

    /// Writes a string, escaped as needed.
    public mutating func string(_ value: String) {
        separate()
        QuotedText.append(value, to: &bytes)
    }

    /// Writes a number's literal as it is.
    public mutating func number(_ value: JSONNumber) { raw(value.literal) }

    /// Writes text that is JSON already, such as a stored document; it isn't checked.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Writes text that is JSON already; it isn't checked.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    /// Ends a line of JSONL: writes a line feed, and no comma comes before the next value.
    public mutating func newline() {
        bytes.append(Byte.newline)
        needsComma = false
    }

    /// Writes a whole value.
    public mutating func value(_ value: JSONValue) { write(value, sorted: false) }

    /// Writes a whole value with the members of its objects sorted by the bytes of their names.
    public mutating func canonicalValue(_ value: JSONValue) { write(value, sorted: true) }

    private mutating func write(_ value: JSONValue, sorted: Bool) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { write(element, sorted: sorted) }
            endArray()
        case .object(let object):
            beginObject()
            for member in sorted ? object.sortedMembers : object.members {
                name(member.name)
                write(member.value, sorted: sorted)
            }
            endObject()
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(Byte.comma) }
        needsComma = true
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }
}
