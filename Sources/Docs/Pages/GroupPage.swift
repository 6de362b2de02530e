import Domain

/// The page of the operations and resources that belong together.
struct GroupPage: Sendable {
    private let group: Contract.Group
    private let statuses: [String: Int]

    init(_ group: Contract.Group, errors: [ErrorCatalog.Entry]) {
        self.group = group
        statuses = Dictionary(errors.map { ($0.code, $0.category.status()) }) { first, _ in first }
    }

    var page: Page {
        Page(path: Place.group(group.id), title: group.title, summary: group.note) { content }
    }

    @HTMLBuilder private var content: HTML {
        overview
        Parts.heading(.h2, "operations", "Operations")
        setUp
        for operation in group.operations { OperationSection(operation: operation, statuses: statuses).html }
        if !resources.isEmpty {
            Parts.heading(.h2, "resources", "Resources")
            for resource in resources { FieldTable.section(of: resource) }
        }
    }

    /// What this page describes, the group's own resource first.
    private var resources: [Resource] {
        let described = Contract.resources.filter { Place.homes[$0.name] == group.id }
        return described.filter { $0.name == group.resource.name } + described.filter { $0.name != group.resource.name }
    }

    private var overview: HTML {
        Tag.table(.class("overview")) {
            Tag.caption { "Operations" }
            Tag.tbody {
                for operation in group.operations {
                    Tag.tr {
                        Tag.th(.scope("row")) { Tag.a(.href("#" + operation.id)) { operation.summary } }
                        Tag.td {
                            Parts.method(operation)
                            " "
                            Parts.path(operation.path)
                        }
                    }
                }
            }
        }
    }

    /// What the samples take for granted.
    private var setUp: HTML {
        Tag.details(.class("set-up")) {
            Tag.summary { "What the samples take for granted" }
            names("In a shell", CurlText.variables.map { ("$" + $0.name, $0.meaning) })
            names("In a program", SwiftSamples.constants)
        }
    }

    private func names(_ caption: String, _ names: [(name: String, meaning: String)]) -> HTML {
        Parts.table(
            HTML(text: caption), ("Name", "Meaning"),
            names.map { name in
                Parts.Row {
                    Tag.code { name.name }
                } meaning: {
                    HTML(prose: name.meaning)
                }
            })
    }
}
