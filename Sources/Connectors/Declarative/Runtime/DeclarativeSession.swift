public import AirbyteProtocol
import ConnectorAPI
public import Domain
import Interpolation
public import JSON
import Synchronization

/// A manifest run by the Airbyte protocol.
public struct DeclarativeSession: ProtocolConnector {
    private let manifest: DeclarativeManifest
    private let surroundings: DeclarativeSurroundings
    private let tenant: TenantID

    /// `tenant` is whose requests they are, for the egress guard.
    public init(_ manifest: DeclarativeManifest, surroundings: DeclarativeSurroundings, tenant: TenantID) {
        self.manifest = manifest
        self.surroundings = surroundings
        self.tenant = tenant
    }

    public func spec(to output: ProtocolOutput) throws {
        try output.send(.spec(connectionSpecification: manifest.configSchema, more: manifest.specMembers))
    }

    public func check(config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        let failure = try await failure { try await with(config, output) { try await $0.check() } }
        try output.send(.connectionStatus(failure: failure?.message))
        return failure == nil
    }

    public func discover(config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        let failure = try await failure {
            let streams = try await with(config, output) { try await $0.descriptions() }
            try output.send(.catalog(streams.map { CatalogStream($0) }))
        }
        guard let failure else { return true }
        try output.send(.error(ProtocolError(failure), stream: nil, emittedAt: now))
        return false
    }

    public func read(_ request: ReadRequest, config: JSONObject, to output: ProtocolOutput) async throws -> Bool {
        let selections = request.streams.map { stream in
            StreamSelection(name: stream.name, state: request.states[stream.name].flatMap { Value($0).mapping })
        }
        var isWhole = false
        let failure = try await failure {
            isWhole = try await with(config, output) { run in
                try await run.read(selections, to: ProtocolSink(output: output, now: surroundings.now))
            }
        }
        guard let failure else { return isWhole }
        try output.send(.error(ProtocolError(failure), stream: nil, emittedAt: now))
        return false
    }

    private var now: Int64 { surroundings.now().unixMilliseconds }

    private func with<Result>(
        _ config: JSONObject, _ output: ProtocolOutput, _ work: (SourceRun) async throws -> Result
    ) async throws -> Result {
        let run = try await SourceRun(
            manifest, config: config, surroundings: surroundings, tenant: tenant,
            keepConfig: { [now = surroundings.now] changed in
                try output.send(.control(config: JSONObject(changed), emittedAt: now().unixMilliseconds))
            },
            // A reader that is gone is noticed at the next record.
            log: { note in try? output.send(.log(.info, note.text)) })
        do {
            let result = try await work(run)
            await run.close()
            return result
        } catch {
            await run.close()
            throw error
        }
    }

    /// The failure that `work` ended with; nil where it didn't.
    private func failure(_ work: () async throws -> Void) async throws -> AppError? {
        do {
            try await work()
            return nil
        } catch let error as AppError {
            return error
        } catch is PageSignal {
            return .source(.declarativeManifestInvalid, recovery: .fixConfig)
        }
    }
}

/// Turns the events of streams into messages.
private struct ProtocolSink: StreamSink {
    let output: ProtocolOutput
    let now: @Sendable () -> DateTime

    func take(_ event: StreamEvent, of stream: String) throws {
        let time = now().unixMilliseconds
        switch event {
        case .started: try output.send(.streamStatus(stream: stream, .started, emittedAt: time))
        case .running: try output.send(.streamStatus(stream: stream, .running, emittedAt: time))
        case .records(let records): try write(records, of: stream, at: time)
        case .state(let state, let count):
            try output.send(.state(stream: stream, JSONValue(.mapping(state)), recordCount: count))
        case .failed(let error): try output.send(.error(ProtocolError(error), stream: stream, emittedAt: time))
        case .ended(let isComplete):
            try output.send(.streamStatus(stream: stream, isComplete ? .complete : .incomplete, emittedAt: time))
        }
    }

    /// What ``ProtocolMessage/appendRecord(stream:data:emittedAt:to:)`` gives, with what is the same for all written once.
    private func write(_ records: [Record], of stream: String, at time: Int64) throws {
        let empty = Array("{}".utf8)
        var line: [UInt8] = []
        ProtocolMessage.appendRecord(stream: stream, data: empty[...], emittedAt: time, to: &line)
        // The time stands after the data, and is the longer part to spell out.
        let end = line.suffix(#","emitted_at":}}"#.utf8.count + String(time).utf8.count + 1)
        let start = line.prefix(line.count - end.count - empty.count)
        try output.append { lines in
            for record in records {
                lines.append(contentsOf: start)
                if case .text(let text) = record.content, !Self.mayHoldNull(text) {
                    lines.append(contentsOf: text)
                } else {
                    Self.append(record, to: &lines)
                }
                lines.append(contentsOf: end)
            }
        }
    }
}

extension ProtocolSink {
    /// Whether `:null` occurs in the text.
    fileprivate static func mayHoldNull(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBytes { view in
            guard let bytes = view.baseAddress, view.count > 6 else { return false }
            let word = UInt32(littleEndian: 0x6C6C_756E)
            for place in 1..<view.count - 4
            where view[place] == UInt8(ascii: "n") && view[place - 1] == UInt8(ascii: ":") {
                if bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self) == word { return true }
            }
            return false
        }
    }

    /// Appends a record without the members that are null, as other programs of the protocol write it.
    fileprivate static func append(_ record: Record, to bytes: inout [UInt8]) {
        // What can't be read was never a record.
        guard let fields = try? record.mapping() else { return record.appendJSON(to: &bytes) }
        Value.mapping(fields.withoutNulls).appendJSON(to: &bytes)
    }
}

extension RunNote {
    var text: String {
        switch self {
        case .retrying(let status, let wait):
            let cause = status.map { "the source answered with status \($0)" } ?? "the source gave no answer"
            return "\(cause); the request is sent again after \(wait)"
        case .outOfCalls(let wait): return "no token has calls left; the request is sent after \(wait)"
        case .warning(let stream, let what): return "\(stream): \(what)"
        }
    }
}

extension Mapping {
    /// The entries that aren't `None`.
    fileprivate var withoutNulls: Mapping {
        contains { $0.value.isNone } ? Mapping(lazy.filter { !$0.value.isNone }.map { ($0.key, $0.value) }) : self
    }
}

extension CatalogStream {
    fileprivate init(_ stream: StreamDescription) {
        let cursor = stream.cursorField.flatMap { $0.isEmpty ? nil : [$0] }
        self.init(
            name: stream.name, jsonSchema: JSONValue(.mapping(stream.schema.withoutNulls)),
            syncModes: stream.isIncremental ? [.fullRefresh, .incremental] : [.fullRefresh],
            hasSourceDefinedCursor: stream.isIncremental ? true : nil, defaultCursorField: cursor,
            primaryKey: stream.primaryKey.isEmpty ? nil : stream.primaryKey,
            more: ["is_resumable": .bool(stream.isIncremental), "is_file_based": false])
    }
}
