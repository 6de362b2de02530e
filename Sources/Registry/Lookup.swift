import Domain
import StoreAPI

extension StoreTransaction {
    /// The DataSource that a request names. Invariant 5: a foreign, a deleted, a missing and a malformed id all take the
    /// same look-up and throw the same `datasource.not_found`.
    func source(_ id: String, includesDeleted: Bool = false) throws -> DataSource {
        guard let source = try sources.find(DataSourceID(id) ?? nobody), includesDeleted || !source.isDeleted else {
            throw AppError(.sourceNotFound)
        }
        return source
    }

    /// The same as answers show it.
    func view(_ id: String, includesDeleted: Bool) throws -> SourceView {
        guard let view = try sources.view(DataSourceID(id) ?? nobody, includesDeleted: includesDeleted) else {
            throw AppError(.sourceNotFound)
        }
        return view
    }

    /// The run of a DataSource that a request names; throws `run.not_found`.
    func run(_ id: String, of source: DataSource) throws -> SyncRun {
        guard let run = try runs.find(RunID(id) ?? Identifier(ULID(bits: 0)), of: source.id) else {
            throw AppError(.runNotFound)
        }
        return run
    }
}

/// An id that no DataSource has: the generator never makes one of the year 1970 without a random part.
private let nobody = DataSourceID(ULID(bits: 0))
