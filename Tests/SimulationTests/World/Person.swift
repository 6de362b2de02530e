import ConnectorAPI
import Domain
import JSON
import StoreAPI
import Vault

@testable import Registry

/// Somebody of one tenant who uses the API, wisely or not.
struct Person: Sendable {
    let node: Node
    let tenant: TenantID
    let sources: DataSources
    let runs: Runs
    private let examiner: Examiner
    private let caller: Caller

    init(node: Node, tenant: TenantID, store: any Store, catalog: ConnectorCatalog, vault: Vault, examiner: Examiner) {
        self.node = node
        self.tenant = tenant
        self.examiner = examiner
        let ids = ULIDGenerator(clock: node.wallClock, random: { node.world.chance.bits() })
        let cursors = CursorSeal(vault: vault)
        sources = DataSources(
            store: store, catalog: catalog, vault: vault, ids: ids, cursors: cursors,
            calls: ConnectorCalls(threads: ConnectorThreads(), clock: node.clock))
        runs = Runs(
            store: store, catalog: catalog, ids: ids, cursors: cursors, waits: Waits(clock: node.clock))
        caller = Caller(
            scope: Scope(tenant: tenant), subject: node.name, grants: .all,
            expiresAt: Timestamp(milliseconds: .max))
    }

    private var world: World { node.world }

    /// The tenant's DataSources as they are known to be, in order.
    private var known: [SourceModel] {
        examiner.sources.values.filter { $0.tenant == tenant.rawValue }.sorted { $0.id < $1.id }
    }

    // MARK: before the heal

    /// Registers DataSources, then does this and that until the end.
    func live(systems: [String]) async {
        for system in systems {
            while !Task.isCancelled {
                if await attempt("create", { _ = try await sources.create(registration(of: system), as: caller) }) {
                    break
                }
                // Cancelled: the loop's condition sees it.
                try? await node.clock.sleep(.milliseconds(500))
            }
        }
        while !Task.isCancelled {
            // Cancelled: the loop's condition sees it.
            try? await node.clock.sleep(.milliseconds(world.chance.range(50, 12_000)))
            if Task.isCancelled { return }
            await act()
        }
    }

    private func registration(of system: String) -> JSONValue {
        var body: JSONObject = [
            "name": .string(system), "type": .string(SimulatedConnector.type),
            "config": ["host": .string(system + "a")],
        ]
        if let schedule = schedule() { body["sync_schedule"] = schedule }
        if let entities = selection() { body["entities"] = entities }
        return .object(body)
    }

    private func schedule() -> JSONValue? {
        world.chance.permille(600) ? .string(world.chance.pick(["PT1M", "PT2M", "* * * * *"])) : nil
    }

    private func selection() -> JSONValue? {
        guard world.chance.permille(850) else { return nil }
        var kinds = Truth.Kind.allCases
        while kinds.count > 2 || (kinds.count > 1 && world.chance.permille(500)) {
            kinds.remove(at: world.chance.below(kinds.count))
        }
        return .array(
            kinds.map { kind in
                var one: JSONObject = ["name": .string(kind.rawValue)]
                one["mode"] = world.chance.permille(600) ? "incremental" : "full"
                if world.chance.permille(500) { one["full_every"] = "PT1M" }
                return .object(one)
            })
    }

