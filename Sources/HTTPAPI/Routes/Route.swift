import Domain
import HTTPTypes
import Hummingbird
import WireAPI

/// One operation of the contract with what answers it.
struct Route: Sendable {
    let operation: Operation
    let handler: @Sendable (Exchange) async throws -> Answer
    /// Whether it takes so little that it may run on its connection's event loop; what takes long there would keep the
    /// loop's other connections waiting.
    let isBrief: Bool

    var method: HTTPRequest.Method { HTTPRequest.Method(rawValue: operation.method.rawValue) ?? .get }

    /// Binds the operation of that id; one that the contract doesn't have is a fault that a test finds.
    init(_ id: String, _ handler: @escaping @Sendable (Exchange) async throws -> Answer) {
        operation =
            Contract.operation(id) ?? Operation(id, .get, "/undeclared/" + id, "", isOpen: true, answers: [])
        self.handler = handler
        isBrief = Self.brief.contains(id)
    }

    private static let brief: Set = ["datasources.get", "datasources.list", "datasources.create"]

    /// Answers the request where its kind belongs.
    func answer(_ exchange: Exchange) async throws -> Answer {
        if isBrief { return try await handler(exchange) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await handler(exchange) }
    }
}

/// Finds the route of a request.
struct RouteTable: Sendable {
    /// One path with the routes of its methods.
    struct Place: Sendable {
        let segments: [Substring]
        let template: String
        var routes: [Route]

        /// The methods it takes, for `Allow`; GET brings HEAD along.
        var methods: [String] {
            routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }.sorted()
        }

        /// The values at the braces, percent-decoded; nil where the path doesn't fit.
        func values(of path: [Substring]) -> [String]? {
            guard path.count == segments.count else { return nil }
            var values: [String] = []
            for (segment, part) in zip(segments, path) {
                if segment.hasPrefix("{") {
                    guard !part.isEmpty, let value = PercentCoding.decode(part) else { return nil }
                    values.append(value)
                } else if segment != part {
                    return nil
                }
            }
            return values
        }
    }

    private var places: [Place] = []

    init(_ routes: [Route]) {
        for route in routes {
            let template = route.operation.path
            if let index = places.firstIndex(where: { $0.template == template }) {
                places[index].routes.append(route)
            } else {
                let segments = template.split(separator: "/", omittingEmptySubsequences: false)
                places.append(Place(segments: segments, template: template, routes: [route]))
            }
        }
    }

    /// The place of a path and the values in it; nil where nothing is.
    func find(_ path: String) -> (place: Place, values: [String])? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for place in places {
            if let values = place.values(of: parts) { return (place, values) }
        }
        return nil
    }
}
