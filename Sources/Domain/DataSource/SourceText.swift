import JSON

/// How a DataSource is written in answers. The store keeps the text beside the row, so that reading it again costs a
/// look-up instead of taking the row apart.
public struct SourceText: Sendable {
    /// Tells the texts of this way of writing from those of another: it is made of what becomes of two samples, so it moves
    /// by itself when a field is added or written differently.
    public let version: Int64
    /// The text of a DataSource; depends on nothing else.
    public let write: @Sendable (DataSource) -> [UInt8]

    /// Makes one of a function that depends on the DataSource alone.
    public init(_ write: @escaping @Sendable (DataSource) -> [UInt8]) {
        self.write = write
        version = Int64(StableHash.of([Self.bareSample, Self.fullSample].flatMap(write)) >> 1)
    }

    private static let bareSample = DataSource(
        id: DataSourceID(ULID(bits: 1)), tenant: .installation, app: nil, createdAt: Timestamp(milliseconds: 1),
        createdBy: "a", name: "b", type: "c")

    private static let fullSample: DataSource = {
        let run = RunID(ULID(bits: 2))
        var source = bareSample
        source.app = AppID("app")
        source.deletedAt = Timestamp(milliseconds: 2)
        source.deletedBy = "d"
        source.lastSyncAt = Timestamp(milliseconds: 3)
        source.nextSyncAt = Timestamp(milliseconds: 4)
        source.syncedEntities = ["e": 5]
        source.config = ["f": ["g": 6]]
        source.secrets = ["h": [7]]
        source.schedule = "@daily"
        source.entities = [
            EntitySelection(name: "i", mode: .incremental, cursorField: "j", primaryKey: ["k"], fullEvery: "P7D")
        ]
        source.lastError = RunError(
            code: "l.m", message: "n", recovery: .retry, at: Timestamp(milliseconds: 8), run: run,
            retryAt: Timestamp(milliseconds: 9), entity: "i")
        source.consecutiveFailures = 10
        source.activeRun = run
        return source
    }()
}

/// A DataSource as answers show it.
public struct SourceView: Sendable, Hashable {
    /// What ``SourceText`` writes.
    public var text: [UInt8]
    public var configVersion: Int
    public var syncVersion: Int

    public init(text: [UInt8], configVersion: Int, syncVersion: Int) {
        self.text = text
        self.configVersion = configVersion
        self.syncVersion = syncVersion
    }
}

/// One page of a list of DataSources as answers show it.
public struct SourcePage: Sendable, Hashable {
    /// The items' texts with commas between.
    public var text: [UInt8] = []
    public var count = 0
    /// Where the next page begins; nil when there is none.
    public var next: DataSourceQuery.Position?

    private static let usualCount = 50

    public init() {}

    /// Adds an item behind the others.
    public mutating func append(_ item: [UInt8]) { item.withUnsafeBytes { append($0) } }

    /// Adds an item behind the others; the first makes room for a page of its like.
    public mutating func append(_ item: UnsafeRawBufferPointer) {
        if count > 0 {
            text.append(UInt8(ascii: ","))
        } else {
            text.reserveCapacity((item.count + 64) * Self.usualCount)
        }
        text.append(contentsOf: item)
        count += 1
    }
}
