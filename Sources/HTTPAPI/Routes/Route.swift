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
        let template: String
        var routes: [Route]

        /// The methods it takes, for `Allow`; GET brings HEAD along.
        var methods: [String] {
            routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }.sorted()
        }
    }

    /// Where the segments of a path lead to that were looked at so far. Others are named by their number.
    private struct Node: Sendable {
        var fixed: [String: Int] = [:]
        /// Behind a segment that is a value: what stands in braces in the template.
        var value: Int?
        var place: Place?
    }

    private var nodes = [Node()]

    init(_ routes: [Route]) {
        for route in routes {
            let template = route.operation.path
            var number = 0
            for segment in template.split(separator: "/", omittingEmptySubsequences: false) {
                number = next(behind: number, String(segment))
            }
            nodes[number].place = nodes[number].place ?? Place(template: template, routes: [])
            nodes[number].place?.routes.append(route)
        }
    }

    /// The place of a path and the values in it, percent-decoded; nil where nothing is.
    func find(_ path: String) -> (place: Place, values: [String])? {
        var values: [String] = []
        let parts = path[...].utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return find(parts[...], from: 0, &values).map { ($0, values) }
    }

    /// A fixed segment goes before a value.
    private func find(_ path: ArraySlice<Substring.UTF8View>, from number: Int, _ values: inout [String]) -> Place? {
        guard let part = path.first else { return nodes[number].place }
        let (segment, rest) = (Substring(part), path.dropFirst())
        if let next = nodes[number].fixed[String(segment)], let place = find(rest, from: next, &values) { return place }
        guard let next = nodes[number].value, !part.isEmpty, let value = PercentCoding.decode(segment) else {
            return nil
        }
        values.append(value)
        if let place = find(rest, from: next, &values) { return place }
        values.removeLast()
        return nil
    }

    /// The node behind a segment of a template; made now if there is none.
    private mutating func next(behind number: Int, _ segment: String) -> Int {
        let isValue = segment.hasPrefix("{")
        if let known = isValue ? nodes[number].value : nodes[number].fixed[segment] { return known }
        let new = nodes.count
        nodes.append(Node())
        if isValue { nodes[number].value = new } else { nodes[number].fixed[segment] = new }
        return new
    }
}
