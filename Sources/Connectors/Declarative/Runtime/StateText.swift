import ConnectorAPI
import Domain
import Inflation
import Interpolation

/// A stream's state as it is stored: JSON, deflated where it is long, as that of thousands of partitions is.
enum StateText {
    /// What may be stored of a state, whatever the connector.
    static let most = 1 << 20
    /// The longest JSON that is stored as it is.
    private static let longestPlain = 64 << 10
    /// The longest JSON that is read back.
    private static let longestText = 256 << 20

    /// The bytes to store. Where they would be too many even so, the state keeps one cursor for all partitions, as with too many
    /// of them: a later run reads again what it can't tell apart.
    static func bytes(of state: Mapping) -> [UInt8] {
        let text = Value.mapping(state).json
        guard text.count > longestPlain else { return text }
        if let packed = packed(text) { return packed }
        let global = Value.mapping(withoutPartitions(state)).json
        return packed(global) ?? global
    }

    /// Reads what was stored. Throws `declarative.state_invalid`.
    static func state(in bytes: [UInt8]) throws -> Mapping {
        // Whatever isn't an object wasn't written here.
        guard let text = try? unpacked(bytes), let state = (try? Value(json: text))?.mapping else {
            throw AppError.source(.declarativeStateInvalid, recovery: .fixConfig)
        }
        return state
    }

    private static func packed(_ text: [UInt8]) -> [UInt8]? {
        Deflation.deflated(text).flatMap { $0.count <= most ? $0 : nil }
    }

    /// A JSON object begins with a brace, RFC 1950's header with another byte.
    private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.first != UInt8(ascii: "{") else { return bytes }
        let limits = Inflater.Limits(bytes: longestText, ratio: 1_100)
        guard let inflater = Inflater(.deflate, limits: limits) else { throw InflationError.damaged }
        var text: [UInt8] = []
        try inflater.feed(bytes, into: &text)
        try inflater.finish()
        return text
    }

    private static func withoutPartitions(_ state: Mapping) -> Mapping {
        var state = state
        if state["states"] != nil {
            state["states"] = nil
            state["use_global_cursor"] = true
        }
        if let parents = state["parent_state"]?.mapping {
            var rest = Mapping()
            for parent in parents {
                rest[parent.key] = parent.value.mapping.map { .mapping(withoutPartitions($0)) } ?? parent.value
            }
            state["parent_state"] = .mapping(rest)
        }
        return state
    }
}
