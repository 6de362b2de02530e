import Interpolation

/// Gives a stream's JSON schema.
protocol SchemaLoader: Sendable {
    /// The schema. A loader that asks the source does so once.
    func schema() async throws -> Mapping
}
