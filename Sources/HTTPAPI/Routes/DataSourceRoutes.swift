import Domain
import HTTPTypes
import Hummingbird
import Registry
import WireAPI

/// Listing, registering, changing and erasing DataSources.
enum DataSourceRoutes {
    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let page = try await exchange.useCases.sources.list(
            query(exchange.query), cursor: exchange.query.cursor(), as: exchange.caller)
        return .json(Page(page), capacity: page.page.text.count + 256)
    }

    @Sendable static func get(_ exchange: Exchange) async throws -> Answer {
        let source = try await exchange.useCases.sources.get(
            exchange.id, includesDeleted: exchange.query.flag("include_deleted"), as: exchange.caller)
        let tag = EntityTag(config: source.configVersion, sync: source.syncVersion)
        if try tag.isNamed(byIfNoneMatch: exchange.headers) {
            return Answer.empty(.notModified).with(.eTag, tag.text)
        }
        return Answer.json(source.text).with(.eTag, tag.text)
    }

    @Sendable static func create(_ exchange: Exchange) async throws -> Answer {
        let source = try await exchange.useCases.sources.create(
            exchange.requiredBody(), as: exchange.caller, receipt: exchange.receipt(created))
        return created(source)
    }

    @Sendable private static func created(_ source: DataSource) -> Answer {
        answer(source, status: .created).with(.location, Paths.datasource.text(source.id.rawValue))
    }

    @Sendable static func update(_ exchange: Exchange) async throws -> Answer {
        answer(
            try await exchange.useCases.sources.update(
                exchange.id, patch: exchange.requiredBody(), ifMatch: EntityTag.configVersions(exchange.headers),
                includesDeleted: exchange.query.flag("include_deleted"), as: exchange.caller))
    }

    @Sendable static func delete(_ exchange: Exchange) async throws -> Answer {
        try await exchange.useCases.sources.delete(
            exchange.id, ifMatch: EntityTag.configVersions(exchange.headers), as: exchange.caller)
        return .empty(.noContent)
    }

    @Sendable static func erase(_ exchange: Exchange) async throws -> Answer {
        let count = try await exchange.useCases.sources.erase(
            exchange.id, body: exchange.body, as: exchange.caller, receipt: exchange.receipt(erased))
        return erased(count)
    }

    @Sendable private static func erased(_ count: Int) -> Answer { .json(ErasureBody(erased: count)) }

    private static func answer(_ source: DataSource, status: HTTPResponse.Status = .ok) -> Answer {
        Answer.json(DataSourceBody(source), status: status).with(.eTag, EntityTag(source).text)
    }

    private static func query(_ query: Query) throws -> DataSourceQuery {
        var list = DataSourceQuery()
        list.type = try query.text("type")
        list.status = try query.choice("status", DataSource.Status.self)
        list.provenance = try query.text("source")
        list.sourceType = try query.choice("source_type", DataSource.SourceType.self)
        list.app = try query.text("app_id").map { text in
            guard let app = AppID(text) else { throw query.invalid("app_id", "must be 1 to 128 of [A-Za-z0-9_.:-]") }
            return app
        }
        list.name = try query.text("name")
        list.nameContains = try query.text("q")
        list.createdAfter = try query.time("created_after")
        list.createdBefore = try query.time("created_before")
        list.updatedAfter = try query.time("updated_after")
        list.updatedBefore = try query.time("updated_before")
        list.includesDeleted = try query.flag("include_deleted")
        list.limit = try query.number("limit")
        if let sort = try query.choice("sort") {
            list.isDescending = sort.hasPrefix("-")
            list.sort = DataSourceQuery.Sort(rawValue: String(sort.drop { $0 == "-" })) ?? list.sort
        }
        return list
    }
}
