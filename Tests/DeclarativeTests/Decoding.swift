import HTTPFetch
import Interpolation
import JSON

@testable import Declarative

extension BodyDecoder {
    /// The elements of a body that comes in pieces of some bytes.
    func elements(_ body: [UInt8], type: String? = nil, by size: Int = 3) throws -> [Value] {
        let headers = type.map { [HTTPField("Content-Type", $0)] } ?? []
        var decoding = try begin(ResponseHead(status: 200, headers: headers))
        var batch = JSONElementBatch()
        for start in stride(from: 0, to: body.count, by: size) {
            try decoding.feed(body[start..<min(start + size, body.count)], into: &batch)
        }
        try decoding.finish(into: &batch)
        return try (0..<batch.count).map { try Value(json: batch.element($0)) }
    }

    /// How many elements a body has that comes in one piece.
    func count(_ body: [UInt8]) throws -> Int {
        var decoding = try begin(ResponseHead(status: 200, headers: []))
        var batch = JSONElementBatch()
        try decoding.feed(body[...], into: &batch)
        try decoding.finish(into: &batch)
        return batch.count
    }

    /// The elements of a text in UTF-8.
    func elements(_ body: String, type: String? = nil) throws -> [Value] {
        try elements(Array(body.utf8), type: type)
    }
}

extension JSONElementBatch {
    /// A batch of values.
    init(_ values: [Value]) {
        self.init()
        for value in values { append(value.json) }
    }
}
