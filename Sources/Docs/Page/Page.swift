import Domain

/// One page before it is put into the frame that all have.
struct Page: Sendable {
    let path: String
    let title: String
    /// One sentence, for search and for the head of the page.
    let summary: String
    /// A file of code that it needs.
    let script: String?
    let content: @Sendable () -> HTML

    init(
        path: String, title: String, summary: String, script: String? = nil,
        @HTMLBuilder content: @escaping @Sendable () -> HTML
    ) {
        self.path = path
        self.title = title
        self.summary = summary
        self.script = script
        self.content = content
    }
}

/// Where things are documented.
enum Place {
    static let playground = "/docs/playground"
    static let errors = "/docs/errors"

    static func group(_ id: String) -> String { "/docs/" + id }
    static func guide(_ id: String) -> String { "/docs/guides/" + id }
    static func connector(_ type: String) -> String { "/docs/connectors/" + type }
    static func error(_ code: String) -> String { ErrorCatalog.page(of: code) }
    static func operation(_ operation: Domain.Operation) -> String { group(operation.group) + "#" + operation.id }
    static func tried(_ operation: Domain.Operation) -> String { playground + "#" + operation.id }

    /// The page that describes a resource: its group's own, else the first that has need of it.
    static func resource(_ resource: Resource) -> String {
        guard let group = homes[resource.name] else { return errors + "#" + resource.name }
        return self.group(group) + "#" + resource.name
    }

    /// Group by the name of the resources that its page describes.
    static let homes: [String: String] = {
        var homes: [String: String] = [:]
        for group in Contract.groups {
            for resource in group.resource.withParts where homes[resource.name] == nil {
                homes[resource.name] = group.id
            }
        }
        for group in Contract.groups {
            let named = group.operations.flatMap(\.resources).flatMap(\.withParts)
            for resource in named where homes[resource.name] == nil { homes[resource.name] = group.id }
        }
        return homes
    }()
}

extension Resource {
    /// Itself and the resources that its fields are made of, each once.
    var withParts: [Resource] {
        var known = [self]
        var next = 0
        while next < known.count {
            for part in known[next].fields.compactMap(\.form.part)
            where !known.contains(where: { $0.name == part.name }) {
                known.append(part)
            }
            next += 1
        }
        return known
    }
}

extension ResourceField.Form {
    /// The resource that it is of, or that its elements are of.
    var part: Resource? {
        switch self {
        case .nested(let resource): resource
        case .list(let form, _), .map(let form): form.part
        default: nil
        }
    }
}

extension Domain.Operation {
    /// What its bodies and answers are.
    var resources: [Resource] {
        var resources: [Resource] = []
        if let body { resources.append(body.resource) }
        for answer in answers {
            if let resource = answer.content.resource { resources.append(resource) }
        }
        return resources
    }
}
