import Domain
import Foundation
import JSON
import TestSupport
import Testing

/// Random requests of others with a victim's names in every place where a name can stand: ids in paths, queries and
/// bodies, cursors, idempotency keys, children under wrong parents. Each is sent once with the victim's names and once
/// with names of the same form that nothing has, and both answers must be the same.
@Suite("Requests with another's names", .ownThreads) struct ForeignProbeTests {
    private static let probes = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] == nil ? 4_000 : 20_000

    @Test("whatever names of a victim a stranger uses, the answer is that for names that nothing has")
    func strangers() async throws {
        let stage = try await Stage()
        let victim = try await Victim(stage)
        let strangers = try await Stranger.all(stage, of: victim)
        let before = try await victim.snapshot(stage)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        var answered: [String: Int] = [:]
        for number in 0..<Self.probes {
            guard let stranger = strangers.randomElement(using: &random),
                let operation = Contract.operations.filter({ !$0.isOpen }).randomElement(using: &random)
            else { return }
            let probe = Probe(operation, stranger, victim, &random)
            let real = try await probe.send(stage, victim.names)
            let missing = try await probe.send(stage, victim.missingNames)
            #expect(
                real.masked == missing.masked,
                "probe \(number) of seed \(seed): \(operation.id) by \(stranger.name): \(probe)")
            answered["\(operation.id) \(real.status)", default: 0] += 1
            if number % 500 == 499 {
                #expect(try await victim.snapshot(stage) == before, "after probe \(number) of seed \(seed)")
            }
        }
        #expect(try await victim.snapshot(stage) == before, "seed \(seed)")
        #expect(Set(answered.keys.compactMap { $0.split(separator: " ").first }).count > 20)
    }
}

/// Whose things they are: a tenant with DataSources of its own and of two Applications, runs, records and keys.
private struct Victim {
    /// What can stand in a place of a probe, by kind.
    typealias Names = [String: [String]]

    let names: Names
    /// The same, of names that nothing has.
    let missingNames: Names
    let token: String
    private let sources: [String]

