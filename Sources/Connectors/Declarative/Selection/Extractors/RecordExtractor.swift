import Interpolation
import JSON

/// Takes what may become records out of a page's elements.
protocol RecordExtractor: Sendable {
    func extract(_ elements: JSONElementBatch) throws -> Extraction
}

/// What was extracted, in order.
struct Extraction {
    var contents: [Record.Content] = []
    /// Items that were dropped as empty and yet count towards the page's size.
    var dropped = 0

    /// How many items the page had.
    var count: Int { contents.count + dropped }
}

/// Takes what a path leads to: each item of a list, or one object. What is empty or null gives nothing.
struct PathExtractor: RecordExtractor {
    let path: FieldPath
    let expander: RecordExpander?
    private let names: [JSONFields]
    private let places: [Int?]

    init(path: FieldPath, expander: RecordExpander? = nil) {
        self.path = path
        self.expander = expander
        let literal = path.literalNames ?? []
        names = literal.map { JSONFields([$0]) }
        places = literal.map { Int(python: $0) }
    }

    func extract(_ elements: JSONElementBatch) throws -> Extraction {
        var extraction = Extraction()
        for place in 0..<elements.count { try extract(elements.element(place), into: &extraction) }
        guard let expander else { return extraction }
        extraction.contents = try extraction.contents.flatMap { try expander.expand($0.value()).map { .value($0) } }
        return extraction
    }

    private func extract(_ body: ArraySlice<UInt8>, into extraction: inout Extraction) throws {
        guard path.literalNames != nil else { return try extractMatches(body, into: &extraction) }
        guard let found = find(in: body) else { return }
        if let items = JSONItems.ranges(in: found) {
            extraction.contents.reserveCapacity(extraction.contents.count + items.count)
            for item in items { extraction.contents.append(.text(found.part(item))) }
        } else {
            let content = Record.Content.text(found)
            if content.isTrue { extraction.contents.append(content) }
        }
    }

    /// What a path of plain names leads to.
    private func find(in body: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var text = body
        for (step, fields) in names.enumerated() {
            if let ranges = fields.ranges(in: text) {
                guard let range = ranges[0] else { return nil }
                text = text.part(range)
            } else {
                guard let place = places[step], let items = JSONItems.ranges(in: text),
                    let index = FieldPath.index(place, count: items.count)
                else { return nil }
                text = text.part(items[index])
            }
        }
        return text
    }

    private func extractMatches(_ body: ArraySlice<UInt8>, into extraction: inout Extraction) throws {
        let root = try Value(json: body)
        if path.hasStar {
            extraction.contents += path.values(in: root).map { .value($0) }
        } else if let found = try path.value(in: root) {
            if let items = found.elements {
                extraction.contents += items.map { .value($0) }
            } else if found.isTrue {
                extraction.contents.append(.value(found))
            }
        }
    }
}

/// Takes what several extractors take from the same page.
struct CombinedExtractor: RecordExtractor {
    let extractors: [any RecordExtractor]
    /// Whether the first that finds anything is the only one that counts.
    let takesFirst: Bool
    /// Whether empty items are dropped.
    let dropsEmpty: Bool

    func extract(_ elements: JSONElementBatch) throws -> Extraction {
        var all = Extraction()
        for extractor in extractors {
            var found = try extractor.extract(elements)
            if dropsEmpty {
                let whole = found.contents.count
                found.contents.removeAll { !$0.isTrue }
                found.dropped += whole - found.contents.count
            }
            if takesFirst {
                if !found.contents.isEmpty { return found }
            } else {
                all.contents += found.contents
                all.dropped += found.dropped
            }
        }
        return all
    }
}

extension ArraySlice<UInt8> {
    /// The part of which `range` counts from the slice's first byte.
    func part(_ range: Range<Int>) -> ArraySlice<UInt8> {
        self[startIndex + range.lowerBound..<startIndex + range.upperBound]
    }
}
