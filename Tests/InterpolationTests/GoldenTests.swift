import Foundation
import Interpolation
import JSON
import Testing

/// Values that a CPython with Jinja 3.1 and airbyte-cdk 7.39 gave to random templates. Templates whose value would
/// differ on purpose aren't among them.
@Suite("Recorded values")
struct GoldenTests {
    @Test("of random templates come out the same")
    func randomTemplates() throws {
        let trial = try TemplateTrial(context: TestFile.golden("context.json"), sources: .still)
        var count = 0
        for line in try TestFile.golden("values.jsonl").split(separator: UInt8(ascii: "\n")) {
            let wanted = try Value(json: line)
            let answer = try Value(json: trial.answer(Array(line)))
            count += 1
            if let value = wanted["value"] {
                #expect(same(answer["value"], value), "\(wanted["template"]?.text ?? ""): \(answer.text)")
            } else {
                #expect(answer["error"] != nil, "\(wanted["template"]?.text ?? ""): \(answer.text)")
            }
        }
        #expect(count > 1500)
    }

    @Test("of templates of real manifests come out the same", .enabled(if: TestFile.shared != nil))
    func sharedTemplates() throws {
        let text = try #require(TestFile.shared)
        let trial = try TemplateTrial(context: text, sources: .still)
        let vectors = try #require(try Value(json: text)["vectors"]?.elements)
        var different: [String] = []
        for vector in vectors {
            let request = Value.mapping([
                "template": vector["template"] ?? .none, "config": vector["config"] ?? .mapping([:]),
            ])
            let answer = try Value(json: trial.answer(request.json))
            let isSame = vector["value"].map { same(answer["value"], $0) } ?? (answer["error"] != nil)
            if !isSame { different.append(vector["template"]?.text ?? "") }
        }
        // 99 of 100 must be the same; none is known to differ.
        #expect(different.isEmpty, "\(vectors.count - different.count) of \(vectors.count) are the same")
        #expect(different.count * 100 <= vectors.count)
    }

    /// Whether the JSON of both is the same, so that 1, 1.0 and true differ.
    private func same(_ one: Value?, _ other: Value) -> Bool { one?.json == other.json }
}
