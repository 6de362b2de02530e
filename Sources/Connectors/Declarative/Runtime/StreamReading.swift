import ConnectorAPI
import Domain
import Interpolation
import Synchronization

/// The read of one stream under way: its slices, several at a time.
final class StreamReading: Sendable {
    /// Slices of one stream that may fail before no more are begun.
    static let mostFailures = 50

    private struct State {
        var begun = 0
        /// What became of slices that ended, until those before them have.
        var ended: [Int: Bool] = [:]
        var slices: [Int: StreamSlice] = [:]
        var closed = 0
        var failures = 0
        var isRunning = false
        var sinceState = 0
    }

    private let stream: SourceStream
    private let sink: any StreamSink
    private let places: Slots
    private let state = Mutex(State())
    /// One at a time closes slices, so that states come in order.
    private let closing = Slots(1)

    init(_ stream: SourceStream, places: Slots, sink: any StreamSink) {
        self.stream = stream
        self.places = places
        self.sink = sink
    }

    /// Reads the stream; false where something of it failed. Throws what the sink throws, and `CancellationError`.
    func run() async throws -> Bool {
        let generated = try await withThrowingTaskGroup(of: Void.self) { group in
            var failure: AppError?
            do {
                try await stream.cursor.forEachSlice { slice in
                    let place = try begin(slice)
                    try await places.take()
                    group.addTask { [self] in
                        defer { places.give() }
                        try await read(slice, place)
                    }
                }
            } catch is EnoughFailures {
                // Said already.
            } catch {
                failure = try Self.failure(error)
            }
            try await group.waitForAll()
            return failure
        }
        if let generated {
            state.withLock { $0.failures += 1 }
            try await sink.take(.failed(generated), of: stream.name)
        }
        return state.withLock { $0.failures == 0 }
    }

    /// The state after everything, with how many records came since the one before.
    func finalState() throws -> (state: Mapping, count: Int) {
        (try stream.cursor.finalState(), takeCount())
    }

    private struct EnoughFailures: Error {}

    private func begin(_ slice: StreamSlice) throws -> Int {
        try state.withLock { state in
            guard state.failures < Self.mostFailures else { throw EnoughFailures() }
            state.slices[state.begun] = slice
            state.begun += 1
            return state.begun - 1
        }
    }

    private func read(_ slice: StreamSlice, _ place: Int) async throws {
        do {
            try await stream.retriever.read(slice) { records in try await emit(records, of: slice) }
            try await end(place, isWhole: true)
        } catch {
            let failure = try Self.failure(error)
            state.withLock { $0.failures += 1 }
            try await sink.take(.failed(failure), of: stream.name)
            try await end(place, isWhole: false)
        }
    }

    private func emit(_ records: [Record], of slice: StreamSlice) async throws {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        do {
            if isFirst { try await sink.take(.running, of: stream.name) }
            try await sink.take(.records(records), of: stream.name)
        } catch {
            throw SinkFailure(error: error)
        }
        state.withLock { $0.sinceState += records.count }
        stream.cursor.observe(records, in: slice)
    }

    /// Closes slices in the order in which they were begun, each once all before it have ended.
    private func end(_ place: Int, isWhole: Bool) async throws {
        state.withLock { $0.ended[place] = isWhole }
        try await closing.hold {
            while let (slice, isWhole) = nextEnded() {
                guard isWhole, let state = try stream.cursor.close(slice) else { continue }
                try await sink.take(.state(state, count: takeCount()), of: stream.name)
            }
        }
    }

    private func nextEnded() -> (StreamSlice, Bool)? {
        state.withLock { state in
            guard let isWhole = state.ended.removeValue(forKey: state.closed),
                let slice = state.slices.removeValue(forKey: state.closed)
            else { return nil }
            state.closed += 1
            return (slice, isWhole)
        }
    }

    private func takeCount() -> Int {
        state.withLock { state in
            defer { state.sinceState = 0 }
            return state.sinceState
        }
    }

    /// What to tell of an error; what isn't the source's doing is thrown on.
    private static func failure(_ error: any Error) throws -> AppError {
        switch error {
        case let error as SinkFailure: throw error.error
        case let error as AppError: return error
        case is CancellationError: throw error
        case is PageSignal:
            return .source(
                .declarativeManifestInvalid, "a request asks to be made in another way, where there is none",
                recovery: .fixConfig)
        default: return .source(.connectorFault, recovery: .reportBug)
        }
    }
}

/// What a sink threw, on its way through a source's components.
struct SinkFailure: Error {
    let error: any Error
}
