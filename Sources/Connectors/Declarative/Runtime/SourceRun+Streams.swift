import Domain
import Interpolation

/// What a catalogue says of a stream.
struct StreamDescription: Sendable {
    let name: String
    let schema: Mapping
    let primaryKey: [[String]]
    /// The field that incremental reads follow; nil for a stream without.
    let cursorField: String?
    let isIncremental: Bool
}

/// A stream to read and what an earlier read left of it.
struct StreamSelection: Sendable {
    let name: String
    let state: Mapping?
}

extension SourceRun {
    /// All streams, in the manifest's order.
    func descriptions() async throws -> [StreamDescription] {
        var descriptions: [StreamDescription] = []
        for node in try await streamNodes() {
            let stream = try builder.stream(node)
            descriptions.append(
                StreamDescription(
                    name: stream.name, schema: try await stream.schemaLoader.schema(), primaryKey: stream.primaryKey,
                    cursorField: stream.cursor.cursorField, isIncremental: stream.cursor.cursorField != nil))
        }
        return descriptions
    }

    /// Reads streams, several at once, each from its state; false where something failed, which the sink was told.
    ///
    /// A stream that the manifest doesn't have is left out. Throws what the sink throws, `CancellationError`, and what is
    /// wrong before anything is read.
    ///
    /// - Parameter toldOnFailure: Whether the last state of a stream that failed is told too.
    func read(
        _ selections: [StreamSelection], to sink: some StreamSink, toldOnFailure: Bool = true
    ) async throws -> Bool {
        let nodes = try await streamNodes()
        let known = try Dictionary(
            nodes.map { (try builder.streamName($0), $0) }, uniquingKeysWith: { first, _ in first })
        let places = Slots(try concurrency)
        let streams = Slots(try concurrency)
        let groups = try StreamGroups(root)
        return try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for selection in selections {
                guard let node = known[selection.name] else { continue }
                try await streams.take()
                tasks.addTask { [self] in
                    defer { streams.give() }
                    return try await groups.alone(selection.name) {
                        try await read(node, selection, places, sink, toldOnFailure)
                    }
                }
            }
            var isWhole = true
            for try await wasWhole in tasks where !wasWhole { isWhole = false }
            return isWhole
        }
    }

    private func read(
        _ node: ComponentNode, _ selection: StreamSelection, _ places: Slots, _ sink: some StreamSink,
        _ toldOnFailure: Bool
    ) async throws -> Bool {
        let name = selection.name
        try await sink.take(.started, of: name)
        let reading: StreamReading
        do {
            let stream = try builder.stream(node, state: selection.state)
            if let state = selection.state { try stream.cursor.restore(state) }
            reading = StreamReading(stream, places: places, sink: sink)
        } catch let error as AppError {
            try await sink.take(.failed(error), of: name)
            try await sink.take(.ended(isComplete: false), of: name)
            return false
        }
        var isWhole = try await reading.run()
        if isWhole || toldOnFailure {
            do {
                let (state, count) = try reading.finalState()
                try await sink.take(.state(state, count: count), of: name)
            } catch let error as AppError {
                isWhole = false
                try await sink.take(.failed(error), of: name)
            }
        }
        try await sink.take(.ended(isComplete: isWhole), of: name)
        return isWhole
    }
}

/// The manifest's `stream_groups`: streams of one group are read one after another.
final class StreamGroups: Sendable {
    private let places: [String: Slots]

    init(_ root: ComponentNode) throws {
        var places: [String: Slots] = [:]
        for entry in try root.child("stream_groups")?.fields ?? [:] {
            let group = Slots(1)
            for stream in entry.value["streams"]?.elements ?? [] {
                if let name = stream["name"]?.string { places[name] = group }
            }
        }
        self.places = places
    }

    func alone<Result>(_ stream: String, _ work: () async throws -> Result) async throws -> Result {
        guard let group = places[stream] else { return try await work() }
        return try await group.hold(work)
    }
}
