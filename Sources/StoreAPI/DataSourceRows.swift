public import Domain

/// The registered DataSources of the transaction's scope.
public protocol DataSourceRows {
    /// Stores a new DataSource and its sync row (fence 1, generation 1).
    func insert(_ source: DataSource) throws

    /// The DataSource, deleted or not, with its active run; nil when the scope has none of that id.
    /// Throws `store.newer` for a document of a newer program.
    func find(_ id: DataSourceID) throws -> DataSource?

    /// Writes every column of a row that exists. The caller has read it in this same transaction.
    func update(_ source: DataSource) throws

    /// One page in the query's order.
    func list(_ query: DataSourceQuery) throws -> [DataSource]

    /// How many rows the query's filters match, page aside. Without filters it is known without counting.
    func count(_ query: DataSourceQuery) throws -> Int

    /// The DataSource as answers show it; nil when the scope has none of that id, or only a deleted one and
    /// `includesDeleted` isn't set. Needs the ``Domain/SourceText`` that the store was opened with.
    func view(_ id: DataSourceID, includesDeleted: Bool) throws -> SourceView?

    /// One page in the query's order as answers show it. Needs the ``Domain/SourceText`` that the store was opened with.
    func page(_ query: DataSourceQuery) throws -> SourcePage

    /// Secrets of rows soft-deleted before `time`: removed for good. Answers how many rows lost theirs.
    func eraseSecrets(deletedBefore time: Timestamp, limit: Int) throws -> Int
}
