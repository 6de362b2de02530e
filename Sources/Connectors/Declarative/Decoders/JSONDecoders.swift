import Domain
import JSON

/// How much of a body is held at once by decoders that need it whole.
enum BodyLimits {
    /// The largest JSON, XML or zip body.
    static let document = 128 << 20
    /// How many times its size an archive may inflate to, after the first MiB.
    static let inflationRatio = 250
    /// What one portion of a body may become while it is read.
    static let portion = 64 << 20
    /// One JSON value of that size at most, as deep as can be read.
    static let values = JSONElementLimits(
        value: JSONLimits(
            maxDepth: JSONLimits.deepest, maxBytes: document, allowsDuplicateNames: true, allowsLoneSurrogates: true))
}

/// JSON: the elements of an array, or the one object that the body is. A body that isn't JSON, or a lone scalar, has no
/// elements.
struct JSONBodyDecoder: BodyDecoder {
    /// Whether a body that isn't JSON is an error.
    var isStrict = false

    let isStreaming = false

    func begin(_ head: ResponseHead) -> any BodyDecoding { JSONBodyDecoding(isStrict: isStrict) }
}

private struct JSONBodyDecoding: BodyDecoding {
    let isStrict: Bool
    private var scanner = JSONElementScanner(.path(JSONElementPath(names: [])), limits: BodyLimits.values)
    /// Held back until the whole body has turned out to be JSON.
    private var found = JSONElementBatch()
    private var start = ByteOrderMark()
    private var failure: JSONElementError?
    private var size = 0

    init(isStrict: Bool) { self.isStrict = isStrict }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        // Invariant 8: of what an archive holds nobody has counted yet how much it is.
        size += piece.count
        guard size <= BodyLimits.document else { throw AppError(.bodyTooLarge, recovery: .fixConfig) }
        guard failure == nil else { return }
        do {
            try start.drop(from: piece) { (piece) throws(JSONElementError) in
                try scanner.feed(piece.span, into: &found)
            }
        } catch {
            try fail(error)
        }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        if failure == nil {
            do { try scanner.finish(into: &found) } catch { try fail(error) }
        }
        guard failure == nil else { return }
        if elements.isEmpty { swap(&elements, &found) } else { found.forEachText { elements.append($0) } }
    }

    private mutating func fail(_ error: JSONElementError) throws {
        failure = error
        if case .text(let cause) = error, cause.code == .tooLarge {
            throw AppError(.bodyTooLarge, recovery: .fixConfig)
        }
        if isStrict, case .text = error {
            throw AppError(.bodyDamaged, "The answer isn't JSON.", recovery: .retry)
        }
    }
}

/// JSONL: one value a line; lines that aren't JSON are passed over.
struct JSONLinesDecoder: BodyDecoder {
    let isStreaming = true

    func begin(_ head: ResponseHead) -> any BodyDecoding { JSONLinesDecoding() }
}

private struct JSONLinesDecoding: BodyDecoding {
    private var scanner = JSONElementScanner(.lines, limits: BodyLimits.values)

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        try scanner.feed(piece.span, into: &elements)
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        // A last line that is cut is passed over as every other that isn't JSON.
        try? scanner.finish(into: &elements)
    }
}

/// The elements of one array within a JSON body, handed on while it is read.
struct JSONItemsDecoder: BodyDecoder {
    let path: JSONElementPath

    let isStreaming = true

    func begin(_ head: ResponseHead) -> any BodyDecoding { JSONItemsDecoding(path: path) }
}

private struct JSONItemsDecoding: BodyDecoding {
    private var scanner: JSONElementScanner

    init(path: JSONElementPath) { scanner = JSONElementScanner(.path(path), limits: BodyLimits.values) }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        do throws(JSONElementError) {
            try scanner.feed(piece.span, into: &elements)
        } catch {
            throw AppError(.bodyDamaged, "The answer isn't JSON: \(error.description).", recovery: .retry)
        }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        do { try scanner.finish(into: &elements) } catch {
            throw AppError(.bodyDamaged, "The answer isn't JSON: \(error.description).", recovery: .retry)
        }
    }
}

/// The byte order mark that some servers put before UTF-8.
private struct ByteOrderMark {
    private static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// What was seen of it; nil once it is known.
    private var seen: [UInt8]? = []

    mutating func drop<Failure: Error>(
        from piece: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard var start = seen else { return try take(piece) }
        start += piece
        guard start.count < 3, Self.bytes.starts(with: start) else {
            seen = nil
            return try take(start.starts(with: Self.bytes) ? start[3...] : start[...])
        }
        seen = start
    }
}

extension JSONElementBatch {
    /// Each element's text in order.
    func forEachText(_ body: (ArraySlice<UInt8>) -> Void) {
        for place in 0..<count { body(element(place)) }
    }
}
