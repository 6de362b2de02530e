import ConnectorAPI
import Domain
import Interpolation

/// Adds to requests what a router, a cursor, a paginator or an authenticator has to say.
protocol RequestOptionsProvider: Sendable {
    /// Adds to `options` what belongs to a page of `slice`; throws where a name is taken already.
    func add(to options: inout RequestOptions, for page: PageContext) throws
}

extension RequestOptionsProvider {
    func add(to options: inout RequestOptions, for page: PageContext) throws {}
}

/// What is put into a request besides its URL, each in order.
struct RequestOptions: Sendable {
    var parameters: Mapping = [:]
    var headers: Mapping = [:]
    var bodyData: Mapping = [:]
    var bodyJSON: Mapping = [:]
    /// A body that is sent as it is; nil = there is none.
    var bodyText: String?

    /// Adds one entry; throws where the name is taken.
    mutating func add(_ value: Value, at name: String, in part: WritableKeyPath<RequestOptions, Mapping>) throws {
        guard self[keyPath: part][name] == nil else { throw Self.taken(name) }
        self[keyPath: part][name] = value
    }

    /// Adds a value to the JSON body, below mappings that are made where they are missing; an equal value may be there.
    mutating func addJSON(_ value: Value, at path: [String]) throws {
        var nested = value
        for name in path.reversed() { nested = .mapping([.string(name): nested]) }
        guard let mapping = nested.mapping else { return }
        bodyJSON = try Self.merged(bodyJSON, mapping)
    }

    /// Adds all that another has; throws where a name is taken.
    mutating func add(_ other: RequestOptions) throws {
        for entry in other.parameters { try add(entry.value, at: entry.key.text, in: \.parameters) }
        for entry in other.headers { try add(entry.value, at: entry.key.text, in: \.headers) }
        for entry in other.bodyData { try add(entry.value, at: entry.key.text, in: \.bodyData) }
        bodyJSON = try Self.merged(bodyJSON, other.bodyJSON)
        guard let text = other.bodyText else { return }
        guard bodyText == nil else { throw Self.taken("a text") }
        bodyText = text
    }

    /// Both mappings, mappings in them merged in turn; throws where both have a name with different values.
    private static func merged(_ one: Mapping, _ other: Mapping) throws -> Mapping {
        var result = one
        for entry in other {
            switch (result[entry.key], entry.value) {
            case (nil, let value): result[entry.key] = value
            case (.mapping(let left), .mapping(let right)): result[entry.key] = .mapping(try merged(left, right))
            case (let left, let right): guard left == right else { throw taken(entry.key.text) }
            }
        }
        return result
    }

    private static func taken(_ name: String) -> AppError {
        AppError.source(
            .declarativeRequestInvalid, "the request has \(name) in the same place twice", recovery: .fixConfig)
    }
}
