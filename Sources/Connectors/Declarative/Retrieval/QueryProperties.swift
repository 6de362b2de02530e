import ConnectorAPI
import Domain
import Interpolation
import JSON

/// A `QueryProperties`: the properties that a source must be asked for by name, in groups that it can bear.
final class QueryProperties: Sendable {
    private enum Names: Sendable {
        case fixed([String])
        case endpoint(any Retriever, path: [Template], context: Context)
    }

    private enum Limit: Sendable {
        case none
        case count(Int)
        case characters(Int)
    }

    private let names: Names
    private let always: [String]
    private let limit: Limit
    /// The fields of a record by which its parts are put together; nil = they aren't.
    let mergeKeys: [String]?
    private let known = FetchedOnce<[String]>()

    /// The parameter of a requester that lists properties; nil where there is none.
    static func name(in requester: ComponentNode) throws -> String? {
        let names =
            requester["request_parameters"]?.mapping?.filter { $0.value["type"]?.string == "QueryProperties" } ?? []
        guard names.count <= 1 else {
            throw requester.invalid("may have one QueryProperties", at: "request_parameters")
        }
        return names.first?.key.string
    }

    /// Reads what a requester says of properties; nil where it says nothing.
    convenience init?(of requester: ComponentNode, builder: ComponentBuilder) throws {
        if let name = try Self.name(in: requester) {
            try self.init(requester.requiredChild("request_parameters").requiredChild(name), builder: builder)
        } else if let node = try requester.child("query_properties") {
            try self.init(node, builder: builder)
        } else if let endpoint = try requester.child("fetch_properties_from_endpoint") {
            try self.init(names: Self.names(from: endpoint, builder: builder))
        } else {
            return nil
        }
    }

    private init(names: Names) {
        self.names = names
        (always, limit, mergeKeys) = ([], .none, nil)
    }

    private init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        if let endpoint = node["property_list"]?.mapping {
            names = try Self.names(
                from: ComponentNode(fields: endpoint, pointer: node.pointer.appending("property_list")),
                builder: builder)
        } else {
            names = .fixed(try node.texts("property_list") ?? [])
        }
        always = try node.texts("always_include_properties") ?? []
        guard let chunking = try node.child("property_chunking") else {
            (limit, mergeKeys) = (.none, nil)
            return
        }
        let most = try chunking.integer("property_limit")
        let isCharacters = try chunking.text("property_limit_type") == "characters"
        limit = most.map { isCharacters ? .characters($0) : .count($0) } ?? .none
        mergeKeys = try chunking.child("record_merge_strategy")?.texts("key") ?? ["id"]
    }

    private static func names(from node: ComponentNode, builder: ComponentBuilder) throws -> Names {
        .endpoint(
            try builder.auxiliaryRetriever(node.requiredChild("retriever")),
            path: try node.texts("property_field_path")?.map { Template($0) } ?? [], context: builder.context(node))
    }

    /// The names by groups; each group is a request of its own.
    func groups() async throws -> [[String]] {
        let names = try await allNames()
        if case .none = limit { return [mergeKeys == nil ? always + names : names + always] }
        var groups: [[String]] = []
        var group = always
        var size = 0
        for name in names {
            let (cost, most): (Int, Int) =
                switch limit {
                case .characters(let most): (name.unicodeScalars.count + 3, most)
                case .count(let most): (1, most)
                case .none: (0, 0)
                }
            if size + cost > most {
                groups.append(group)
                (group, size) = (always, 0)
            }
            group.append(name)
            size += cost
        }
        return groups + [group]
    }

    private func allNames() async throws -> [String] {
        guard case .endpoint(let retriever, let path, let context) = names else {
            guard case .fixed(let names) = names else { return [] }
            return names
        }
        let steps = try path.map { try $0.string(in: context).text }
        return try await known.value {
            var names: [String] = []
            try await retriever.read(.whole) { records in
                for record in records {
                    var value = Value.mapping(try record.mapping())
                    for step in steps { value = value[step] ?? [] }
                    names.append(value.text)
                }
            }
            return names
        }
    }
}

/// Puts the parts of records together that came in several answers.
struct PropertyMerger {
    private let keys: [String]?
    private var order: [String] = []
    private var merged: [String: Mapping] = [:]

    init(_ properties: QueryProperties) { keys = properties.mergeKeys }

    /// Keeps the parts; gives back what can't be merged because it has no key.
    mutating func add(_ records: [Record]) throws -> [Record] {
        guard let keys else { return records }
        var whole: [Record] = []
        for record in records {
            let mapping = try record.mapping()
            let values = keys.map { mapping[$0] }
            guard values.allSatisfy({ $0?.isTrue == true }) else {
                whole.append(record)
                continue
            }
            let key = values.map { $0?.text ?? "" }.joined(separator: ",")
            if merged[key] == nil { order.append(key) }
            merged[key] = Self.merged(merged[key] ?? [:], mapping)
        }
        return whole
    }

    /// The merged records in the order in which their first parts came.
    func finish(slice: StreamSlice) -> [Record] {
        order.compactMap { merged[$0].map { Record(.value(.mapping($0)), slice: slice) } }
    }

    private static func merged(_ one: Mapping, _ other: Mapping) -> Mapping {
        var result = one
        for entry in other {
            if case .mapping(let left)? = result[entry.key], case .mapping(let right) = entry.value {
                result[entry.key] = .mapping(merged(left, right))
            } else {
                result[entry.key] = entry.value
            }
        }
        return result
    }
}
