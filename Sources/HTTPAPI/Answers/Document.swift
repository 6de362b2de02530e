import Docs
import Hummingbird
import JSON
import Synchronization

/// JSON that stays the same as long as the process runs: written when it is first asked for, then answered from memory.
final class Document: Sendable {
    private let make: @Sendable () -> JSONObject
    private let made = Mutex<DocPage?>(nil)

    init(_ make: @escaping @Sendable () -> JSONObject) { self.make = make }

    /// The document, or that the client has it.
    func answer(to request: Request) throws -> Answer {
        try page.answer(to: request).with(.cacheControl, "public, max-age=300")
    }

    /// Who asks while it is being written waits, so that it is written once.
    private var page: DocPage {
        made.withLock { made in
            if let made { return made }
            let page = DocPage(bytes: JSONValue.object(make()).serialized(), mediaType: "application/json")
            made = page
            return page
        }
    }
}

extension DocPage {
    /// The page with its tag, or that the client has it (RFC 9110 section 13.1.2).
    func answer(to request: Request) throws -> Answer {
        if try EntityTag.names(request.headers, .ifNoneMatch, tag) {
            return Answer.empty(.notModified).with(.eTag, tag)
        }
        return Answer(status: .ok, body: bytes).with(.contentType, mediaType).with(.eTag, tag)
    }
}
