import Domain
import StoreAPI

/// The statements of one list of DataSources. Column names come from the query's own enums, all else is bound.
struct SourceListing {
    let page: String
    let count: String
    private(set) var values: [any Bindable] = []

    init(query: DataSourceQuery, scope: Scope) {
        var conditions: [String] = []
        var values: [any Bindable] = []
        func require(_ condition: String, _ value: (any Bindable)?) {
            guard let value else { return }
            values.append(value)
            conditions.append(condition.replacing("?", with: "?\(values.count)"))
        }
        // Invariant 5.
        require("tenant_id = ?", scope.tenant)
        require("app_id = ?", scope.app)
        if !query.includesDeleted { conditions.append("deleted_at IS NULL") }
        require("type = ?", query.type)
        require("status = ?", query.status?.rawValue)
        require("provenance = ?", query.provenance)
        require("source_type = ?", query.sourceType?.rawValue)
        require("app_id = ?", query.app)
        require("name = ?", query.name)
        require("instr(name_folded, ?) > 0", query.nameContains.map(SourceRow.fold))
        require("created_at > ?", query.createdAfter)
        require("created_at < ?", query.createdBefore)
        require("updated_at > ?", query.updatedAfter)
        require("updated_at < ?", query.updatedBefore)
        if let position = query.after {
            let (value, id) = (values.count + 1, values.count + 2)
            conditions.append(Self.behind(query, position.value, value: "?\(value)", id: "?\(id)"))
            values += [Self.bindable(position.value), position.id]
        }
        self.values = values
        let source = "FROM datasources WHERE \(conditions.joined(separator: " AND "))"
        count = "SELECT count(*) \(source)"
        page = "SELECT \(SourceRow.selection) \(source) ORDER BY \(Self.order(query)) LIMIT \(query.limit)"
    }

    /// Rows without a value come last in either direction; equal values are ordered by id, in the same direction.
    private static func order(_ query: DataSourceQuery) -> String {
        let column = query.sort.rawValue
        let direction = query.isDescending ? "DESC" : "ASC"
        let absentLast = isOptional(query.sort) ? "\(column) IS NULL, " : ""
        return "\(absentLast)\(column) \(direction), ds_id \(direction)"
    }

    private static func behind(
        _ query: DataSourceQuery, _ position: DataSourceQuery.Position.Value, value: String, id: String
    ) -> String {
        let column = query.sort.rawValue
        let sign = query.isDescending ? "<" : ">"
        guard position != .none else { return "(\(column) IS \(value) AND ds_id \(sign) \(id))" }
        let behind = "(\(column), ds_id) \(sign) (\(value), \(id))"
        return isOptional(query.sort) ? "(\(behind) OR \(column) IS NULL)" : behind
    }

    private static func isOptional(_ sort: DataSourceQuery.Sort) -> Bool { sort == .lastSyncAt || sort == .nextSyncAt }

    private static func bindable(_ value: DataSourceQuery.Position.Value) -> any Bindable {
        switch value {
        case .time(let time): time
        case .text(let text): text
        case .none: Int?.none
        }
    }
}
