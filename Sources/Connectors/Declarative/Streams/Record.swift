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
}
