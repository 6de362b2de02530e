import Domain
import HTTPTypes
import Registry
import WireAPI

/// The catalogue, trying connections, and what sources offer; also the preview of schedules.
enum ConnectorRoutes {
    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let connectors = try await exchange.useCases.connectors.list(as: exchange.caller)
            .map { ConnectorBody($0) }
        return .json(Page(items: connectors, total: connectors.count))
    }

    @Sendable static func get(_ exchange: Exchange) async throws -> Answer {
        .json(ConnectorBody(try await exchange.useCases.connectors.get(exchange.id, as: exchange.caller)))
    }

    @Sendable static func create(_ exchange: Exchange) async throws -> Answer {
        created(
            try await exchange.useCases.connectors.create(
                exchange.requiredBody(), as: exchange.caller, receipt: exchange.receipt(created)))
    }

    @Sendable private static func created(_ connector: ConnectorDescriptor) -> Answer {
        Answer.json(ConnectorBody(connector), status: .created)
            .with(.location, Paths.connector.text(connector.type))
    }

    @Sendable static func checkConfig(_ exchange: Exchange) async throws -> Answer {
        .json(
            CheckBody(
                try await exchange.useCases.connectors.check(
                    exchange.id, body: exchange.requiredBody(), as: exchange.caller)))
    }

    @Sendable static func checkSource(_ exchange: Exchange) async throws -> Answer {
        .json(CheckBody(try await exchange.useCases.sources.check(exchange.id, as: exchange.caller)))
    }

    @Sendable static func entities(_ exchange: Exchange) async throws -> Answer {
        let entities = try await exchange.useCases.sources.entities(of: exchange.id, as: exchange.caller)
        return .json(Page(items: entities.map(EntityBody.init), total: entities.count))
    }

    @Sendable static func preview(_ exchange: Exchange) async throws -> Answer {
        let preview = try exchange.useCases.schedules.preview(exchange.requiredBody(), as: exchange.caller)
        return .json(ScheduleBody(schedule: preview.schedule, times: preview.times.map(\.rfc3339)))
    }
}
