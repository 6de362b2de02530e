import JSON

extension ProtocolMessage {
    /// Appends the message as one line, its end included.
    public func appendLine(to output: inout [UInt8]) {
        switch self {
        case .record(let stream, let data, let emittedAt):
            Self.appendRecord(stream: stream, data: data[...], emittedAt: emittedAt, to: &output)
        default:
            output.append(contentsOf: JSONValue.object(json).serialized())
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends a RECORD line whose `data` lies in a larger block; what ``record(stream:data:emittedAt:)`` gives, without a copy.
    public static func appendRecord(
        stream: String, data: ArraySlice<UInt8>, emittedAt: Int64, to output: inout [UInt8]
    ) {
        output.append(contentsOf: #"{"type":"RECORD","record":{"stream":"#.utf8)
        output.append(contentsOf: JSONValue.string(stream).serialized())
        output.append(contentsOf: #","data":"#.utf8)
        output.append(contentsOf: data)
        output.append(contentsOf: #","emitted_at":"#.utf8)
        output.append(contentsOf: String(emittedAt).utf8)
        output.append(contentsOf: "}}\n".utf8)
    }

    /// All but a record, whose data is text already.
    private var json: JSONObject {
        switch self {
        case .spec(let schema, let more):
            var spec = more
            spec["connectionSpecification"] = schema
            return ["type": "SPEC", "spec": .object(spec)]
        case .connectionStatus(let failure):
            var status: JSONObject = ["status": failure == nil ? "SUCCEEDED" : "FAILED"]
            if let failure { status["message"] = .string(failure) }
            return ["type": "CONNECTION_STATUS", "connectionStatus": .object(status)]
        case .catalog(let streams):
            return ["type": "CATALOG", "catalog": ["streams": .array(streams.map { .object($0.json) })]]
        case .record: return JSONObject()
        case .state(let stream, let state, let recordCount):
            var body: JSONObject = [
                "type": "STREAM",
                "stream": ["stream_descriptor": ["name": .string(stream)], "stream_state": state],
            ]
            if let recordCount { body["sourceStats"] = ["recordCount": .int(recordCount)] }
            return ["type": "STATE", "state": .object(body)]
        case .streamStatus(let stream, let status, let emittedAt):
            let body: JSONValue = [
                "stream_descriptor": ["name": .string(stream)], "status": .string(status.rawValue.uppercased()),
            ]
            return trace("STREAM_STATUS", "stream_status", body, emittedAt)
        case .error(let error, let stream, let emittedAt):
            return trace("ERROR", "error", .object(error.json(stream)), emittedAt)
        case .log(let level, let message):
            return [
                "type": "LOG", "log": ["level": .string(level.rawValue.uppercased()), "message": .string(message)],
            ]
        case .control(let config, let emittedAt):
            let body: JSONValue = [
                "type": "CONNECTOR_CONFIG", "emitted_at": .int(emittedAt),
                "connectorConfig": ["config": .object(config)],
            ]
            return ["type": "CONTROL", "control": body]
        }
    }

    private func trace(_ type: String, _ member: String, _ body: JSONValue, _ emittedAt: Int64) -> JSONObject {
        var trace: JSONObject = ["type": .string(type), "emitted_at": .int(emittedAt)]
        trace[member] = body
        return ["type": "TRACE", "trace": .object(trace)]
    }
}

extension ProtocolError {
    fileprivate func json(_ stream: String?) -> JSONObject {
        var error: JSONObject = ["message": .string(message), "failure_type": .string(failureType.rawValue)]
        if let internalMessage { error["internal_message"] = .string(internalMessage) }
        if let stream { error["stream_descriptor"] = ["name": .string(stream)] }
        return error
    }
}

extension CatalogStream {
    fileprivate var json: JSONObject {
        var stream: JSONObject = [
            "name": .string(name), "json_schema": jsonSchema,
            "supported_sync_modes": .array(syncModes.map { .string($0.rawValue) }),
        ]
        if let hasSourceDefinedCursor { stream["source_defined_cursor"] = .bool(hasSourceDefinedCursor) }
        if let defaultCursorField { stream["default_cursor_field"] = .array(defaultCursorField.map { .string($0) }) }
        if let primaryKey {
            stream["source_defined_primary_key"] = .array(primaryKey.map { .array($0.map { .string($0) }) })
        }
        for member in more { stream[member.name] = member.value }
        return stream
    }
}
