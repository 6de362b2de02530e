public import JSON

/// What `read` is asked for: a configured catalog, and the state of an earlier read.
public struct ReadRequest: Sendable {
    /// One stream of the configured catalog.
    public struct Stream: Sendable {
        public var name: String
        public var syncMode: StreamSyncMode
        public var cursorField: [String]
        public var primaryKey: [[String]]
    }

    public var streams: [Stream]
    /// The state of each stream that has one.
    public var states: [String: JSONValue]

    /// Takes a configured catalog, `{"streams": [{"stream": {"name": …}, "sync_mode": …}]}`, and a state: the array of
    /// messages that an earlier read gave (`[{"type": "STREAM", "stream": {…}}]`, also wrapped as `{"type": "STATE", "state": …}`),
    /// or nil. Throws ``ProtocolInputError``.
    public init(catalog: JSONValue, state: JSONValue?) throws {
        guard let streams = catalog["streams"]?.arrayValue else {
            throw ProtocolInputError("the catalog has no array `streams`")
        }
        self.streams = try streams.enumerated().map { index, entry in
            guard let name = entry["stream"]?["name"]?.stringValue else {
                throw ProtocolInputError("the catalog's /streams/\(index)/stream/name must be a text")
            }
            let mode = entry["sync_mode"]?.stringValue ?? StreamSyncMode.fullRefresh.rawValue
            guard let mode = StreamSyncMode(rawValue: mode) else {
                throw ProtocolInputError(
                    "the catalog's /streams/\(index)/sync_mode must be full_refresh or incremental")
            }
            return Stream(
                name: name, syncMode: mode, cursorField: Self.texts(entry["cursor_field"]),
                primaryKey: (entry["primary_key"]?.arrayValue ?? []).map { Self.texts($0) })
        }
        states = [:]
        guard let state, !state.isNull, state.objectValue?.isEmpty != true else { return }
        guard let entries = state.arrayValue else { throw ProtocolInputError("the state must be an array of messages") }
        for (index, entry) in entries.enumerated() {
            let message = entry["state"] ?? entry
            guard let name = message["stream"]?["stream_descriptor"]?["name"]?.stringValue else {
                throw ProtocolInputError("the state's /\(index) isn't the state of a stream")
            }
            states[name] = message["stream"]?["stream_state"]
        }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }
}

/// Why a file that the protocol gives can't be used.
public struct ProtocolInputError: Error, Sendable, CustomStringConvertible {
    public let description: String

    /// `reason` is a clause: `the catalog has no array`.
    public init(_ reason: String) { description = reason }
}
