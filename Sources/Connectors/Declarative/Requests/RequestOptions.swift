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
}

/// A `RequestOption` of a manifest: where in a request a value goes.
struct RequestOption: Sendable {
    private enum Place: Sendable {
        case parameter, header, bodyData
        case bodyJSON([Template])
    }

    private let name: Template
    private let place: Place
    private let context: Context

    /// Reads a `RequestOption` node.
    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        context = builder.context(node)
        let path = try node.texts("field_path")?.map { Template($0) }
        name = try node.template("field_name") ?? Template("")
        switch try node.requiredText("inject_into") {
        case "request_parameter": place = .parameter
        case "header": place = .header
        case "body_data": place = .bodyData
        case "body_json": place = .bodyJSON(path ?? [name])
        default: throw node.invalid("must be request_parameter, header, body_data or body_json", at: "inject_into")
        }
        if path == nil, node["field_name"] == nil { throw node.invalid("is missing", at: "field_name") }
    }

    /// Puts a value in its place; throws where the place is taken.
    func put(_ value: Value, into options: inout RequestOptions) throws {
        switch place {
        case .parameter: try options.add(value, at: text(name), in: \.parameters)
        case .header: try options.add(value, at: text(name), in: \.headers)
        case .bodyData: try options.add(value, at: text(name), in: \.bodyData)
        case .bodyJSON(let path): try options.addJSON(value, at: path.map { try text($0) })
        }
    }

    private func text(_ template: Template) throws -> String { try template.string(in: context).text }
}

extension RequestOptions {
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

    /// Both mappings, mappings in them merged in turn; throws where both have a name with different values.
    static func merged(_ one: Mapping, _ other: Mapping) throws -> Mapping {
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