    private func act() async {
        guard let source = known.isEmpty ? nil : world.chance.pick(known) else { return }
        switch world.chance.below(100) {
        case 0..<44: await sync(source, asked(of: source))
        case 44..<52: await cancel(source)
        case 52..<62: await patch(source, ["status": source.status == "paused" ? "connected" : "paused"])
        case 62..<68: await patch(source, ["name": .string("n\(world.chance.below(1_000))")])
        case 68..<72: await patch(source, ["config": ["note": .string("n\(world.chance.below(1_000))")]])
        case 72..<76:
            // A system has two hosts, told apart by their last letter.
            let host = String(source.wishes.host.dropLast()) + world.chance.pick(["a", "b"])
            await patch(source, ["config": ["host": .string(host)]])
        case 76..<82: await patch(source, ["entities": selection() ?? .null])
        case 82..<88: await patch(source, ["sync_schedule": schedule() ?? .null])
        case 88..<94:
            if source.wishes.deletedAt == nil {
                await attempt("delete \(source.id.suffix(4))") { try await sources.delete(source.id, as: caller) }
            } else {
                await patch(source, ["is_deleted": false])
            }
        default:
            let entity = world.chance.pick(Truth.Kind.allCases).rawValue
            let body: JSONValue? = world.chance.permille(500) ? ["entity": .string(entity)] : nil
            await attempt("erase \(source.id.suffix(4))") {
                _ = try await sources.erase(source.id, body: body, as: caller)
            }
        }
    }

    private func asked(of source: SourceModel) -> JSONObject {
        var body = JSONObject()
        if world.chance.permille(400) { body["mode"] = world.chance.permille(600) ? "full" : "incremental" }
        if world.chance.permille(250) {
            body["entities"] = .array([.string(world.chance.pick(Truth.Kind.allCases).rawValue)])
        }
        let waits = source.entities.values.contains { $0.review != nil }
        if world.chance.permille(waits ? 600 : 50) { body["allow_deletes"] = true }
        return body
    }

    // MARK: after the heal

    /// Whatever was stopped goes on, everything is read in full, and what waits for a word gets it.
    func setRight() async {
        for source in known where source.wishes.deletedAt == nil {
            for _ in 0..<200 {
                let now = known.first { $0.id == source.id } ?? source
                if now.status == "paused" { await patch(now, ["status": "connected"]) }
                var body: JSONObject = ["mode": "full"]
                if now.entities.values.contains(where: { $0.review != nil }) { body["allow_deletes"] = true }
                if await sync(now, body) { break }
                // Cancelled: the next request fails as well.
                try? await node.clock.sleep(.seconds(3))
            }
        }
    }

    // MARK: requests

    @discardableResult
    private func sync(_ source: SourceModel, _ body: JSONObject) async -> Bool {
        await attempt("sync \(source.id.suffix(4)) \(JSONValue.object(body))") {
            let answer = try await runs.sync(source.id, body: .object(body), as: caller)
            examiner.note(
                RunRequest(
                    trigger: .manual, mode: body["mode"]?.stringValue.flatMap(SyncMode.init(rawValue:)),
                    entities: body["entities"]?.arrayValue?.compactMap(\.stringValue),
                    allowsDeletes: body["allow_deletes"]?.boolValue ?? false),
                coveredBy: answer.run.id.rawValue, of: source.id)
        }
    }

    private func cancel(_ source: SourceModel) async {
        guard let run = source.activeRun else { return }
        await attempt("cancel \(run.suffix(4))") { _ = try await runs.cancel(run, of: source.id, as: caller) }
    }

    private func patch(_ source: SourceModel, _ body: JSONObject) async {
        await attempt("patch \(source.id.suffix(4)) \(JSONValue.object(body))") {
            let answer = try await sources.update(source.id, patch: .object(body), as: caller)
            let stored = examiner.sources[source.id]?.wishes.configVersion ?? 0
            if stored < answer.configVersion { world.fail("an acknowledged change isn't there") }
        }
    }

    /// Makes a request; false when it was refused or its answer was lost. Only a bug's refusal is a broken promise.
    @discardableResult
    private func attempt(_ what: String, _ request: () async throws -> Void) async -> Bool {
        world.note(.person, 1) { "\(node.name): \(what)" }
        do {
            try await request()
            return true
        } catch let error as AppError {
            if error.category == .bug { world.fail("\(what): \(error)") }
            world.note(.person, 2) { "\(node.name): \(what): \(error.code)" }
        } catch is CancellationError {
        } catch {
            if !(error is Broken) { world.fail("\(what): \(error)") }
        }
        return false
    }
}
