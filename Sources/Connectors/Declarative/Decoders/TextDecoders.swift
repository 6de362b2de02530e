import Domain
import JSON

/// Lines of text: `{"record": line}` for each.
struct LinesDecoder: BodyDecoder {
    let isStreaming = true

    func begin(_ head: ResponseHead) -> any BodyDecoding { LinesDecoding() }
}

private struct LinesDecoding: BodyDecoding {
    private static let longestLine = 16 << 20

    private var decoder = TextDecoder(.utf8)
    private var line: [UInt8] = []
    private var lastWasReturn = false
    private var writer = JSONWriter()

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        var text: [UInt8] = []
        try piece.withUnsafeBytes { try decoder.decode($0, into: &text) }
        for byte in text {
            defer { lastWasReturn = byte == 0x0D }
            if byte == 0x0A, lastWasReturn { continue }
            if byte == 0x0A || byte == 0x0D { endLine(into: &elements) } else { line.append(byte) }
        }
        guard line.count <= Self.longestLine else { throw AppError(.bodyTooLarge, recovery: .fixConfig) }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        try decoder.finish()
        if !line.isEmpty { endLine(into: &elements) }
    }

    private mutating func endLine(into elements: inout JSONElementBatch) {
        writer.removeAll()
        writer.beginObject()
        writer.name("record")
        writer.string(String(decoding: line, as: UTF8.self))
        writer.endObject()
        elements.append(writer.bytes)
        line.removeAll(keepingCapacity: true)
    }
}

/// XML as one object; see `XMLShaper`. A body that isn't XML has no elements.
struct XMLBodyDecoder: BodyDecoder {
    let isStreaming = false

    func begin(_ head: ResponseHead) -> any BodyDecoding {
        let name = head.first("Content-Type").flatMap { TextEncoding.charset(ofMediaType: $0) }
        return XMLBodyDecoding(TextDecoder(name.flatMap { TextEncoding(named: $0) } ?? .utf8))
    }
}

private struct XMLBodyDecoding: BodyDecoding {
    private var decoder: TextDecoder
    private var text: [UInt8] = []
    private var isReadable = true

    init(_ decoder: TextDecoder) { self.decoder = decoder }

    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws {
        guard isReadable else { return }
        do { try piece.withUnsafeBytes { try decoder.decode($0, into: &text) } } catch { isReadable = false }
        guard text.count <= BodyLimits.document else { throw AppError(.bodyTooLarge, recovery: .fixConfig) }
    }

    mutating func finish(into elements: inout JSONElementBatch) throws {
        // A body that can't be read as XML counts as an empty one.
        guard isReadable, let document = try? text.withUnsafeBufferPointer({ try XMLParser.parse($0) }) else { return }
        var writer = JSONWriter()
        XMLShaper.write(document, to: &writer)
        elements.append(writer.bytes)
    }
}
