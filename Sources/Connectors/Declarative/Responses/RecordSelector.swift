import Interpolation
import JSON

/// Takes records out of a page's elements: extracts, filters, transforms and casts them.
protocol RecordSelector: Sendable {
    /// Loads what selecting needs, once; awaited before the first page.
    func prepare() async throws

    /// Selects from a page, or from a piece of one. A record that fails ends the selection: it has the records before
    /// it, and the failure.
    func select(_ elements: JSONElementBatch, on page: PageContext) throws -> Selection

    /// Selects from what was extracted already.
    func select(_ extraction: Extraction, on page: PageContext) -> Selection
}

/// What a selector makes of some elements.
struct Selection: Sendable {
    /// After filters and transformations.
    var records: [Record] = []
    /// How many were extracted, before filters.
    var extracted = 0
    /// What ended it early; the records before it hold.
    var failure: (any Error)?
}

/// Which page of which slice is being read.
struct PageContext: Sendable {
    let slice: StreamSlice
    /// The token that the page was asked for with; nil for a first page without one.
    var token: Value?
    /// How many records the page may have, where that isn't what the manifest says.
    var pageSize: Int?

    init(slice: StreamSlice, token: Value? = nil, pageSize: Int? = nil) {
        self.slice = slice
        self.token = token
        self.pageSize = pageSize
    }

    /// Shows the page to templates: `stream_slice`, `next_page_token` and the names of the slice's extra fields.
    func show(in context: inout Context) {
        context[.streamSlice] = .object(slice)
        context[.nextPageToken] = token.map { ["next_page_token": $0] } ?? Value.none
        context.extras = slice.extraFields
        // Names that have slots of their own are looked for there alone.
        for name in [Context.Name.creationResponse, .pollingResponse, .downloadTarget] {
            if let value = slice.extraFields[name.word] { context[name] = value }
        }
    }
}
