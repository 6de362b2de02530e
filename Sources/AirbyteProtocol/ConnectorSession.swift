public import ConnectorAPI
public import Domain
public import JSON

/// Any connector of ours, run by the Airbyte protocol.
public struct ConnectorSession: ProtocolConnector {
    private let connector: any Connector
    private let clock: WallClock
    private let context: @Sendable (JSONObject) throws -> ConnectorContext

    /// `context` makes what the connector is given of a config with its secrets in it; it throws an `AppError` with the
    /// config's faults.
    public init(
        _ connector: any Connector, clock: WallClock,
        context: @escaping @Sendable (JSONObject) throws -> ConnectorContext
    ) {
        self.connector = connector
        self.clock = clock
        self.context = context
    }

    private var now: Int64 { clock.now().milliseconds }

    public func spec(to output: ProtocolOutput) throws {
        try output.send(.spec(connectionSpecification: connector.descriptor.configSchema))
    }

    public func check(config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        do {
            try await connector.check(context(config))
            try output.send(.connectionStatus(failure: nil))
            return true
        } catch let error as AppError {
            try output.send(.connectionStatus(failure: error.text))
            return false
        }
    }

    public func discover(config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        do {
            let entities = try await connector.discover(context(config))
            try output.send(.catalog(entities.filter { $0.refusal == nil }.map(CatalogStream.init)))
            return true
        } catch let error as AppError {
            try output.send(.error(ProtocolError(error), stream: nil, emittedAt: now))
            return false
        }
    }

    public func read(_ request: ReadRequest, config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        let opened: (context: ConnectorContext, offered: [String: EntityDescription])
        do {
            let context = try context(config)
            let offered = try await connector.discover(context)
            opened = (context, Dictionary(offered.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        } catch let error as AppError {
            try output.send(.error(ProtocolError(error), stream: nil, emittedAt: now))
            return false
        }
        var isWhole = true
        for stream in request.streams {
            do {
                try output.send(.streamStatus(stream: stream.name, .started, emittedAt: now))
                guard let entity = opened.offered[stream.name] else {
                    throw AppError(.streamUnknown, recovery: .fixConfig)
                }
                let plan = stream.plan(entity, state: request.states[stream.name])
                try await read(plan, opened.context, to: output)
                try output.send(.streamStatus(stream: stream.name, .complete, emittedAt: now))
            } catch let error as AppError {
                isWhole = false
                try output.send(.error(ProtocolError(error), stream: stream.name, emittedAt: now))
                try output.send(.streamStatus(stream: stream.name, .incomplete, emittedAt: now))
            }
        }
        return isWhole
    }

    /// Reads one stream; each batch's state follows its records.
    private func read(_ plan: ReadPlan.Entity, _ context: ConnectorContext, to output: ProtocolOutput) async throws {
        let reader = try await connector.read(ReadPlan(entities: [plan]), context)
        do {
            var isRunning = false
            while let batch = try await reader.next() {
                if !isRunning, !batch.items.isEmpty {
                    isRunning = true
                    try output.send(.streamStatus(stream: plan.name, .running, emittedAt: now))
                }
                try put(batch, to: output)
            }
        } catch {
            await reader.close()
            throw error
        }
        await reader.close()
    }

    private func put(_ batch: RecordBatch, to output: ProtocolOutput) throws {
        let emittedAt = now
        for reject in batch.rejects {
            try output.send(.log(.warn, "\(reject.entity): an item was left out (\(reject.reason)): \(reject.excerpt)"))
        }
        let records = batch.items.filter { !$0.isDeletion }
        for start in stride(from: 0, to: records.count, by: 256) {
            try output.append { lines in
                for item in records[start..<min(start + 256, records.count)] {
                    ProtocolMessage.appendRecord(
                        stream: batch.entity, data: batch.bytes[item.bodyRange], emittedAt: emittedAt, to: &lines)
                }
            }
        }
        guard let state = batch.state else { return }
        // Our connectors' states are JSON; one that isn't is told as text.
        let value = (try? JSONValue(parsing: state)) ?? .string(String(decoding: state, as: UTF8.self))
        try output.send(.state(stream: batch.entity, value, recordCount: records.count))
    }
}

extension ReadRequest.Stream {
    /// What a connector of ours is asked for.
    fileprivate func plan(_ entity: EntityDescription, state: JSONValue?) -> ReadPlan.Entity {
        let isIncremental = syncMode == .incremental && entity.modes.contains(.incremental)
        let own = primaryKey.compactMap { $0.count == 1 ? $0.first : nil }
        return ReadPlan.Entity(
            name: name, mode: isIncremental ? .incremental : .full,
            primaryKey: own.isEmpty ? entity.primaryKey : own,
            cursorField: cursorField.first ?? entity.cursorFields.first,
            state: isIncremental ? state.flatMap { $0.isNull ? nil : $0.serialized() } : nil)
    }
}

extension CatalogStream {
    fileprivate init(_ entity: EntityDescription) {
        self.init(
            name: entity.name, jsonSchema: entity.jsonSchema,
            syncModes: entity.modes.contains(.incremental) ? [.fullRefresh, .incremental] : [.fullRefresh],
            hasSourceDefinedCursor: false,
            defaultCursorField: entity.cursorFields.first.map { [$0] } ?? [],
            primaryKey: entity.primaryKey.map { [$0] })
    }
}

extension ProtocolError {
    /// A failure of a source as the protocol tells it.
    public init(_ error: AppError) {
        let type: FailureType =
            switch error.recovery {
            case .fixConfig, .reauthorise, .reviewDeletes: .config
            case .retry, .waitForSource: .transient
            case nil where error.category == .invalid: .config
            case .reportBug, nil: .system
            }
        self.init(error.text, internalMessage: error.code, failureType: type)
    }
}

extension AppError {
    /// The sentence with every fault.
    fileprivate var text: String {
        faults.isEmpty ? message : message + " " + faults.map { "\($0.pointer): \($0.detail)" }.joined(separator: "; ")
    }
}

extension ErrorCode {
    public static let streamUnknown = ErrorCode(
        "connector.stream_unknown", .source, "The source has no stream of that name.")
}
