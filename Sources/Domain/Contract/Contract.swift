/// The whole API in one place: every operation and every resource.
public enum Contract {
    /// Where all but the open operations begin.
    public static let basePath = "/api/v1"

    /// In the order of the documentation.
    public static let operations =
        dataSources + runs + records + connectors + applications + access + administration + server

    /// What documentation tells apart, in its order.
    public static let groups: [Group] = [
        Group("datasources", "DataSources", .dataSource, "The registered external systems of a tenant."),
        Group("runs", "Runs", .syncRun, "Attempts to bring a DataSource's records up to date."),
        Group("records", "Records and changes", .record, "The copies of a source's records, and the feed of changes."),
        Group("connectors", "Connectors", .connector, "The types of source, and what a schedule means."),
        Group("applications", "Applications", .application, "Programs with API keys."),
        Group("auth", "Tokens", .accessToken, "Getting tokens, and the keys that verify them."),
        Group("audit", "Audit", .auditEntry, "Who did what, from where."),
        Group("server", "Server", .health, "How a process is doing, and what it offers."),
    ]

    /// Operations that belong together.
    public struct Group: Sendable, Hashable {
        /// What its operations' ids begin with.
        public let id: String
        public let title: String
        /// The resource that it is about.
        public let resource: Resource
        /// One sentence.
        public let note: String

        init(_ id: String, _ title: String, _ resource: Resource, _ note: String) {
            self.id = id
            self.title = title
            self.resource = resource
            self.note = note
        }

        public var operations: [Operation] { Contract.operations.filter { $0.group == id } }
    }

    /// The operation of that id; nil when there is none.
    public static func operation(_ id: String) -> Operation? { operations.first { $0.id == id } }

    /// Every resource that an operation takes or gives, parts included, each once.
    public static let resources = wholeAndParts(
        of: groups.map(\.resource)
            + operations.flatMap { operation in
                (operation.body.map { [$0.resource] } ?? []) + operation.answers.compactMap(\.content.resource)
            } + [.problem])

    /// Every resource that answers have, parts included, each once.
    public static let answeredResources = wholeAndParts(
        of: operations.flatMap(\.answers).compactMap(\.content.resource) + [.problem])

    /// The resources and those that their fields are made of, each once.
    private static func wholeAndParts(of resources: [Resource]) -> [Resource] {
        var known: [Resource] = []
        var names = Set<String>()
        func add(_ resource: Resource) {
            guard names.insert(resource.name).inserted else { return }
            known.append(resource)
            for field in resource.fields { add(field.form) }
        }
        func add(_ form: ResourceField.Form) {
            switch form {
            case .nested(let resource): add(resource)
            case .list(let form, _), .map(let form): add(form)
            default: break
            }
        }
        for resource in resources { add(resource) }
        return known
    }

    /// Codes that any request can be answered with, whatever its operation.
    public static let commonErrors = [
        "auth.invalid_token", "auth.scope_missing", "query.unknown", "query.invalid", "header.invalid",
        "route.not_acceptable", "request.malformed", "request.expectation_unknown", "request.throttled",
        "request.target_too_long", "request.headers_too_large", "store.unavailable", "server.interrupted",
    ]
}
