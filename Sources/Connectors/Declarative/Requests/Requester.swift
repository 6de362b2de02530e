import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation

/// An `HttpRequester`: makes a request for a page, sends it, and tries again where its error handler says so.
final class Requester: Sendable {
    /// How a requester is used besides what its node says.
    struct Use: Sendable {
        /// Whether bodies are handed on as they come in.
        var isStreaming = false
        /// Whether answers are kept for the run.
        var keepsAnswers = false
    }

    let authenticator: any Authenticator
    private let urlBase: Template?
    private let url: Template?
    private let path: Template?
    private let method: String
    private let inputs: RequestInputs
    private let context: Context
    private let sender: RequestSender

    init(_ node: ComponentNode, builder: ComponentBuilder, use: Use = Use()) throws {
        guard node.type == "HttpRequester" else { throw node.unknownType() }
        urlBase = try node.template("url_base")
        url = try node.template("url")
        path = try node.template("path")
        guard urlBase != nil || url != nil else { throw node.invalid("is missing", at: "url_base") }
        method = try node.text("http_method") ?? "GET"
        guard ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(method) else {
            throw node.invalid("is no method that is known", at: "http_method")
        }
        inputs = try RequestInputs(node, builder: builder)
        context = builder.context(node)
        let authenticator = try builder.authenticator(node.child("authenticator"), base: url ?? urlBase)
        self.authenticator = authenticator
        var keeps = use.keepsAnswers
        if let wish = try node.flag("use_cache") { keeps = wish }
        sender = RequestSender(
            surroundings: builder.surroundings, authenticator: authenticator,
            errors: try builder.errorHandler(node.child("error_handler")), budget: builder.budget,
            cache: keeps ? builder.cache : nil, isStreaming: use.isStreaming)
    }

    /// The answer to the request for a page: a good one, or one that the error handler says to ignore.
    ///
    /// Throws a failure of the source, ``PageSignal``, `template.*` and `declarative.request_invalid`.
    ///
    /// - Parameters:
    ///   - path: In place of the requester's own; may be a whole URL.
    ///   - extra: What others put into the request.
    func send(
        _ page: PageContext, path: String? = nil, extra: RequestOptions = RequestOptions()
    ) async throws -> SourceResponse {
        let url = try url(for: page, path: path)
        let own = try inputs.options(for: page)
        return try await sender.send(method, url, own: own, extra: extra)
    }

    private func url(for page: PageContext, path override: String?) throws -> String {
        var context = context
        page.show(in: &context)
        let base = try urlBase?.string(in: context).text ?? ""
        var path = override ?? ""
        if path.isEmpty, let own = self.path { path = try own.string(in: context).text }
        path = String(path.trimmingPrefix { $0 == "/" && override?.isEmpty != false })
        if !base.isEmpty { return RequestURL.joined(base, path: path) }
        return RequestURL.joined(try url?.string(in: context).text ?? "", path: path)
    }
}
