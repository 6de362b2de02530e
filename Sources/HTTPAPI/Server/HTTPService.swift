import APIDescription
import Docs
public import Domain
import HTTPTypes
public import Hummingbird
public import JSON
public import Logging
import Meters
public import Registry
public import Tokens
import WireAPI

/// The HTTP API: answers every request, whatever is wrong with it, and logs it.
public struct HTTPService: HTTPResponder {
    public typealias Context = ConnectionContext

    private static let apiPrefix = "/api/v1"
    private static let bearer = Array("bearer ".utf8)

    private let useCases: UseCases
    private let tokens: TokenVerifier
    private let status: ServerStatus
    private let keySet: JSONObject
    private let ids: ULIDGenerator
    private let wallClock: WallClock
    private let clock: MonotonicClock
    private let logger: Logger
    private let servesAPI: Bool
    private let rateLimiter: RateLimiter?
    private let metrics: Metrics
    private let manifest: Document
    private let description: Document
    private let docs: DocRoutes
    private let routes = RouteTable(Routes.all)
    private let bodyMemory = BodyMemory()

    /// Puts the service together; `keySet` is what `/.well-known/jwks.json` answers, `errors` what the
    /// descriptions of the API say of error codes. Without `servesAPI` there is nothing
    /// but `/health`, `/ready` and `/metrics`, as a worker has it.
    public init(
        useCases: UseCases, tokens: TokenVerifier, status: ServerStatus, keySet: JSONObject, ids: ULIDGenerator,
        wallClock: WallClock, clock: MonotonicClock, logger: Logger, metrics: Metrics, errors: ErrorCatalog,
        servesAPI: Bool = true,
        rateLimiter: RateLimiter? = nil
    ) {
        self.useCases = useCases
        self.tokens = tokens
        self.status = status
        self.keySet = keySet
        self.ids = ids
        self.wallClock = wallClock
        self.clock = clock
        self.logger = logger
        self.servesAPI = servesAPI
        self.rateLimiter = rateLimiter
        self.metrics = metrics
        let version = status.version
        manifest = Document { Manifest(errors: errors, version: version).json }
        docs = DocRoutes(DocSite(connectors: useCases.connectors.descriptors, errors: errors))
        description = Document { OpenAPIDocument(errors: errors, version: version).json }
    }

