import Domain
import HTTPFetch
import Interpolation
import JSON
import Synchronization

/// A source's answer to a request.
final class SourceResponse: Sendable {
    private enum Body: Sendable {
        case whole([UInt8])
        case coming(HTTPBody)
        case taken
    }

    let head: ResponseHead
    /// Whose answer it is, after redirects.
    let url: String
    private let body: Mutex<Body>
    private let parsed = Mutex<Value?>(nil)

    /// An answer whose body is there already.
    init(head: ResponseHead, url: String, body: [UInt8]) {
        self.head = head
        self.url = url
        self.body = Mutex(.whole(body))
    }

    /// An answer whose body is read piece by piece, once.
    init(head: ResponseHead, url: String, streaming body: HTTPBody) {
        self.head = head
        self.url = url
        self.body = Mutex(.coming(body))
    }

    /// Stands for an answer that never came.
    static let none = SourceResponse(head: ResponseHead(status: 599, headers: []), url: "", body: [])

    /// Below 400: what Python's requests takes for true.
    var isGood: Bool { head.status < 400 }

    /// Waits for the rest of the body, so that it can be looked at more than once.
    func load() async throws {
        guard case .coming(let coming) = body.withLock({ $0 }) else { return }
        let bytes = try await coming.collected()
        body.withLock { $0 = .whole(bytes) }
    }

    /// The body, where it has been loaded; else nothing.
    var bytes: [UInt8] {
        guard case .whole(let bytes) = body.withLock({ $0 }) else { return [] }
        return bytes
    }

    /// Hands on the body piece by piece; one that comes in as it is read can be read only once.
    func forEachPiece(_ take: (ArraySlice<UInt8>) async throws -> Void) async throws {
        let current = body.withLock { body in
            let current = body
            if case .coming = body { body = .taken }
            return current
        }
        switch current {
        case .whole(let bytes): try await take(bytes[...])
        case .coming(let coming): for try await piece in coming { try await take(piece[...]) }
        case .taken: break
        }
    }

    /// The body as JSON; an empty mapping where it isn't JSON or hasn't been loaded.
    var json: Value {
        parsed.withLock { parsed in
            if let parsed { return parsed }
            // A body that isn't JSON says nothing.
            let value = (try? Value(json: bytes)) ?? [:]
            parsed = value
            return value
        }
    }

    /// The first element that a decoder makes of the loaded body; an empty mapping where there is none.
    func firstElement(by decoder: any BodyDecoder) throws -> Value {
        var decoding = try decoder.begin(head)
        var elements = JSONElementBatch()
        try decoding.feed(bytes[...], into: &elements)
        try decoding.finish(into: &elements)
        return elements.isEmpty ? [:] : try Value(json: elements.element(0))
    }

    /// The headers for templates: a mapping whose names match in any case.
    var headers: Value { .object(HeaderMapping(head.headers)) }
}

/// Headers as templates see them; `link` is what the `Link` field says, by relation (RFC 8288).
final class HeaderMapping: ValueObject {
    private let fields: [HTTPField]
    let mapping: Mapping?
    let typeName = "dict"

    /// - Parameter showsLinks: Whether `link` is the mapping of relations rather than the field's text.
    init(_ fields: [HTTPField], showsLinks: Bool = false) {
        self.fields = fields
        var mapping = Mapping()
        for field in fields {
            if case .string(let earlier)? = mapping[field.name] {
                mapping[field.name] = .string(earlier + ", " + field.value)
            } else {
                mapping[field.name] = .string(field.value)
            }
        }
        if showsLinks { mapping["link"] = .mapping(LinkField.relations(of: fields)) }
        self.mapping = mapping
    }
}
