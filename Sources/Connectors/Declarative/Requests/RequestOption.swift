import Interpolation

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
        let path = try node.texts("field_path")?.map { Template($0) }
        guard path != nil || node["field_name"] != nil else { throw node.invalid("is missing", at: "field_name") }
        self.init(
            name: try node.template("field_name") ?? Template(""), place: try Self.place(of: node, path: path),
            context: builder.context(node))
    }

    private init(name: Template, place: Place, context: Context) {
        self.name = name
        self.place = place
        self.context = context
    }

    /// The option that puts a value into a header.
    static func header(_ name: Template, context: Context) -> RequestOption {
        RequestOption(name: name, place: .header, context: context)
    }

    private static func place(of node: ComponentNode, path: [Template]?) throws -> Place {
        switch try node.requiredText("inject_into") {
        case "request_parameter": .parameter
        case "header": .header
        case "body_data": .bodyData
        case "body_json": .bodyJSON(try path ?? [node.template("field_name") ?? Template("")])
        default: throw node.invalid("must be request_parameter, header, body_data or body_json", at: "inject_into")
        }
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
