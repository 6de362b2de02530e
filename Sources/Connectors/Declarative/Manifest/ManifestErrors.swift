import ConnectorAPI
public import Domain
import JSON

/// Codes of declarative connectors.
extension ErrorCode {
    /// The manifest can't be read, or a component of it is wrong.
    public static let declarativeManifestInvalid = ErrorCode(
        "declarative.manifest_invalid", .source, "the connector's manifest can't be used")
    /// Parts of a request contradict each other.
    public static let declarativeRequestInvalid = ErrorCode(
        "declarative.request_invalid", .source, "a request can't be made of what the manifest and the config say")
    /// The state of the run before can't be read.
    public static let declarativeStateInvalid = ErrorCode(
        "declarative.state_invalid", .source, "the state that an earlier run left can't be read by this manifest")
}

extension AppError {
    /// `reason` goes on after the place: `must be a text`.
    static func manifestInvalid(_ reason: String, at place: JSONPointer) -> AppError {
        let where_ = place.tokens.isEmpty ? "the manifest" : "the manifest's \(place)"
        var error = AppError.source(.declarativeManifestInvalid, "\(where_) \(reason)", recovery: .fixConfig)
        error.faults = [
            Fault(pointer: place.description, code: ErrorCode.declarativeManifestInvalid.code, detail: reason)
        ]
        return error
    }
}
