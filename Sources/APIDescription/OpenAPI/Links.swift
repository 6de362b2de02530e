import Domain
import JSON

/// What can be asked for next about something that was just made (OpenAPI's links): found by the prefixes of ids.
struct Links {
    /// The links of one answer; none but for the answers to a POST and for lists.
    static func of(_ answer: Operation.Answer, _ operation: Operation) -> JSONObject {
        switch answer.content {
        case .one(let resource) where operation.method == .post: links(resource, at: "$response.body#", operation)
        case .page(let resource) where operation.places.isEmpty:
            links(resource, at: "$response.body#/items/0", operation)
        default: JSONObject()
        }
    }

    private static func links(_ resource: Resource, at place: String, _ operation: Operation) -> JSONObject {
        var links = JSONObject()
        for target in Contract.operations where target.id != operation.id && !target.places.isEmpty {
            guard let parameters = parameters(of: target, from: resource, at: place) else { continue }
            links[target.symbol] = [
                "operationId": .string(target.symbol), "description": .string(target.summary),
                "parameters": .object(parameters),
            ]
        }
        return links
    }

    /// The target's ids from the resource's own; nil where one of them isn't there or the resource's own isn't asked for.
    private static func parameters(
        of target: Operation, from resource: Resource, at place: String
    ) -> JSONObject? {
        guard let own = resource["id"]?.prefix else { return nil }
        var parameters = JSONObject()
        for parameter in target.places {
            guard let prefix = parameter.prefix else { continue }
            guard let field = resource.fields.first(where: { $0.prefix == prefix && !$0.isNullable }) else {
                return nil
            }
            parameters[parameter.name] = .string("\(place)/\(field.name)")
        }
        let usesOwn = target.places.contains { $0.prefix == own }
        return usesOwn ? parameters : nil
    }
}

extension ResourceField {
    /// The prefix of its ids; nil where it is no id of ours.
    fileprivate var prefix: String? { form.prefix }
}

extension Parameter {
    /// The prefix of its ids; nil where it is no id of ours.
    fileprivate var prefix: String? { form.prefix }
}

extension ResourceField.Form {
    /// The prefix of the ids of this form; nil for every other form.
    var prefix: String? {
        guard case .id(let prefix) = self, !prefix.isEmpty else { return nil }
        return prefix
    }
}

extension Operation {
    /// The id as a name that programming languages take: `datasources_list`.
    var symbol: String { String(id.map { $0 == "." ? "_" : $0 }) }

    /// Whether it takes an `Idempotency-Key`.
    var isIdempotentByKey: Bool { method == .post && !isOpen }
}
