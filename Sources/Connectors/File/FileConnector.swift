public import ConnectorAPI
public import Domain

/// Reads CSV, TSV, JSON and JSONL files, plain or gzip, below a tenant's own folder.
///
/// Each call blocks its thread while it reads. A read gives a snapshot of an entity when none of its files changed
/// meanwhile. Memory stays flat: a few chunks and one batch, plus the largest record.
public struct FileConnector: Connector {
    private let root: String?
    private let chunk: Int

    /// `root` is the folder that has one folder for each tenant; nil refuses every path.
    public init(root: String?) { self.init(root: root, chunk: InputBuffer.usualChunk) }

    /// `chunk` is how much is read at once, in bytes.
    init(root: String?, chunk: Int) {
        self.root = root
        self.chunk = chunk
    }

    public var descriptor: ConnectorDescriptor {
        ConnectorDescriptor(
            type: "file", title: "Files",
            description: "CSV, TSV, JSON and JSONL files in a folder on the server, plain or gzip.",
            docsURL: "/docs/connectors/file", configSchema: FileConfig.schema,
            capabilities: [.check, .discover, .full, .snapshot], version: "1.0.0")
    }

    public func check(_ context: ConnectorContext) async throws {
        try FileDiscovery(access: FileAccess(root: root, context, chunk: min(chunk, Self.sampleChunk))).check()
    }

    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try FileDiscovery(access: FileAccess(root: root, context, chunk: min(chunk, Self.sampleChunk))).entities()
    }

    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        FileRecordReader(try FileReadSession(plan, access: FileAccess(root: root, context, chunk: chunk)))
    }

    private static let sampleChunk = 1 << 16
}
