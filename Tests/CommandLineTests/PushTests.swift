import CannedServer
import Foundation
import JSON
import TestSupport
import Testing

@testable import tributary

@Suite("Pushing records on the command line")
struct PushTests {
    private let command = ["push", "ds_1", "orders"]

    private static func stored(
        _ received: Int, inserted: Int = 0, deleted: Int = 0, rejects: [Int] = []
    ) -> CannedServer.Answer {
        let items = rejects.map { #"{"index":\#($0),"code":"record.key_missing","detail":"There is no \"id\"."}"# }
        return .init(
            200,
            """
            {"received":\(received),"inserted":\(inserted),"updated":0,"unchanged":0,"deleted":\(deleted),
            "duplicates":0,"rejected":\(rejects.count),"seq":9,"rejects":[\(items.joined(separator: ","))]}
            """)
    }

    @Test(
        "an array and lines are sent as lines, whatever is between the items",
        arguments: [
            "[{\"id\":1},\n {\"id\":2,\"_deleted\":true}]", "{\"id\":1}\n\n{\"id\":2,\"_deleted\":true}",
            "\n\n {\"id\":1}\r\n{\"id\":2,\"_deleted\":true}\r\n",
        ])
    func forms(input: String) async throws {
        let outcome = try await Script(input: input).run(command, answers: [Self.stored(2, inserted: 1, deleted: 1)])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.requests.map(\.target) == ["/api/v1/datasources/ds_1/records/orders"])
        #expect(outcome.requests.map(\.body) == ["{\"id\":1}\n{\"id\":2,\"_deleted\":true}\n"])
        #expect(outcome.requests.first?.headers["content-type"] == "application/x-ndjson")
        #expect(outcome.output == "2 items: 1 inserted, 1 deleted\n" && outcome.errors == "")
    }

    @Test(
        "a long file is cut into requests between its items, and rejects are told by their place in it",
        .timeLimit(.minutes(1)))
    func split() async throws {
        let folder = try TemporaryFolder()
        let lines = (0..<50_003).map { "{\"id\":\($0)}" }
        try lines.joined(separator: "\n").write(
            toFile: folder.path + "/orders.jsonl", atomically: false, encoding: .utf8)
        let answers = [Self.stored(50_002, inserted: 50_001, rejects: [7]), Self.stored(1, rejects: [0])]
        let outcome = try await Script(isTerminal: true).run(
            command + [folder.path + "/orders.jsonl"], answers: answers)
        #expect(outcome.requests.map { $0.body.split(separator: "\n").count } == [50_002, 1])
        #expect(outcome.requests.map(\.body).joined() == lines.map { $0 + "\n" }.joined())
        #expect(outcome.code == 1)
        #expect(outcome.output == "50,003 items: 50,001 inserted, 2 rejected\n")
        #expect(outcome.errors.hasPrefix("\r50,002 items sent\u{1B}[K\r50,003 items sent\u{1B}[K\r\u{1B}[K"))
        let told =
            "item 7: There is no \"id\". (record.key_missing)\nitem 50002: There is no \"id\". (record.key_missing)\n"
        #expect(outcome.errors.contains(told))
        #expect(outcome.errors.hasSuffix("error: 2 items were rejected.\n"))
    }

    @Test("twenty rejects are shown, all of them in JSON; both exit with 1")
    func rejects() async throws {
        let script = Script(input: String(repeating: "{}\n", count: 25))
        let answer = Self.stored(25, rejects: Array(0..<25))
        let table = try await script.run(command, answers: [answer])
        #expect(table.code == 1)
        #expect(table.errors.contains("item 19: ") && !table.errors.contains("item 20: "))
        #expect(table.errors.hasSuffix("\n…\nerror: 25 items were rejected.\n"))
        let json = try await script.run(command + ["--json"], answers: [answer])
        #expect(json.code == 1)
        #expect(try JSONValue(parsing: json.output)["rejects"]?.arrayValue?.count == 25)
    }

    @Test(
        "input that isn't JSON is told by its line, and nothing of a short one is sent",
        arguments: [
            ("{\"id\":1}\nx\n", "Line 2"), ("[{\"id\":1},\n{]", "The input can't be read: an object lacks"),
            ("[{\"id\":1}", "The input"),
            ("{\"id\":1}]", "Line 1"),
        ])
    func badInput(input: String, told: String) async throws {
        let outcome = try await Script(input: input).run(command, answers: [Self.stored(1)])
        #expect(outcome.code == 1 && outcome.output == "")
        #expect(outcome.errors.hasPrefix("error: \(told)"), "\(outcome.errors)")
        #expect(outcome.requests.isEmpty)
    }

    @Test("nothing to send is well; a file that isn't there and a source that takes no push aren't")
    func edges() async throws {
        for input in ["", "\n", "[]"] {
            let nothing = try await Script(input: input).run(command, answers: [Self.stored(0)])
            #expect(nothing.code == 0 && nothing.output == "0 items: nothing to do\n" && nothing.requests.isEmpty)
        }
        let missing = try await Script().run(command + ["/nowhere/orders.json"], answers: [Self.stored(0)])
        #expect(missing.code == 2 && missing.errors.hasPrefix("error: The file /nowhere/orders.json can't be read."))
        #expect(await Script().run("push", "ds_1").code == 2)
        let problem =
            #"{"type":"/d","title":"T","status":409,"detail":"It isn't of type push.","code":"datasource.not_push"}"#
        let refused = try await Script(input: "{}").run(command, answers: [.init(409, problem)])
        #expect(refused.code == 1 && refused.output == "")
        #expect(refused.errors == "error: It isn't of type push. (datasource.not_push)\n")
    }
}
