import CannedServer
import Domain
import JSON
import Testing

@Suite("Workday")
struct WorkdayTests {
    /// Reports as a service: one JSON object a report, with basic authentication, and no pages.
    private static func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        // isu:right
        guard request.headers["authorization"] == "Basic aXN1OnJpZ2h0" else { return .init(401) }
        guard request.query?["format"] == "json" else { return .init(200, "<wd:Report_Data/>") }
        switch request.path {
        case "/ccx/service/customreport2/acme/owner/Workers":
            let date = request.query?["As_of"] ?? "none"
            return .init(
                200,
                #"{"Report_Entry":[{"Employee_ID":"1","As_of":"\#(date)"},{"Employee_ID":"2","Pay":[{"Amount":"1"}]}]}"#
            )
        case "/ccx/service/customreport2/acme/owner/Empty": return .init(200, #"{"Report_Entry":[]}"#)
        case "/ccx/service/customreport2/acme/owner/Private": return .init(403)
        default: return .init(404)
        }
    }

    private func with(
        password: String = "right", _ reports: [JSONValue], _ work: (CannedServer, ConnectorStage) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: { Self.answer($0) }) { server in
            let config: JSONObject = [
                "base_url": .string(server.url + "/ccx/service/customreport2/acme"), "username": "isu",
                "reports": .array(reports),
            ]
            try await work(server, ConnectorStage("workday", config: config, secrets: ["password": password]))
        }
    }

    private static let workers: JSONValue = [
        "name": "workers", "owner": "owner", "report": "Workers", "primary_key": ["Employee_ID"],
        "prompts": "As_of=2026-01-01-08:00",
    ]
    private static let empty: JSONValue = ["name": "empty", "owner": "owner", "report": "Empty"]

    @Test("takes a right password and a report that is there")
    func check() async throws {
        try await with([Self.workers]) { _, stage in
            let error = try await stage.check()
            #expect(error == nil)
        }
        try await with(password: "wrong", [Self.workers]) { _, stage in
            let error = try await stage.check()
            #expect(error?.recovery == .reauthorise)
        }
        try await with([["name": "other", "owner": "owner", "report": "Other"]]) { _, stage in
            let error = try await stage.check()
            #expect(error?.recovery == .fixConfig)
        }
        try await with([["name": "private", "owner": "owner", "report": "Private"]]) { _, stage in
            let error = try await stage.check()
            #expect(error?.recovery == .reauthorise)
        }
    }

    @Test("makes an entity of each report and reads it in one piece")
    func reports() async throws {
        try await with([Self.workers, Self.empty]) { _, stage in
            let entities = try await stage.discover()
            #expect(entities.map(\.name) == ["workers", "empty"])
            #expect(entities.map(\.primaryKey) == [["Employee_ID"], []])
            #expect(entities.allSatisfy { $0.modes == [.full] })
            let workers = try await stage.read("workers")
            #expect(workers.error == nil && workers.isComplete && workers.values("Employee_ID") == ["1", "2"])
            #expect(workers.values("As_of") == ["-", "2026-01-01-08:00"])
            let empty = try await stage.read("empty")
            #expect(empty.error == nil && empty.isComplete && empty.records.isEmpty)
        }
    }

    @Test("refuses paths that lead elsewhere")
    func paths() async throws {
        for report in ["../Other", "a/b", "{{ 1 }}"] {
            try await with([["name": "x", "owner": "o", "report": .string(report)]]) { server, stage in
                let error = try await stage.check()
                #expect(error?.code == "declarative.config_invalid")
                #expect(server.requests.isEmpty)
            }
        }
    }
}
