import Domain
import Inflation
import JSON

/// Gzip around another format. A body that doesn't begin as gzip does is read as it is.
struct GzipBodyDecoder: BodyDecoder {
    let inner: any BodyDecoder

    var isStreaming: Bool { inner.isStreaming }

    func begin(_ head: ResponseHead) throws -> any BodyDecoding { GzipBodyDecoding(try inner.begin(head)) }
}

private struct GzipBodyDecoding: BodyDecoding {
    private var inner: any BodyDecoding
    private var inflation: BodyInflation?
    /// The first bytes, until they tell what the body is.
    private var start: [UInt8]? = []

    init(_ inner: any BodyDecoding) { self.inner = inner }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        guard var first = start else { return try pass(piece, into: &elements) }
        first += piece
        start = first
        if first.count >= 2 { try decide(first, into: &elements) }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        if let start { try decide(start, into: &elements) }
        try inflation?.finish()
        try inner.finish(into: &elements)
    }

    private mutating func decide(_ first: [UInt8], into elements: inout JSONElementBatch) throws {
        start = nil
        if first.starts(with: [0x1F, 0x8B]) { inflation = try BodyInflation(.gzip) }
        try pass(first[...], into: &elements)
    }

    private mutating func pass(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        guard let inflation else { return try inner.feed(piece, into: &elements) }
        try inflation.feed(piece) { try inner.feed($0, into: &elements) }
    }
}

/// A zip archive: each of its files is a body of another format.
struct ZipBodyDecoder: BodyDecoder {
    let inner: any BodyDecoder

    let isStreaming = false

    func begin(_ head: ResponseHead) throws -> any BodyDecoding { ZipBodyDecoding(inner: inner, head: head) }
}

private struct ZipBodyDecoding: BodyDecoding {
    let inner: any BodyDecoder
    let head: ResponseHead
    private var body: [UInt8] = []

    init(inner: any BodyDecoder, head: ResponseHead) {
        self.inner = inner
        self.head = head
    }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        body += piece
        guard body.count <= BodyLimits.document else { throw AppError(.bodyTooLarge, recovery: .fixConfig) }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        let archive = try ZipArchive(body)
        for entry in archive.entries {
            var decoding = try inner.begin(head)
            try archive.read(entry) { try decoding.feed($0, into: &elements) }
            try decoding.finish(into: &elements)
        }
    }
}
