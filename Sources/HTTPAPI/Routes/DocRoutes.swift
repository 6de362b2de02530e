import Docs
import Domain
import HTTPTypes
import Hummingbird

/// The documentation: open to everyone, by GET and HEAD.
struct DocRoutes: Sendable {
    /// A page gets what it needs from this server alone, runs no code but the server's files, and stands in no frame.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    private let site: DocSite

    init(_ site: DocSite) { self.site = site }

    /// Whether a path is the documentation's.
    static func own(_ path: String) -> Bool {
        path == "/" || path == DocSite.root || path.hasPrefix(DocSite.root + "/")
    }

    /// A page, that the client has it already, or where it is.
    func answer(_ path: String, to request: Request) throws -> Answer {
        if path == "/" { return Answer.empty(.found).with(.location, DocSite.root) }
        if path.hasSuffix("/"), site.page(at: String(path.dropLast())) != nil {
            return Answer.empty(.permanentRedirect).with(.location, String(path.dropLast()))
        }
        guard let page = site.page(at: path) else { throw AppError(.routeNotFound) }
        return try page.answer(to: request)
            // Kept, and asked for again each time: pages and files of two versions never meet.
            .with(.cacheControl, "public, no-cache")
            .with(.contentPolicy, Self.policy)
            .with(.contentTypeOptions, "nosniff")
            .with(.referrers, "no-referrer")
            .with(.openerPolicy, "same-origin")
            .with(.resourcePolicy, "same-origin")
    }
}
