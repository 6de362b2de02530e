import Docs
import Domain
import HTTPTypes
public import Meters

/// What the HTTP server measures.
public struct HTTPMeters: MeterGroup {
    public static let title = "HTTP"

    /// Requests to paths where nothing is.
    static let noRoute = "none"

    /// The methods that routes take, and whatever else is asked for.
    private enum MethodLabel: String, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
        case other
    }

    /// The statuses of answers; a test compares them with the contract.
    static let statuses = [
        200, 201, 202, 204, 302, 304, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 429, 500,
        503, 507,
    ]
    private static let statusLabels = statuses.map { "\($0)" } + ["other"]

    public let requests: Counter
    public let durations: Histogram
    public let inFlight = Gauge("tributary_http_requests_in_flight", "Requests that are being answered.")
    public let limited = Counter(
        "tributary_http_requests_limited_total",
        "Requests refused because their tenant or Application made too many (`TRIBUTARY_RATE_LIMIT`).")
    private let places: [String: Int]

    /// Makes the meters, all at nought. The routes are those of the contract, and the documentation's.
    public init() {
        var templates = [Self.noRoute, DocSite.root]
        for operation in Contract.operations where !templates.contains(operation.path) {
            templates.append(operation.path)
        }
        places = Dictionary(uniqueKeysWithValues: zip(templates, 0...))
        let route = MeterLabel(
            "route", templates, note: "the template of a path, `/docs` for all pages of the documentation, or `none`")
        requests = Counter(
            "tributary_http_requests_total", "Requests that were answered.",
            labels: [route, MeterLabel("method", MethodLabel.self), MeterLabel("status", Self.statusLabels)])
        durations = Histogram(
            "tributary_http_request_duration_seconds",
            "From a request's head to its answer's head; time that `wait` asks for counts too.", labels: [route],
            bounds: Histogram.shortTimes)
    }

    public var all: [any Meter] { [requests, durations, inFlight, limited] }

    /// Notes an answer.
    func note(route: String, _ method: HTTPRequest.Method, status: Int, _ duration: Duration) {
        let place = places[route] ?? 0
        let statusPlace = Self.statuses.firstIndex(of: status) ?? Self.statuses.count
        let methods = MethodLabel.allCases.count
        requests.add(at: (place * methods + Self.label(of: method).meterPlace) * Self.statusLabels.count + statusPlace)
        durations.note(duration, at: place)
    }

    private static func label(of method: HTTPRequest.Method) -> MethodLabel {
        switch method {
        case .get: .get
        case .head: .head
        case .post: .post
        case .patch: .patch
        case .delete: .delete
        default: .other
        }
    }
}