    /// Answers one request; never throws.
    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = clock.now()
        metrics.http.inFlight.add(1)
        defer { metrics.http.inFlight.add(-1) }
        let requestID = requestID(of: request)
        var route = HTTPMeters.noRoute
        var quota: RateLimiter.Quota?
        var answer: Answer
        do {
            let origin = Origin(requestID: requestID, address: context.address)
            answer = try await self.answer(to: request, from: origin, route: &route, quota: &quota)
        } catch let refusal as MethodRefusal {
            answer = ProblemAnswer.answer(to: AppError(.methodNotAllowed), requestID: requestID)
                .with(.allow, refusal.allowed)
        } catch {
            answer = ProblemAnswer.answer(to: error, requestID: requestID)
            logFault(error, requestID: requestID, route: route)
        }
        let duration = clock.now() - start
        metrics.http.note(route: route, request.method, status: answer.status.code, duration)
        logger.debug(
            "request answered",
            metadata: Logger.Metadata([
                .requestID: requestID, .method: request.method.rawValue, .route: route,
                .status: String(answer.status.code), .duration: String(duration.wholeMilliseconds),
            ]))
        if let quota { answer = quota.added(to: answer) }
        return answer.with(.requestID, requestID).response(toHead: request.method == .head)
    }

    /// Thrown where a path doesn't take the method.
    private struct MethodRefusal: Error {
        let allowed: String
    }

    private func answer(
        to request: Request, from origin: Origin, route: inout String, quota: inout RateLimiter.Quota?
    ) async throws -> Answer {
        let path = request.uri.path
        if servesAPI, path == Paths.token.text {
            route = path
            guard request.method == .post else { throw MethodRefusal(allowed: "POST") }
            let reader = reader(of: request, as: Contract.operation("auth.token")?.body, for: .installation)
            return try await TokenRoutes.mint(reader, from: origin.address ?? "", useCases)
        }
        if let open = try await openAnswer(path, request, route: &route) { return open }
        let isBelowAPI = path == Self.apiPrefix || path.hasPrefix(Self.apiPrefix + "/")
        guard servesAPI, isBelowAPI else { throw AppError(.routeNotFound) }
        // Whoever has no token learns nothing of what is here.
        let caller = try await caller(of: request).from(origin)
        quota = rateLimiter?.take(caller.scope)
        if quota?.isAllowed == false { metrics.http.limited.add() }
        try quota?.check()
        guard let (place, values) = routes.find(path) else { throw AppError(.routeNotFound) }
        route = place.template
        let method = request.method == .head ? .get : request.method
        guard let match = place.routes.first(where: { $0.method == method }) else {
            throw MethodRefusal(allowed: place.methods.joined(separator: ", "))
        }
        guard Acceptance.allows(match.operation, request.headers) else { throw AppError(.notAcceptable) }
        let query = try Query(request.uri.query ?? "", declared: match.operation.parameters)
        let key = try idempotencyKey(of: request)
        let reader = reader(of: request, as: match.operation.body, for: caller.scope.tenant)
        try reader.checkLength()
        let isRaw = match.operation.body?.use == .items
        let raw = isRaw ? try await reader.raw() : nil
        // A key is bound to the body even where the route doesn't look at it.
        let bytes = !isRaw && (match.operation.body != nil || key != nil) ? try await reader.bytes() : []
        let body = match.operation.body == nil || isRaw ? nil : try reader.json(of: bytes)
        defer { withExtendedLifetime(reader) {} }
        let exchange = Exchange(
            request: request, values: values, query: query, caller: caller, body: body, rawBody: raw,
            useCases: useCases)
        guard let key else { return try await match.answer(exchange) }
        return try await exchange.once(
            key, body: raw?.bytes ?? bytes, grant: match.operation.grant, match.answer)
    }

    /// What the body takes of the memory is given back with the reader, once the request is answered.
    private func reader(of request: Request, as body: Operation.Body?, for tenant: TenantID) -> BodyReader {
        BodyReader(request: request, rules: body, share: bodyMemory.share(of: tenant))
    }

    /// What needs no token: how the process is doing, its public keys, and what describes the API.
    private func openAnswer(_ path: String, _ request: Request, route: inout String) async throws -> Answer? {
        let isDocs = servesAPI && DocRoutes.own(path)
        let isOpen = path == Paths.health.text || path == Paths.ready.text || path == Paths.metrics.text
        let isOpenAPI = path == Paths.keySet.text || path == Paths.manifest.text || path == Paths.openAPI.text
        guard isDocs || isOpen || (servesAPI && isOpenAPI) else { return nil }
        route = isDocs ? DocSite.root : path
        guard request.method == .get || request.method == .head else { throw MethodRefusal(allowed: "GET, HEAD") }
        if isDocs { return try docs.answer(path, to: request) }
        switch path {
        case Paths.keySet.text: return .json(keySet).with(.cacheControl, "public, max-age=300")
        case Paths.manifest.text: return try manifest.answer(to: request)
        case Paths.openAPI.text: return try description.answer(to: request)
        case Paths.metrics.text: return .text(await metrics.text(), MetricsText.mediaType)
        case Paths.ready.text:
            guard await status.isReady() else { throw AppError(.notReady) }
            return .json(await status.body())
        default: return .json(await status.body())
        }
    }

    private func caller(of request: Request) async throws -> Caller {
        let headers = request.headers[values: .authorization]
        guard headers.count == 1, let header = headers.first?.utf8,
            header.prefix(Self.bearer.count).elementsEqual(Self.bearer, by: { $0 | 0x20 == $1 | 0x20 })
        else { throw AppError(.authInvalidToken) }
        let token = String(Substring(header.dropFirst(Self.bearer.count)))
        let caller = try await tokens.verify(token, now: wallClock.now())
        return try await useCases.tokens.admit(caller)
    }

    /// nil where there is none, and for what isn't a POST.
    private func idempotencyKey(of request: Request) throws -> String? {
        guard request.method == .post, let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AppError(.headerInvalid, "Idempotency-Key must be 1 to 255 visible ASCII characters.")
        }
        return key
    }

    private func requestID(of request: Request) -> String {
        if let own = request.headers[.requestID], own.isPlain(longest: 128) { return own }
        return ids.next().text
    }

    private func logFault(_ error: any Error, requestID: String, route: String) {
        guard ProblemAnswer.isFault(error) else { return }
        // The text of a foreign error may hold anything, so only its type is told.
        let known = error as? AppError
        logger.error(
            "request failed by a fault of the server",
            metadata: Logger.Metadata([
                .requestID: requestID, .route: route, .errorType: String(describing: type(of: error)),
                .code: known?.code ?? ErrorCode.internalFault.code, .message: known?.message ?? "",
            ]))
    }
}
