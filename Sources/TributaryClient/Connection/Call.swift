import JSON
import NIOHTTP1
import WireAPI

/// One request to be sent.
struct Call: Sendable {
    /// What sending it twice does.
    enum Repetition: Sendable {
        /// Nothing that sending it once doesn't: GET, and POSTs that only ask.
        case harmless
        /// The same as once, but the second answer may be "it isn't there": DELETE (RFC 9110 section 9.2.2).
        case removesOnce
        /// Perhaps the work twice, unless the server knows the idempotency key.
        case doubles
    }

    var method: HTTPMethod
    var path: String
    var query = Query()
    var body: [UInt8]?
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    /// How long the server is asked to hold its answer back.
    var wait: Duration = .zero
    var repetition = Repetition.doubles
    /// Whether the caller has its own way to go on after a failure.
    var isTriedOnce = false
    /// Whether it asks for events, which are read as they come.
    var isStreamed = false
    /// Whether the token belongs on it.
    var isAuthorized = true

    static func get(_ path: String, query: Query = Query(), wait: Duration = .zero) -> Call {
        Call(method: .GET, path: path, query: query, wait: wait, repetition: .harmless)
    }

    /// A GET of events.
    static func events(_ path: String, query: Query = Query()) -> Call {
        var call = Call.get(path, query: query)
        call.isStreamed = true
        return call
    }

    /// A POST that changes something: `key` tells a repeated one from another.
    static func post(
        _ path: String, query: Query = Query(), body: some WireValue = JSONObject(), key: String
    ) -> Call {
        Call(
            method: .POST, path: path, query: query, body: body.serialized(), headers: [("Idempotency-Key", key)])
    }

    /// A POST that changes nothing.
    static func ask(_ path: String, body: some WireValue = JSONObject()) -> Call {
        Call(method: .POST, path: path, body: body.serialized(), repetition: .harmless)
    }

    /// A POST of records: storing the same ones again changes nothing.
    static func upload(_ path: String, body: [UInt8], type: String, key: String) -> Call {
        Call(
            method: .POST, path: path, body: body, contentType: type, headers: [("Idempotency-Key", key)],
            repetition: .harmless)
    }

    static func delete(_ path: String, ifMatch tag: EntityTag?) -> Call {
        Call(
            method: .DELETE, path: path, headers: tag.map { [("If-Match", $0.rawValue)] } ?? [],
            repetition: .removesOnce)
    }

    static func patch(_ path: String, body: JSONObject, ifMatch tag: EntityTag?) -> Call {
        Call(
            method: .PATCH, path: path, body: JSONValue.object(body).serialized(),
            contentType: "application/merge-patch+json", headers: tag.map { [("If-Match", $0.rawValue)] } ?? [])
    }

    /// The path with its query.
    var target: String { path + query.text }

    /// Throws where a header can't be sent as it is.
    func check() throws {
        for (name, value) in headers where !value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) || value.isEmpty {
            throw ConnectionError(.badArgument, "The value for \(name) has characters that a header can't hold.")
        }
        guard let key = headers.first(where: { $0.name == "Idempotency-Key" })?.value else { return }
        guard key.utf8.count <= 255, !key.contains(" ") else {
            throw ConnectionError(.badArgument, "An idempotency key is 1 to 255 visible ASCII characters.")
        }
    }
}

/// Query parameters in the order in which they were added.
struct Query: Sendable {
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

    static func page(_ limit: Int?, _ cursor: String?) -> Query {
        var query = Query()
        query.add("limit", limit)
        query.add("cursor", cursor)
        return query
    }

    /// The parameters with their question mark; empty when there are none.
    var text: String { pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&") }
}
