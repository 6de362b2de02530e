import HTTPTypes
import Hummingbird
import WireAPI

/// One route: a method and a path, what its requests may have, and what answers them.
struct Route: Sendable {
    enum BodyUse: Sendable {
        /// A body that is sent anyway isn't looked at.
        case ignored
        case json
    }

    let method: HTTPRequest.Method
    let template: String
    let body: BodyUse
    /// The query parameters that it has.
    let parameters: [String]
    let handler: @Sendable (Exchange) async throws -> Answer

    init<Values>(
        _ method: HTTPRequest.Method, _ path: Path<Values>, body: BodyUse = .ignored, parameters: [String] = [],
        handler: @escaping @Sendable (Exchange) async throws -> Answer
    ) {
        self.method = method
        template = path.template
        self.body = body
        self.parameters = parameters
        self.handler = handler
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
            if let index = places.firstIndex(where: { $0.template == route.template }) {
                places[index].routes.append(route)
            } else {
                let segments = route.template.split(separator: "/", omittingEmptySubsequences: false)
                places.append(Place(segments: segments, template: route.template, routes: [route]))
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
