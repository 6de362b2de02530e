import Domain
import Registry
import WireAPI

/// Reading records and the feed of changes.
enum RecordRoutes {
    private static let mostKeys = 500

    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        var filter = Records.Filter(entity: exchange.second)
        filter.includesDeleted = try query.flag("include_deleted")
        filter.keys = query.all("key")
        guard filter.keys.count <= mostKeys else { throw query.invalid("key", "may come at most \(mostKeys) times") }
        filter.updatedAfter = try query.time("updated_after")
        filter.limit = try query.number("limit")
        let page = try await exchange.useCases.records.list(
            filter, of: exchange.id, cursor: query.cursor(), as: exchange.caller)
        return .json(Page(page, RecordBody.init))
    }

    @Sendable static func changes(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        let page = try await exchange.useCases.records.changes(
            of: exchange.id, entity: query.text("entity"), limit: query.number("limit"),
            cursor: query.cursor(), wait: .seconds(query.number("wait")),
            includesDeleted: query.flag("include_deleted"), as: exchange.caller)
        return .json(Page(items: page.items.map(RecordBody.init), nextCursor: CursorText.encode(page.cursor)))
    }
}
