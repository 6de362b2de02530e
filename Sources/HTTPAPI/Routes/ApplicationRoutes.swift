import Domain
import HTTPTypes
import Hummingbird
import Registry
import WireAPI

/// Registering Applications and managing their keys.
enum ApplicationRoutes {
    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        let page = try await exchange.useCases.applications.list(
            limit: query.number("limit"), cursor: query.cursor(),
            includesDeleted: query.flag("include_deleted"), as: exchange.caller)
        return .json(Page(page, ApplicationBody.init))
    }

    @Sendable static func get(_ exchange: Exchange) async throws -> Answer {
        .json(
            ApplicationBody(
                try await exchange.useCases.applications.get(
                    exchange.id, includesDeleted: exchange.query.flag("include_deleted"), as: exchange.caller)))
    }

    @Sendable static func create(_ exchange: Exchange) async throws -> Answer {
        created(
            try await exchange.useCases.applications.create(
                exchange.requiredBody(), as: exchange.caller, receipt: exchange.receipt(created)))
    }

    @Sendable private static func created(_ application: ClientApplication) -> Answer {
        Answer.json(ApplicationBody(application), status: .created)
            .with(.location, Paths.application.text(application.id.rawValue))
    }

    @Sendable static func update(_ exchange: Exchange) async throws -> Answer {
        .json(
            ApplicationBody(
                try await exchange.useCases.applications.update(
                    exchange.id, patch: exchange.requiredBody(), as: exchange.caller)))
    }

    @Sendable static func delete(_ exchange: Exchange) async throws -> Answer {
        try await exchange.useCases.applications.delete(exchange.id, as: exchange.caller)
        return .empty(.noContent)
    }

    @Sendable static func keys(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        let page = try await exchange.useCases.applications.keys(
            of: exchange.id, limit: query.number("limit"), cursor: query.cursor(),
            as: exchange.caller)
        return .json(Page(page) { APIKeyBody($0) })
    }

    @Sendable static func createKey(_ exchange: Exchange) async throws -> Answer {
        shown(
            try await exchange.useCases.applications.createKey(
                of: exchange.id, body: exchange.body, as: exchange.caller, receipt: exchange.receipt(shown)))
    }

    /// The answer holds a secret, which no cache on the way may keep.
    @Sendable private static func shown(_ new: NewAPIKey) -> Answer {
        Answer.json(APIKeyBody(new), status: .created).with(.cacheControl, "no-store")
    }

    @Sendable static func revokeKey(_ exchange: Exchange) async throws -> Answer {
        try await exchange.useCases.applications.revokeKey(exchange.second, of: exchange.id, as: exchange.caller)
        return .empty(.noContent)
    }
}
