import Interpolation
import JSON

/// Reads one page: decodes its body and takes the records out of it.
struct PageReader: Sendable {
    /// Elements that are selected from together where they come in as the body is read.
    private static let usualElements = 1_000
    /// Their bytes.
    private static let usualBytes = 1 << 20
    /// How much of a body goes into a decoder at once there, since more may come out than goes in.
    private static let portion = 16 << 10

    let decoder: any BodyDecoder
    let selector: any RecordSelector

    /// Hands on the records of an answer as they come up.
    func read(
        _ response: SourceResponse, on context: PageContext, _ emit: ([Record]) async throws -> Void
    ) async throws -> PageResult {
        try await selector.prepare()
        var decoding = try decoder.begin(response.head)
        var elements = JSONElementBatch()
        var tally = Tally()
        try await response.forEachPiece { piece in
            guard decoder.isStreaming else { return try decoding.feed(piece, into: &elements) }
            for start in stride(from: piece.startIndex, to: piece.endIndex, by: Self.portion) {
                try decoding.feed(piece[start..<min(start + Self.portion, piece.endIndex)], into: &elements)
                guard elements.count >= Self.usualElements || elements.bytes.count >= Self.usualBytes else { continue }
                try await take(&elements, context, &tally, emit)
            }
        }
        try decoding.finish(into: &elements)
        let first = decoder.isStreaming ? nil : try Self.firstElement(of: elements)
        try await take(&elements, context, &tally, emit)
        return PageResult(
            response: response, firstElement: first ?? [:], extracted: tally.extracted, count: tally.count,
            lastRecord: tally.lastRecord, context: context)
    }

    private struct Tally {
        var extracted = 0
        var count = 0
        var lastRecord: Record?
    }

    private func take(
        _ elements: inout JSONElementBatch, _ context: PageContext, _ tally: inout Tally,
        _ emit: ([Record]) async throws -> Void
    ) async throws {
        guard !elements.isEmpty else { return }
        let selection = try selector.select(elements, on: context)
        elements = JSONElementBatch()
        tally.extracted += selection.extracted
        tally.count += selection.records.count
        if let last = selection.records.last { tally.lastRecord = last }
        if !selection.records.isEmpty { try await emit(selection.records) }
        if let failure = selection.failure { throw failure }
    }

    private static func firstElement(of elements: JSONElementBatch) throws -> Value? {
        guard !elements.isEmpty else { return nil }
        let text = elements.element(0)
        return text.first == UInt8(ascii: "{") ? .object(ParsedLater(text)) : try Value(json: text)
    }
}

/// An element of a page for templates: one member is looked up in the text, and the whole parsed where more is wanted, once.
final class ParsedLater: ValueObject {
    let typeName = "dict"
    private let text: ArraySlice<UInt8>
    private let parsed = ParsedOnce()

    init(_ text: ArraySlice<UInt8>) { self.text = text }

    var isMapping: Bool { true }

    var mapping: Mapping? {
        // The page's text was checked when it was decoded; an element that is no object shows no members.
        parsed.value { (try? Value(json: text))?.mapping ?? [:] }
    }

    func member(_ name: String) -> Value?? {
        guard let ranges = JSONFields([name]).ranges(in: text) else { return nil }
        guard let range = ranges[0] else { return .some(nil) }
        // As above.
        return (try? Value(json: text.part(range))).map { .some($0) }
    }
}