    init(_ stage: Stage) async throws {
        let token = try stage.token("acme")
        var sources: [String] = []
        var runs: [String] = []
        for (index, app) in [nil, "one", nil].enumerated() {
            let owner = try stage.token("acme", app: app)
            let id = try await stage.register("Orders \(index)", token: owner)
            try await stage.storeRecords(
                "orders", [(key: "[1]", body: #"{"id":1}"#), (key: "[2]", body: #"{"id":2}"#)], of: id)
            let run = try await stage.send(
                .post, "/api/v1/datasources/\(id)/sync", [:], token: owner,
                headers: ["Idempotency-Key": index == 0 ? "victims-key" : "victims-key-\(index)"])
            runs.append(try #require(run.json["id"]?.stringValue))
            if index == 2 {
                _ = try await stage.send(.delete, "/api/v1/datasources/\(id)", token: owner)
            }
            sources.append(id)
        }
        let application = try await stage.send(.post, "/api/v1/applications", ["name": "Billing"], token: token)
        let app = try #require(application.json["id"]?.stringValue)
        let apiKey = try await stage.send(.post, "/api/v1/applications/\(app)/keys", [:], token: token)
        let keyID = try #require(apiKey.json["id"]?.stringValue)
        let first = try #require(sources.first)
        let cursors = try await [
            "/api/v1/datasources?limit=1", "/api/v1/datasources/\(first)/records/orders?limit=1",
            "/api/v1/datasources/\(first)/changes?limit=1",
        ].asyncMap { try #require(try await stage.send(.get, $0, token: token).cursor) }
        self.token = token
        self.sources = sources
        names = [
            "source": sources, "run": runs, "application": [app],
            "key": [keyID], "cursor": cursors, "app": ["one", app],
            "idempotency": ["victims-key"], "entity": ["orders"], "tenant": ["acme"],
        ]
        let ulid = "01ARZ3NDEKTSV4RRFFQ69G5F"
        missingNames = [
            "source": (0..<3).map { "ds_\(ulid)A\($0)" }, "run": (0..<3).map { "run_\(ulid)B\($0)" },
            "application": ["app_\(ulid)C1"], "key": ["key_\(ulid)D1"],
            "cursor": cursors.map { String($0.reversed()) }, "app": ["nobody", "app_\(ulid)E1"],
            "idempotency": ["a-key-of-nobody"], "entity": ["orders"], "tenant": ["nowhere"],
        ]
    }

    /// All that the victim's own tokens see, as text.
    func snapshot(_ stage: Stage) async throws -> [String] {
        var paths = [
            "/api/v1/datasources?include_deleted=true", "/api/v1/applications?include_deleted=true", "/api/v1/audit",
        ]
        for id in names["application"] ?? [] { paths.append("/api/v1/applications/\(id)/keys") }
        for id in sources {
            let path = "/api/v1/datasources/\(id)"
            paths += ["", "/runs", "/records/orders", "/changes"].map { "\(path)\($0)?include_deleted=true" }
        }
        return try await paths.asyncMap { try await stage.send(.get, $0, token: token).masked }
    }
}

/// Who tries: other tenants, and an Application of the victim's own tenant.
private struct Stranger {
    let name: String
    let token: String
    /// A DataSource of theirs.
    let own: String

    static func all(_ stage: Stage, of victim: Victim) async throws -> [Stranger] {
        var strangers: [Stranger] = []
        for (name, tenant, app) in [
            ("another tenant", "rival", nil), ("an Application of another tenant", "rival", "theirs"),
            ("another Application of the tenant", "acme", "two"),
        ] {
            let token = try stage.token(tenant, app: app)
            strangers.append(
                Stranger(name: name, token: token, own: try await stage.register("theirs", token: token)))
        }
        return strangers
    }
}

/// One request, with places where names go.
private struct Probe: CustomStringConvertible {
    private let operation: Domain.Operation
    private let stranger: Stranger
    private let method: Method
    private let places: [String: (kind: String, index: Int)]
    private let query: [(name: String, kind: String, index: Int)]
    private let body: [(name: String, kind: String, index: Int)]
    private let hasKey: Bool

    init(_ operation: Domain.Operation, _ stranger: Stranger, _ victim: Victim, _ random: inout SeededRandom) {
        self.operation = operation
        self.stranger = stranger
        let methods: [Method] = [.get, .post, .patch, .delete, .put]
        let own = Method(rawValue: operation.method.rawValue) ?? .get
        method = Int.random(in: 0..<10, using: &random) == 0 ? methods.randomElement(using: &random) ?? own : own
        var places: [String: (kind: String, index: Int)] = [:]
        for place in operation.places {
            // Now and then a name of another kind.
            let kinds = ["source", "run", "application", "key", "entity"]
            let kind = Int.random(in: 0..<8, using: &random) == 0 ? kinds.randomElement(using: &random) : nil
            // A child under a wrong parent: theirs, with the victim's run.
            let isWrongParent =
                place.name == "id" && operation.places.count > 1 && operation.places.last?.name == "run_id"
                && Bool.random(using: &random)
            places[place.name] =
                (isWrongParent ? "own" : kind ?? Self.kind(of: place), Int.random(in: 0..<3, using: &random))
        }
        self.places = places
        var query: [(name: String, kind: String, index: Int)] = []
        for parameter in operation.parameters where parameter.name != "wait" && Bool.random(using: &random) {
            query.append((parameter.name, Self.kind(of: parameter), Int.random(in: 0..<3, using: &random)))
        }
        self.query = query
        let members = [
            ("tenant_id", "tenant"), ("app_id", "app"), ("id", "source"), ("name", "source"), ("entity", "entity"),
            ("datasource_id", "source"), ("entities", "entity"), ("config", "source"),
        ]
        body = members.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            .map { ($0.0, $0.1, Int.random(in: 0..<3, using: &random)) }
        hasKey = Bool.random(using: &random)
    }

    private static func kind(of parameter: Parameter) -> String {
        switch parameter.name {
        case "id": parameter.form == Parameter.application ? "application" : "source"
        case "run_id": "run"
        case "key_id": "key"
        case "entity": "entity"
        case "cursor": "cursor"
        case "app_id": "app"
        case "resource_id": "source"
        default: "=" + (parameter.example.stringValue ?? parameter.example.description)
        }
    }

    private func name(_ kind: String, _ index: Int, _ names: Victim.Names) -> String {
        if kind == "own" { return stranger.own }
        if kind.hasPrefix("=") { return String(kind.dropFirst()) }
        let all = names[kind] ?? []
        return all.isEmpty ? "nothing" : all[index % all.count]
    }

    func send(_ stage: Stage, _ names: Victim.Names) async throws -> Reply {
        var path = operation.path
        for (place, choice) in places {
            path = path.replacing("{\(place)}", with: name(choice.kind, choice.index, names))
        }
        let pairs = query.map { "\($0.name)=\(escaped(name($0.kind, $0.index, names)))" }
        if !pairs.isEmpty { path += "?" + pairs.joined(separator: "&") }
        var object = JSONObject()
        for member in body { object[member.name] = .string(name(member.kind, member.index, names)) }
        let headers = hasKey && method == .post ? ["Idempotency-Key": name("idempotency", 0, names)] : [:]
        return try await stage.send(
            method, path, operation.body == nil ? nil : .object(object), token: stranger.token, headers: headers)
    }

    private func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    var description: String {
        "\(method) places \(places) query \(query) body \(body) key \(hasKey)"
    }
}

extension Parameter {
    fileprivate static let application = ResourceField.Form.id(prefix: "app_")
}

extension Reply {
    /// Status and body without what differs from one answer to the next: ids, times, cursors.
    fileprivate var masked: String {
        comparable
            .replacing(#/(ds|run|rec|app|key|evt)_[0-9A-Z]{26}/#, with: "ID")
            .replacing(#/"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"/#, with: "TIME")
            .replacing(#/"next_cursor":"[^"]*"/#, with: "CURSOR")
            .replacing(#/"trib_[^"]*"/#, with: "SECRET")
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
