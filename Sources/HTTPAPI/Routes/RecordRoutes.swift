import Domain
import JSON
import Registry
import WireAPI

/// Reading records and the feed of changes, and taking records that are pushed.
enum RecordRoutes {
    private static let mostKeys = 500

    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        guard exchange.second.unicodeScalars.count <= Parameter.longestText else {
            throw AppError(.queryInvalid, "The entity's name may have at most \(Parameter.longestText) characters.")
        }
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

    @Sendable static func push(_ exchange: Exchange) async throws -> Answer {
        guard let body = exchange.rawBody else { throw AppError(.bodyMissing) }
        if body.bytes.isEmpty, !body.isLines { throw AppError(.bodyMissing) }
        do {
            return pushed(
                try await exchange.useCases.pushes.push(
                    body.bytes, body.isLines ? .lines : .array, to: exchange.id, entity: exchange.second,
                    as: exchange.caller, receipt: exchange.receipt(pushed)))
        } catch let error as JSONError {
            throw BodyReader.refusal(error)
        }
    }

    @Sendable private static func pushed(_ outcome: Pushes.Outcome) -> Answer { .json(PushBody(outcome)) }
}
