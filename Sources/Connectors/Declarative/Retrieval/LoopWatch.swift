import ConnectorAPI
public import Domain
import Interpolation

/// Notices pages that come again and again, which a source with a fault may send for ever.
struct LoopWatch {
    /// Pages of one slice at most.
    static let mostPages = 100_000
    /// How many equal pages in a row are too many.
    static let mostEqualPages = 10

    private var pages = 0
    private var lastBody = 0
    private var equalPages = 0
    private var seen: Set<Int> = []

    /// Takes note of a page and of the token of the next one. Throws `declarative.endless_pages`.
    mutating func note(_ page: PageResult, next token: Value) throws {
        pages += 1
        let body = Self.fingerprint(of: page.response)
        equalPages = body == lastBody ? equalPages + 1 : 1
        lastBody = body
        var hasher = Hasher()
        hasher.combine(body)
        hasher.combine(token)
        // The same page that leads to the same page: it did so before, and will again.
        let isKnown = page.extracted > 0 && token == page.context.token && !seen.insert(hasher.finalize()).inserted
        guard !isKnown, equalPages < Self.mostEqualPages, pages < Self.mostPages else {
            throw AppError.source(.declarativeEndlessPages, recovery: .waitForSource)
        }
    }

    private static func fingerprint(of response: SourceResponse) -> Int {
        let bytes = response.bytes
        var hasher = Hasher()
        hasher.combine(bytes.count)
        bytes.withUnsafeBytes { view in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: view.prefix(8_192)))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: view.suffix(8_192)))
        }
        if bytes.isEmpty { hasher.combine(response.url) }
        return hasher.finalize()
    }
}

extension ErrorCode {
    /// The source's pages have no end.
    public static let declarativeEndlessPages = ErrorCode(
        "declarative.endless_pages", .source,
        "the source sends the same page again and again, or more than 100,000 pages")
}

extension AppError {
    static func source(_ code: ErrorCode, recovery: Recovery) -> AppError {
        .source(code, code.summary, recovery: recovery)
    }
}
