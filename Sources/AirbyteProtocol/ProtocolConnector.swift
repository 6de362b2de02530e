public import JSON

/// A connector that can be run by the Airbyte protocol: each call writes messages and answers whether all went well.
///
/// Nothing is thrown for what a source does: that is a message. What is thrown ends the program.
public protocol ProtocolConnector: Sendable {
    /// SPEC.
    func spec(to output: ProtocolOutput) async throws

    /// CONNECTION_STATUS; false = there is no connection.
    func check(config: JSONObject, to output: ProtocolOutput) async throws -> Bool

    /// CATALOG, or a TRACE error; false = it failed.
    func discover(config: JSONObject, to output: ProtocolOutput) async throws -> Bool

    /// RECORD, STATE and TRACE messages; false = at least one stream failed.
    func read(_ request: ReadRequest, config: JSONObject, to output: ProtocolOutput) async throws -> Bool
}
