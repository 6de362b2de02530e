import Domain
import JSON
import StoreAPI

extension DataSourceQuery {
    /// What a cursor of this list is bound to: filters and order, not the page's size.
    var binding: [String] {
        let texts: [(String, String?)] = [
            ("type", type), ("status", status?.rawValue), ("source", provenance), ("source_type", sourceType?.rawValue),
            ("app_id", app?.rawValue), ("name", name), ("q", nameContains),
        ]
        let times: [(String, Timestamp?)] = [
            ("created_after", createdAfter), ("created_before", createdBefore), ("updated_after", updatedAfter),
            ("updated_before", updatedBefore),
        ]
        let filters = texts + times.map { ($0, $1.map { String($0.milliseconds) }) }
        return ["datasources", (isDescending ? "-" : "") + sort.rawValue, includesDeleted ? "deleted" : ""]
            + filters.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }
}

extension DataSourceQuery.Position {
    var json: [JSONValue] {
        let value: JSONValue =
            switch self.value {
            case .time(let time): .int(time.milliseconds)
            case .text(let text): .string(text)
            case .none: .null
            }
        return [value, .string(id.rawValue)]
    }

    /// Reads a position back; throws `cursor.invalid`.
    init(_ json: [JSONValue], sort: DataSourceQuery.Sort) throws {
        guard json.count == 2, let id = json[1].stringValue.flatMap(DataSourceID.init) else {
            throw AppError(.cursorInvalid)
        }
        let value: Value =
            switch json[0] {
            case .string(let text) where sort == .name: .text(text)
            case .number(let number): .time(Timestamp(milliseconds: number.int64 ?? 0))
            default: .none
            }
        self.init(value: value, id: id)
    }
}
