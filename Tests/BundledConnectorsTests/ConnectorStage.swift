import CannedServer
import ConnectorAPI
import Declarative
import Domain
import Egress
import Interpolation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import BundledConnectors

/// Runs a bundled connector against a mock of its API; the time of day stands still, waits pass at once and are
/// written down.
final class ConnectorStage: Sendable {
    /// 2025-06-15T12:34:56Z in seconds since 1970.
    static let now: Int64 = 1_749_990_896

    private let slept = Mutex<[Duration]>([])
    private let type: String
    private let context: ConnectorContext

    init(_ type: String, config: JSONObject, secrets: [String: String]) {
        self.type = type
        context = ConnectorContext(
            tenant: .named("acme"), config: config, secrets: secrets.mapValues { Secret($0) })
    }

    /// How long was waited, in seconds.
    var waits: [Int64] { slept.withLock { $0.map { $0.components.seconds } } }

    private func connector() throws -> any Connector {
        let surroundings = DeclarativeSurroundings(
            egress: EgressGuard(allowing: AllowedNetwork.list("127.0.0.0/8") ?? [], resolver: HostResolver { _ in [] }),
            now: { DateTime(Timestamp(milliseconds: Self.now * 1000)) },
            clock: MonotonicClock(
                now: { self.slept.withLock { $0.reduce(.zero, +) } },
                sleep: { time in self.slept.withLock { $0.append(time) } }),
            uuid: { "00000000-0000-0000-0000-000000000000" })
        let all = BundledConnectors.all(surroundings: surroundings)
        return try #require(all.first { $0.descriptor.type == type })
    }

    /// What the check found wrong; nil = nothing.
    func check() async throws -> AppError? {
        do { try await connector().check(context) } catch let error as AppError { return error }
        return nil
    }

    func discover() async throws -> [EntityDescription] { try await connector().discover(context) }

    /// What a read gave.
    struct Reading {
        var records: [JSONValue] = []
        var state: [UInt8]?
        var isComplete = false
        var error: AppError?

        /// A field of each record as a text, in the order of texts.
        func values(_ name: String) -> [String] {
            records.map { record in
                let value = record[name]
                return value?.stringValue ?? value?.description ?? "-"
            }.sorted()
        }

        var stateText: String { String(decoding: state ?? [], as: UTF8.self) }
    }

    /// Reads an entity the way that discovery offers it, from a state where one is given.
    func read(_ entity: String, from state: [UInt8]? = nil) async throws -> Reading {
        let described = try #require(try await discover().first { $0.name == entity })
        let plan = ReadPlan(entities: [
            .init(
                name: entity, mode: described.defaultMode, primaryKey: described.primaryKey,
                cursorField: described.cursorFields.first, state: state)
        ])
        let reader = try await connector().read(plan, context)
        var reading = Reading()
        do {
            while let batch = try await reader.next() {
                #expect(batch.rejects.isEmpty)
                reading.records += try batch.items.map { try JSONValue(parsing: Array(batch.bytes[$0.bodyRange])) }
                reading.state = batch.state ?? reading.state
                reading.isComplete = batch.end?.isComplete ?? reading.isComplete
            }
        } catch let error as AppError {
            reading.error = error
        }
        await reader.close()
        return reading
    }
}
