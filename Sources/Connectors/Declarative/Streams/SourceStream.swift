import Domain
import Interpolation
import JSON
import Synchronization

/// A `DeclarativeStream`: what it is called, how it is cut into slices and read, and what its records look like.
///
/// Made for one read: its cursor has the state of that read.
final class SourceStream: Sendable {
    let name: String
    /// The paths of the fields that make a record's key; empty for a stream without one.
    let primaryKey: [[String]]
    let cursor: any StreamCursor
    let retriever: any Retriever
    let schemaLoader: any SchemaLoader
    /// Streams of one group aren't read at the same time; nil = of none.
    let group: String?

    init(
        name: String, primaryKey: [[String]], cursor: any StreamCursor, retriever: any Retriever,
        schemaLoader: any SchemaLoader, group: String? = nil
    ) {
        self.name = name
        self.primaryKey = primaryKey
        self.cursor = cursor
        self.retriever = retriever
        self.schemaLoader = schemaLoader
        self.group = group
    }
}

/// A stream as its children read it: a new one for each read, so that no read sees another one's state.
struct RereadableStream: ParentStream {
    let name: String
    private let make: @Sendable (_ state: Mapping?) throws -> SourceStream
    private let last = LastStream()

    init(_ name: String, make: @escaping @Sendable (_ state: Mapping?) throws -> SourceStream) {
        self.name = name
        self.make = make
    }

    func forEachRecord(from state: Mapping?, _ body: (Record) async throws -> Void) async throws {
        let stream = try make(state)
        if let state { try stream.cursor.restore(state) }
        last.set(stream)
        // Each slice is read once the next one is known, each record handed on once the next one is: a record that is the
        // last of its slice closes the slice first, so that a child's state has its parent's with it.
        var waiting: StreamSlice?
        try await stream.cursor.forEachSlice { slice in
            if let waiting { try await read(waiting, of: stream, body) }
            waiting = slice
        }
        if let waiting { try await read(waiting, of: stream, body) }
    }

    private func read(
        _ slice: StreamSlice, of stream: SourceStream, _ body: (Record) async throws -> Void
    ) async throws {
        var waiting: Record?
        try await stream.retriever.read(slice) { records in
            for record in records {
                if let waiting { try await body(waiting) }
                stream.cursor.observe([record], in: slice)
                waiting = record
            }
        }
        _ = try stream.cursor.close(slice)
        if let waiting { try await body(waiting) }
    }

    func state() -> Mapping? {
        guard let stream = last.get(), stream.cursor.cursorField != nil else { return nil }
        // A state that can't be told is none: the parent is read from the start next time.
        return try? stream.cursor.finalState()
    }
}

/// The stream of the read that was begun last.
final class LastStream: Sendable {
    private let stream = Mutex<SourceStream?>(nil)

    func set(_ stream: SourceStream) { self.stream.withLock { $0 = stream } }
    func get() -> SourceStream? { stream.withLock { $0 } }
}
