import Domain
import HTTPTypes
import Hummingbird
import Registry
import WireAPI

/// Asking for runs, looking at them and cancelling them.
enum RunRoutes {
    @Sendable static func sync(_ exchange: Exchange) async throws -> Answer {
        let wait = try exchange.query.number("wait")
        let queued = { @Sendable (answer: SyncAnswer) in
            let hasEnded = wait > 0 && !answer.run.status.isActive
            return Answer.json(
                SyncRunBody(answer.run, isCoalesced: answer.isCoalesced), status: hasEnded ? .ok : .accepted
            ).with(.location, Paths.run.text(answer.run.source.rawValue, answer.run.id.rawValue))
        }
        return queued(
            try await exchange.useCases.runs.sync(
                exchange.id, body: exchange.body, wait: .seconds(wait), as: exchange.caller,
                receipt: exchange.receipt(queued)))
    }

    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        let page = try await exchange.useCases.runs.list(
            of: exchange.id, limit: query.number("limit"), cursor: query.cursor(),
            includesDeleted: query.flag("include_deleted"), as: exchange.caller)
        return .json(Page(page) { SyncRunBody($0) })
    }

    @Sendable static func get(_ exchange: Exchange) async throws -> Answer {
        let run = try await exchange.useCases.runs.get(
            exchange.second, of: exchange.id, includesDeleted: exchange.query.flag("include_deleted"),
            as: exchange.caller)
        return .json(SyncRunBody(run))
    }

    @Sendable static func cancel(_ exchange: Exchange) async throws -> Answer {
        answer(
            try await exchange.useCases.runs.cancel(
                exchange.second, of: exchange.id, as: exchange.caller, receipt: exchange.receipt(answer)))
    }

    @Sendable private static func answer(_ run: SyncRun) -> Answer { .json(SyncRunBody(run)) }

    @Sendable static func rejects(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        let page = try await exchange.useCases.runs.rejects(
            of: exchange.second, source: exchange.id, limit: query.number("limit"),
            cursor: query.cursor(), includesDeleted: query.flag("include_deleted"), as: exchange.caller)
        return .json(Page(page, RejectBody.init))
    }

    @Sendable static func events(_ exchange: Exchange) async throws -> Answer {
        // What an EventSource is told so that it doesn't ask again (the HTML Standard, section 9.2.3).
        if exchange.headers[.lastEventID] == EventStream.lastID { return .empty(.noContent) }
        let run = try await exchange.useCases.runs.follow(
            exchange.second, of: exchange.id, includesDeleted: exchange.query.flag("include_deleted"),
            as: exchange.caller)
        return Answer.stream(EventStream.mediaType, EventStream.body(of: run))
            .with(.cacheControl, "no-store").with(.accelBuffering, "no")
    }
}
