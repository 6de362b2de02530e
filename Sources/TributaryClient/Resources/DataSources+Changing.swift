public import JSON
public import WireAPI

extension DataSources {
    /// How often `edit` begins anew before it gives up.
    private static let mostEdits = 10

    /// Changes the members that `patch` names (RFC 7396): null removes, what is absent stays as it is.
    ///
    /// Not sent again where the first may have arrived: a change of somebody else's in between would be undone.
    public func update(_ id: String, _ patch: JSONObject) async throws -> DataSourceBody {
        try await connection.send(.patch(try Place.of(Paths.datasource, id: id), body: patch, ifMatch: nil))
    }

    /// Changes the members that `patch` names if nobody has changed the DataSource since `tag`; else throws
    /// `datasource.changed`. A sync that ended since doesn't count as a change.
    public func update(
        _ id: String, _ patch: JSONObject, ifMatch tag: EntityTag
    ) async throws -> Tagged<DataSourceBody> {
        try await connection.sendTagged(.patch(try Place.of(Paths.datasource, id: id), body: patch, ifMatch: tag))
    }

    /// Reads a DataSource, asks `change` for a patch and applies it; when somebody else was faster, again on what they
    /// left. At most ten times, then throws `datasource.changed`.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - change: Makes the patch (RFC 7396) from the DataSource as it stands; nil = nothing to change. May be called
    ///     several times.
    public func edit(
        _ id: String, _ change: (DataSourceBody) throws -> JSONObject?
    ) async throws -> DataSourceBody {
        var edits = 1
        while true {
            let current = try await getTagged(id)
            guard let patch = try change(current.body) else { return current.body }
            guard let tag = current.tag else { return try await update(id, patch) }
            do {
                return try await update(id, patch, ifMatch: tag).body
            } catch let error as TributaryError where error.code == .datasourceChanged && edits < Self.mostEdits {
                edits += 1
            }
        }
    }

    /// Soft-deletes, ending its run; ``restore(_:)`` brings it back.
    ///
    /// Sent again after a lost answer; if it isn't there by then, that counts as done.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - tag: Only if nobody has changed it since; else throws `datasource.changed`.
    public func delete(_ id: String, ifMatch tag: EntityTag? = nil) async throws {
        try await connection.succeed(.delete(try Place.of(Paths.datasource, id: id), ifMatch: tag))
    }

    /// Brings a soft-deleted DataSource back.
    public func restore(_ id: String) async throws -> DataSourceBody { try await update(id, ["is_deleted": false]) }
}
