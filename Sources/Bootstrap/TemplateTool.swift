public import Domain
import Foundation
import Interpolation

/// Tries templates of manifests in a context, for their authors.
public struct TemplateTool: Sendable {
    private let trial: TemplateTrial

    /// Reads a context: JSON with the names that the templates see. Where it has no `now`, the clock is the machine's.
    /// Throws `value.json_invalid`, `template.failed`.
    public init(context: [UInt8]) throws(AppError) {
        let sources = TemplateSources(
            now: { DateTime(WallClock.system.now()) }, uuid: { UUID().uuidString.lowercased() })
        trial = try TemplateTrial(context: context, sources: sources)
    }

    /// Answers a line `{"template": …, "config": …}` with `{"value": …}` or `{"error": {"code", "message"}}`.
    public func answer(_ line: [UInt8]) -> [UInt8] { trial.answer(line) }
}
