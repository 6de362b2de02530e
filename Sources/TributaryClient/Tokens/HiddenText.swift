import JSON
import WireAPI

/// A text that stays out of every description, reflection and dump.
struct HiddenText: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// For the wire only.
    let exposed: String

    init(_ text: String) { exposed = text }

    var description: String { "(hidden)" }
    var debugDescription: String { "(hidden)" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// `text` without this one in it: a server may repeat what it was sent.
    func removed(from text: String) -> String { exposed.isEmpty ? text : text.replacing(exposed, with: "(hidden)") }
}

extension TributaryError {
    /// The error without `secret`, wherever the server put it.
    func hiding(_ secret: HiddenText) -> TributaryError {
        let isClean = !String(decoding: details.serialized(), as: UTF8.self).contains(secret.exposed)
        return TributaryError(
            status: status, code: Code(rawValue: secret.removed(from: code.rawValue)),
            message: secret.removed(from: message), requestID: requestID.map(secret.removed),
            errors: errors.map {
                FaultBody(
                    pointer: secret.removed(from: $0.pointer), code: secret.removed(from: $0.code),
                    detail: secret.removed(from: $0.detail))
            },
            retryAfter: retryAfter, details: isClean ? details : JSONObject())
    }
}
