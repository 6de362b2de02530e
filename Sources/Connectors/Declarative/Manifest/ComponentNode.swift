import ConnectorAPI
import Domain
import Interpolation
import JSON

/// One component of a manifest, and the place where it stands there, so that whatever is wrong with it can be pointed at.
///
/// References are resolved, types filled in and `$parameters` handed down by then. A field that is null counts as absent.
/// Every method throws `declarative.manifest_invalid` for a field of another kind.
struct ComponentNode: Sendable {
    /// The component's fields.
    let fields: Mapping
    let pointer: JSONPointer

    /// The component's `type`; empty where it has none.
    var type: String { fields["type"]?.string ?? "" }

    /// What the component's templates see as `parameters`: its own and its parents' `$parameters`.
    var parameters: Mapping { fields["$parameters"]?.mapping ?? [:] }

    /// The field as it stands in the manifest; nil where it is absent or null.
    subscript(field: String) -> Value? {
        guard let found = fields[field], !found.isNone else { return nil }
        return found
    }

    /// A text as it is written; numbers and truth values count as their text.
    func text(_ field: String) throws -> String? {
        guard let found = self[field] else { return nil }
        switch found {
        case .string(let text): return text
        case .bool, .int, .float: return found.text
        default: throw invalid("must be a text", at: field)
        }
    }

    /// A text that must be there.
    func requiredText(_ field: String) throws -> String {
        guard let text = try text(field) else { throw invalid("is missing", at: field) }
        return text
    }

    /// True or false; nil where the field is absent.
    func flag(_ field: String) throws -> Bool? {
        guard let found = self[field] else { return nil }
        guard case .bool(let flag) = found else { throw invalid("must be true or false", at: field) }
        return flag
    }

    /// An integer, or a text of digits; nil where the field is absent.
    func integer(_ field: String) throws -> Int? {
        guard let found = self[field] else { return nil }
        guard let number = found.int ?? found.string.flatMap({ Int($0) }) else {
            throw invalid("must be an integer", at: field)
        }
        return number
    }

    /// A number; nil where the field is absent.
    func number(_ field: String) throws -> Double? {
        guard let found = self[field] else { return nil }
        switch found {
        case .int(let number): return Double(number)
        case .float(let number): return number
        case .string(let text):
            guard let number = Double(text) else { fallthrough }
            return number
        default: throw invalid("must be a number", at: field)
        }
    }

    /// A template, also one without anything to compute; nil where the field is absent.
    func template(_ field: String) throws -> Template? {
        guard let text = try text(field) else { return nil }
        let template = Template(text)
        if let fault = template.fault { throw invalid("can't be read: \(fault.message)", at: field) }
        return template
    }

    /// The values of a list; nil where the field is absent.
    func list(_ field: String) throws -> [Value]? {
        guard let found = self[field] else { return nil }
        guard let values = found.elements else { throw invalid("must be a list", at: field) }
        return values
    }

    /// A list of texts, or one text; nil where the field is absent.
    func texts(_ field: String) throws -> [String]? {
        guard let found = self[field] else { return nil }
        if let text = found.string { return [text] }
        return try (list(field) ?? []).map { value in
            guard let text = value.string ?? value.int.map(String.init) else {
                throw invalid("must be a list of texts", at: field)
            }
            return text
        }
    }

    /// A list of integers as a set; empty where the field is absent.
    func integers(_ field: String) throws -> Set<Int> {
        Set(
            try (list(field) ?? []).map { value in
                guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
                    throw invalid("must be a list of integers", at: field)
                }
                return number
            })
    }

    /// The component in a field; nil where there is none.
    func child(_ field: String) throws -> ComponentNode? {
        guard let found = self[field] else { return nil }
        guard let fields = found.mapping else { throw invalid("must be a component", at: field) }
        return ComponentNode(fields: fields, pointer: pointer.appending(field))
    }

    /// The component in a field that must be there.
    func requiredChild(_ field: String) throws -> ComponentNode {
        guard let child = try child(field) else { throw invalid("is missing", at: field) }
        return child
    }

    /// The components of a list, or the one that stands alone; empty where there are none.
    func children(_ field: String) throws -> [ComponentNode] {
        guard let found = self[field] else { return [] }
        if let fields = found.mapping { return [ComponentNode(fields: fields, pointer: pointer.appending(field))] }
        return try (list(field) ?? []).enumerated().map { index, value in
            guard let fields = value.mapping else { throw invalid("must be a list of components", at: field) }
            return ComponentNode(fields: fields, pointer: pointer.appending(field).appending(index))
        }
    }

    /// What is wrong with the component, or with one of its fields: `must be a list`.
    func invalid(_ reason: String, at field: String? = nil) -> AppError {
        let place = field.map { pointer.appending($0) } ?? pointer
        return .manifestInvalid(reason, at: place)
    }

    /// The error for a `type` that the place doesn't take.
    func unknownType() -> AppError {
        invalid(type.isEmpty ? "has no type" : "is of type \(type), which isn't known here", at: "type")
    }
}
