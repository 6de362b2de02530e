import Foundation
import TestSupport
import Testing

@testable import tributary

/// `tributary connector eval`: the values of templates, line by line.
@Suite
struct EvalCommandTests {
    private func run(_ input: String, context: String) async throws -> Script.Outcome {
        let folder = try TemporaryFolder()
        let path = folder.path + "/context.json"
        try Data(context.utf8).write(to: URL(fileURLWithPath: path))
        return await Script(input: input).runWithoutServer(["connector", "eval", "--context", path])
    }

    @Test
    func aLineIsAnsweredWithItsValueOrItsError() async throws {
        let input = """
            {"template": "{{ record.id + config.n }}", "config": {"n": 1}}

            {"template": "{{ now_utc() }}"}
            {"template": "{{ 'a' * 100000000000 }}"}
            not JSON
            {"template": "x"}
            """
        let outcome = try await run(input, context: #"{"record": {"id": 7}, "now": "2025-06-15T12:00:00Z"}"#)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines.first == #"{"value":8}"#)
        #expect(lines.dropFirst().first == #"{"value":"2025-06-15 12:00:00+00:00"}"#)
        #expect(lines.dropFirst(2).first?.hasPrefix(#"{"error":{"code":"template.too_costly","message":"#) == true)
        #expect(lines.dropFirst(3).first?.hasPrefix(#"{"error":{"code":"value.json_invalid","message":"#) == true)
        #expect(lines.last == #"{"value":"x"}"#)
        #expect(outcome.code == 0)
    }

    @Test
    func aContextThatIsNoObjectIsWrongUsage() async throws {
        let outcome = try await run("", context: "[1]")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("--context"))
    }
}
