import Crypto
public import Domain
import Synchronization

/// The documentation that the server serves below `/docs`: pages made from the contract, the catalogue of connectors and
/// the list of error codes.
///
/// A page is made when it is first asked for and kept: all of them together are a few MB, and nothing that a request
/// holds can make another.
public final class DocSite: Sendable {
    /// Where it begins.
    public static let root = "/docs"

    private let makers: [String: @Sendable () -> DocPage]
    private let made = Mutex<[String: DocPage]>([:])

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - connectors: The catalogue, in the order of its pages.
    ///   - errors: Every code; those that only commands have get no page.
    public init(connectors: [ConnectorDescriptor], errors: ErrorCatalog) {
        let errors = errors.entries.filter { $0.uses != [.command] }
        var makers: [String: @Sendable () -> DocPage] = [:]
        let frame = Frame(connectors: connectors)
        for page in Self.pages(connectors, errors) { makers[page.path] = { DocPage(html: frame.document(page)) } }
        makers[Assets.stylesheet] = { DocPage(text: Stylesheet.text, mediaType: "text/css; charset=utf-8") }
        makers[Assets.script] = { DocPage(text: PlaygroundScript.text, mediaType: "text/javascript; charset=utf-8") }
        makers[Assets.icon] = { DocPage(text: Icon.text, mediaType: "image/svg+xml") }
        makers[Assets.operations] = { DocPage(bytes: PlaygroundData.json, mediaType: "application/json") }
        self.makers = makers
    }

    private static func pages(_ connectors: [ConnectorDescriptor], _ errors: [ErrorCatalog.Entry]) -> [Page] {
        [HomePage.page(connectors), PlaygroundPage.page, ErrorPages.index(errors)]
            + Guides.all.map(\.page)
            + Contract.groups.map { GroupPage($0, errors: errors).page }
            + connectors.map(ConnectorPage.page)
            + errors.map(ErrorPages.page)
    }

    /// The path of everything that there is, in order.
    public var paths: [String] { makers.keys.sorted() }

    /// What is at a path; nil where nothing is.
    public func page(at path: String) -> DocPage? {
        if let page = made.withLock({ $0[path] }) { return page }
        guard let page = makers[path]?() else { return nil }
        made.withLock { $0[path] = page }
        return page
    }
}

/// What is served at one path.
public struct DocPage: Sendable {
    public let bytes: [UInt8]
    public let mediaType: String
    /// A strong entity tag in its quotes (RFC 9110 section 8.8.3).
    public let tag: String

    /// Takes what is served; its tag is made of the bytes.
    public init(bytes: [UInt8], mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        tag = "\"" + SHA256.hash(data: bytes).prefix(16).map(Self.hexadecimal).joined() + "\""
    }

    init(text: String, mediaType: String) { self.init(bytes: Array(text.utf8), mediaType: mediaType) }
    init(html: HTML) { self.init(bytes: html.document, mediaType: "text/html; charset=utf-8") }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

/// Paths of what pages need besides themselves.
enum Assets {
    static let stylesheet = "/docs/assets/docs.css"
    static let script = "/docs/assets/playground.js"
    static let icon = "/docs/assets/icon.svg"
    static let operations = "/docs/assets/operations.json"
}
