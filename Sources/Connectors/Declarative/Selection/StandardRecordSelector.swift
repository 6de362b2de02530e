import Domain
import Interpolation
import JSON
import Synchronization

/// Extracts records, drops those that a filter or a cursor doesn't want, transforms them and casts their values.
///
/// A record that none of these looks into stays the text that it came as.
final class StandardRecordSelector: RecordSelector {
    /// What is asked of a record before it is handed on.
    struct Filter: Sendable {
        let condition: Template
        let parameters: Value
    }

    private let extractor: any RecordExtractor
    private let filter: Filter?
    /// Drops records that were read before, or lie beyond the read's end.
    private let cursor: (any StreamCursor)?
    private let transformations: [any RecordTransformation]
    private let transformsFirst: Bool
    private let schema: (any SchemaLoader)?
    private let normalizes: Bool
    private let normalizer = Mutex<SchemaNormalizer?>(nil)
    private let isPrepared = Mutex(false)
    private let context: Context

    /// - Parameters:
    ///   - schema: The stream's, asked for before the first record.
    ///   - normalizes: Whether values are cast to the schema's types.
    ///   - context: With the config.
    init(
        _ extractor: any RecordExtractor, filter: Filter? = nil, cursor: (any StreamCursor)? = nil,
        transformations: [any RecordTransformation] = [], transformsFirst: Bool = false,
        schema: (any SchemaLoader)? = nil, normalizes: Bool = false, context: Context
    ) {
        self.extractor = extractor
        self.filter = filter
        self.cursor = cursor
        self.transformations = transformations
        self.transformsFirst = transformsFirst
        self.schema = schema
        self.normalizes = normalizes
        self.context = context
    }

    func prepare() async throws {
        guard let schema, !isPrepared.withLock({ $0 }) else { return }
        let loaded = try await schema.schema()
        if normalizes { normalizer.withLock { $0 = SchemaNormalizer(schema: loaded) } }
        isPrepared.withLock { $0 = true }
    }

    func select(_ elements: JSONElementBatch, on page: PageContext) throws -> Selection {
        let extraction = try extractor.extract(elements)
        return select(extraction, on: page)
    }

    /// Selects from what was extracted already.
    func select(_ extraction: Extraction, on page: PageContext) -> Selection {
        var selection = Selection()
        selection.extracted = extraction.count
        selection.records.reserveCapacity(extraction.contents.count)
        let normalizer = normalizer.withLock { $0 }
        var context = context
        page.show(in: &context)
        do {
            for content in extraction.contents {
                var record = Record(content, slice: page.slice)
                if transformsFirst { try transform(&record, &context) }
                guard try keeps(&record, &context) else { continue }
                if !transformsFirst { try transform(&record, &context) }
                if let normalizer { try Self.change(&record) { normalizer.normalize(&$0) } }
                guard record.content.isMapping else { throw AppError(.recordNotMapping, recovery: .fixConfig) }
                selection.records.append(record)
            }
        } catch {
            selection.failure = error
        }
        return selection
    }

    private func keeps(_ record: inout Record, _ context: inout Context) throws -> Bool {
        if let cursor, !cursor.isNew(record) { return false }
        guard let filter else { return true }
        context[.record] =
            switch record.content {
            case .text(let text): .object(ParsedLater(text))
            case .value(let value): value
            }
        context[.parameters] = filter.parameters
        defer { context[.record] = nil }
        return try filter.condition.isTrue(in: context)
    }

    private func transform(_ record: inout Record, _ context: inout Context) throws {
        var rest = transformations[...]
        while case .text(let text) = record.content, let next = rest.first, record.content.isMapping,
            let changed = try next.applied(to: text, in: &context)
        {
            record.content = .text(changed)
            rest.removeFirst()
        }
        guard !rest.isEmpty else { return }
        try Self.change(&record) { value in
            for transformation in rest { try transformation.apply(to: &value, in: &context) }
        }
    }

    private static func change(_ record: inout Record, _ change: (inout Value) throws -> Void) throws {
        var value = try record.content.value()
        // So that the value isn't shared while it is changed.
        record.content = .value(.none)
        try change(&value)
        record.content = .value(value)
    }
}
