import JSON
import NIOHTTP1
import WireAPI

/// One request to be sent.
struct Call {
    var method: HTTPMethod
    var path: String
    var query = Query()
    var body: [UInt8]?
    var contentType = "application/json"
    var headers: [(String, String)] = []
    /// How long the server is asked to hold its answer back.
    var wait: Duration = .zero

    static func get(_ path: String, query: Query = Query(), wait: Duration = .zero) -> Call {
        Call(method: .GET, path: path, query: query, wait: wait)
    }

    static func post(_ path: String, query: Query = Query(), body: (some WireValue)?) -> Call {
        Call(method: .POST, path: path, query: query, body: body?.serialized())
    }

    static func post(_ path: String) -> Call { Call(method: .POST, path: path) }

    static func delete(_ path: String) -> Call { Call(method: .DELETE, path: path) }

    static func patch(_ path: String, body: JSONObject) -> Call {
        Call(
            method: .PATCH, path: path, body: JSONValue.object(body).serialized(),
            contentType: "application/merge-patch+json")
    }

    /// The path with its query.
    var target: String { path + query.text }
}

/// Query parameters in the order in which they were added.
struct Query {
    private var pairs: [String] = []

    /// Adds a parameter; nothing where there is no value.
    mutating func add(_ name: String, _ value: (some CustomStringConvertible)?) {
        guard let value else { return }
        pairs.append("\(name)=\(PercentCoding.encode(value.description))")
    }

    /// Adds a switch, only where it is on.
    mutating func add(_ name: String, if isOn: Bool) {
        if isOn { add(name, "true") }
    }

    /// The parameters with their question mark; empty when there are none.
    var text: String { pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&") }
}
