import Interpolation
import JSON

/// A record on its way from a page to whoever takes it.
///
/// It stays a range of the page's text as long as nobody looks into it.
struct Record: Sendable {
    /// What is known of the record's content.
    enum Content: Sendable {
        /// Compact, valid JSON of one value; shares the page's memory.
        case text(ArraySlice<UInt8>)
        /// A mapping that a filter, a transformation or a cursor looked into, or that was made anew.
        case value(Value)
    }

    var content: Content
    /// The slice that it was read for.
    let slice: StreamSlice

    init(_ content: Content, slice: StreamSlice) {
        self.content = content
        self.slice = slice
    }

    /// The record's fields; parsed anew where it is still text. Throws `value.json_invalid`.
    func mapping() throws -> Mapping {
        switch content {
        case .text(let text): try Value(json: text).mapping ?? [:]
        case .value(let value): value.mapping ?? [:]
        }
    }

    /// The record for templates: a mapping whose `data` and `associated_slice` are attributes.
    var templateValue: Value { .object(RecordObject(self)) }

    /// Appends the record as compact JSON.
    func appendJSON(to bytes: inout [UInt8]) {
        switch content {
        case .text(let text): bytes.append(contentsOf: text)
        case .value(let value): value.appendJSON(to: &bytes)
        }
    }
}

/// A record as templates see it.
final class RecordObject: ValueObject {
    let typeName = "Record"
    private let record: Record
    private let parsed = ParsedOnce()

    init(_ record: Record) { self.record = record }

    var mapping: Mapping? {
        // A record's text was checked when its page was decoded.
        parsed.value { (try? record.mapping()) ?? [:] }
    }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "data": mapping.map { .mapping($0) }
        case "associated_slice": .object(record.slice)
        default: nil
        }
    }
}
