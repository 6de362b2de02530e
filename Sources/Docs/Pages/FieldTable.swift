import Domain
import JSON

/// Tables of fields and of parameters.
enum FieldTable {
    /// What a resource is made of, for whoever reads it and for whoever writes it.
    static func section(of resource: Resource, heading: Tag = .h3) -> HTML {
        Tag.section {
            Parts.heading(heading, resource.name, resource.name)
            Tag.p { HTML(prose: resource.note) }
            if resource.fields.isEmpty {
                Tag.p { "Any members." }
            } else {
                Parts.table(
                    HTML(text: "Fields of " + resource.name), ("Field", "Meaning"),
                    resource.fields.map { row($0, in: resource) })
            }
        }
    }

    private static func row(_ field: ResourceField, in resource: Resource) -> Parts.Row {
        Parts.Row(id: resource.name + "." + field.name) {
            Tag.code { field.name }
            Tag.span(.class("kind")) { field.form.kind }
        } meaning: {
            Tag.p { HTML(prose: field.note) }
            if let bounds = field.form.bounds { Tag.p(.class("bounds")) { bounds } }
            Tag.p(.class("badges")) {
                HTML(writing(field, in: resource).map { Parts.badge($0.text, $0.kind) })
                HTML(reading(field).map { Parts.badge($0) })
                if let standard = field.standard {
                    Parts.badge("default " + standard.description)
                }
            }
        }
    }

    /// Who may set a field, and when.
    private static func writing(_ field: ResourceField, in resource: Resource) -> [(text: String, kind: String)] {
        guard resource.isWritable else { return [] }
        if field.isStamped { return [("set by the server", "stamped")] }
        var badges: [(text: String, kind: String)] = []
        switch field.onCreate {
        case .required: badges.append(("required", "required"))
        case .optional: badges.append(("optional", "optional"))
        case .refused: badges.append(("not on create", "stamped"))
        case .fixed: break
        }
        switch field.onPatch {
        case .required, .optional: badges.append(("can be changed", "optional"))
        case .fixed: badges.append(("never changes", "stamped"))
        case .refused: break
        }
        return badges
    }

    /// What an answer may have in place of a value.
    private static func reading(_ field: ResourceField) -> [String] {
        (field.isNullable ? ["may be null"] : []) + (field.isLeftOut ? ["may be absent"] : [])
    }

    /// The values that stand in a path or in a query.
    static func parameters(_ parameters: [Parameter], of operation: Domain.Operation, _ caption: String) -> HTML {
        guard !parameters.isEmpty else { return HTML() }
        return Parts.table(
            HTML(text: caption), ("Name", "Meaning"),
            parameters.map { parameter in
                Parts.Row(id: operation.id + "." + parameter.name) {
                    Tag.code { parameter.name }
                    Tag.span(.class("kind")) { parameter.form.kind }
                } meaning: {
                    Tag.p { HTML(prose: parameter.note) }
                    if let bounds = parameter.form.bounds { Tag.p(.class("bounds")) { bounds } }
                    Tag.p(.class("badges")) {
                        if let standard = parameter.standard { Parts.badge("default " + Self.plain(standard)) }
                        if parameter.isRepeatable { Parts.badge("may be repeated") }
                    }
                }
            })
    }

    /// A value as a query has it.
    static func plain(_ value: JSONValue) -> String { value.stringValue ?? value.description }
}
