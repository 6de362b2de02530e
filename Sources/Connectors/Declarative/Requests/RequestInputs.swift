import Interpolation

/// What a requester itself puts into its requests: `request_parameters`, `request_headers` and the body.
struct RequestInputs: Sendable {
    private let parameters: RenderedInput?
    private let headers: RenderedInput?
    private let bodyData: RenderedInput?
    private let bodyJSON: RenderedInput?
    /// The parameter that lists the properties to ask for; nil without `QueryProperties`.
    private let propertiesName: String?
    private let context: Context

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        context = builder.context(node)
        var written = node["request_parameters"]
        propertiesName = try QueryProperties.name(in: node)
        if let propertiesName, var mapping = written?.mapping {
            mapping[propertiesName] = nil
            written = .mapping(mapping)
        }
        parameters = written.map { RenderedInput($0, isNested: false) }
        headers = node["request_headers"].map { RenderedInput($0, isNested: false) }
        var (data, json) = (node["request_body_data"], node["request_body_json"])
        if let body = try node.child("request_body") { try Self.read(body, into: &data, &json) }
        guard data?.isTrue != true || json?.isTrue != true else {
            throw node.invalid("can't stand beside request_body_json", at: "request_body_data")
        }
        bodyData = data.flatMap { $0.isTrue ? RenderedInput($0, isNested: false) : nil }
        bodyJSON = json.flatMap { $0.isTrue ? RenderedInput($0, isNested: true) : nil }
    }

    private static func read(_ body: ComponentNode, into data: inout Value?, _ json: inout Value?) throws {
        switch body.type {
        case "RequestBodyUrlEncodedForm", "RequestBodyPlainText": data = body["value"]
        case "RequestBodyJsonObject": json = body["value"]
        case "RequestBodyGraphQL":
            json = body["value"]?.mapping.map { fields in
                .mapping(
                    Mapping(
                        fields.lazy.filter { !$0.value.isNone && $0.key != "$parameters" && $0.key != "type" }
                            .map { ($0.key, $0.value) }))
            }
        default: throw body.unknownType()
        }
    }

    /// A mapping's values are texts and lists, whatever literals they may look like; a template for the whole may give
    /// anything.
    private static func simple(_ input: RenderedInput?, _ context: Context) throws -> Value? {
        if case .mapping? = input { return try input?.value(in: context, types: [.string, .list]) }
        return try input?.value(in: context)
    }

    /// What goes into the request of a page.
    func options(for page: PageContext) throws -> RequestOptions {
        var context = context
        page.show(in: &context)
        var options = RequestOptions()
        if case .mapping(let values)? = try Self.simple(parameters, context) { options.parameters = values }
        if let propertiesName, let names = page.slice.extraFields["query_properties"]?.elements {
            options.parameters[propertiesName] = .string(names.map(\.text).joined(separator: ","))
        }
        if case .mapping(let values)? = try headers?.value(in: context) { options.headers = values }
        switch try Self.simple(bodyData, context) {
        case .mapping(let form)?: options.bodyData = form
        case Value.none?, nil: break
        case let text?: options.bodyText = text.text
        }
        switch try bodyJSON?.value(in: context) {
        case .mapping(let body)?: options.bodyJSON = body
        case .some(let other) where other.isTrue:
            throw RequestBuilding.invalid("the request's JSON body must be an object")
        default: break
        }
        return options
    }
}
