import Domain
import StoreAPI
import StoreRows

/// The statements of one list of DataSources. Column names come from the query's own enums, all else is bound.
///
/// Rows without a sorted value come last in either direction; equal values are ordered by id, in the same direction. An
/// index has each order, so a page is read from where it begins and no further: rows with a value and rows without are
/// two stretches of it.
struct SourceListing {
    /// One stretch of the order: the statement of a page of it, and what it binds; the page's limit is bound last.
    struct Stretch {
        let sql: String
        let values: [any Bindable]
    }

    /// Whether nothing but the scope, deletion and the position choose rows: then few texts of statements are possible.
    let isPlain: Bool
    let count: String
    private(set) var values: [any Bindable] = []
    private let conditions: String
    private let query: DataSourceQuery

    init(query: DataSourceQuery, scope: Scope) {
        var conditions: [String] = []
        var values: [any Bindable] = []
        /// Requires that `expression`, an operator at its end, holds for the value, if there is one.
        func require(_ expression: String, _ value: (any Bindable)?) {
            guard let value else { return }
            values.append(value)
            conditions.append("\(expression) $\(values.count)")
        }
        // Invariant 5.
        require("tenant_id =", scope.tenant)
        require("app_id =", scope.app)
        if !query.includesDeleted { conditions.append("deleted_at IS NULL") }
        if query.isFiltered {
            require("type =", query.type)
            require("status =", query.status?.rawValue)
            require("provenance =", query.provenance)
            require("source_type =", query.sourceType?.rawValue)
            require("app_id =", query.app)
            require("name =", query.name)
            if let part = query.nameContains {
                values.append(SourceRow.fold(part))
                conditions.append("position($\(values.count) IN name_folded) > 0")
            }
            require("created_at >", query.createdAfter)
            require("created_at <", query.createdBefore)
            require("updated_at >", query.updatedAfter)
            require("updated_at <", query.updatedBefore)
        }
        isPlain = !query.isFiltered
        self.conditions = conditions.joined(separator: " AND ")
        self.values = values
        self.query = query
        count = "SELECT count(*) FROM datasources WHERE \(self.conditions)"
    }

    /// The stretches of the page behind the query's position, with these columns.
    func stretches(_ columns: String) -> [Stretch] {
        let column = query.sort.rawValue
        let sign = query.isDescending ? "<" : ">"
        var present = ["\(column) IS NOT NULL"]
        var absent = ["\(column) IS NULL"]
        var isBehindPresent = false
        var position: [any Bindable] = []
        if let after = query.after {
            let (value, id) = (values.count + 1, values.count + 2)
            switch after.value {
            case .none:
                absent.append("ds_id \(sign) $\(values.count + 1)")
                isBehindPresent = true
                position = [after.id]
            case .time(let time):
                present = ["(\(column), ds_id) \(sign) ($\(value), $\(id))"]
                position = [time, after.id]
            case .text(let text):
                present = ["(\(column), ds_id) \(sign) ($\(value), $\(id))"]
                position = [text, after.id]
            }
        }
        guard isOptional else { return [stretch(columns, query.after == nil ? [] : present, position)] }
        let last = stretch(columns, absent, isBehindPresent ? position : [])
        return isBehindPresent ? [last] : [stretch(columns, present, position), last]
    }

    private func stretch(_ columns: String, _ more: [String], _ position: [any Bindable]) -> Stretch {
        let direction = query.isDescending ? "DESC" : "ASC"
        let bound = values + position
        return Stretch(
            sql: """
                SELECT \(columns) FROM datasources WHERE \(([conditions] + more).joined(separator: " AND "))
                ORDER BY \(query.sort.rawValue) \(direction), ds_id \(direction) LIMIT $\(bound.count + 1)
                """,
            values: bound)
    }

    private var isOptional: Bool { query.sort == .lastSyncAt || query.sort == .nextSyncAt }
}
