public import Domain
public import StoreAPI

/// One promise of the storage contract, to be kept by every database alike.
public struct StoreCheck: Sendable, CustomStringConvertible {
    /// Opens the database of one check: the first time it is empty, afterwards it is as it was left. Not migrated.
    public typealias Opening = @Sendable (WallClock) async throws -> any Store

    /// A sentence with the store as its subject.
    public let name: String
    private let body: @Sendable (ContractStage) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ContractStage) async throws -> Void) {
        self.name = name
        self.body = body
    }

    public var description: String { name }

    /// Throws a ``ContractFailure`` that says what was promised and what came instead.
    public func run(_ open: @escaping Opening) async throws {
        let stage = try await ContractStage(open)
        try await body(stage)
        try await stage.store.close()
    }

    /// The whole contract.
    public static let all =
        transactionChecks + groupChecks + sourceChecks + listingChecks + viewChecks + runChecks + waitingChecks
        + syncChecks
        + mergeChecks + largeMergeChecks + seenChecks + tombstoneChecks + listChecks + feedChecks + tenancyChecks
        + keyChecks
        + auditChecks + keptAnswerChecks + applicationChecks + lifecycleChecks
        + manifestChecks + credentialChecks
}

/// A promise that the store didn't keep.
public struct ContractFailure: Error, CustomStringConvertible {
    public let description: String
}

func expect(_ holds: Bool, _ promise: String, file: String = #fileID, line: Int = #line) throws {
    if !holds { throw ContractFailure(description: "\(file):\(line): not so: \(promise)") }
}

func expectEqual<Value: Equatable>(
    _ actual: Value?, _ expected: Value?, _ what: String = "", file: String = #fileID, line: Int = #line
) throws {
    if actual != expected {
        throw ContractFailure(description: "\(file):\(line): \(what) expected \(text(expected)), got \(text(actual))")
    }
}

private func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "nothing" }

func require<Value>(_ value: Value?, file: String = #fileID, line: Int = #line) throws -> Value {
    guard let value else { throw ContractFailure(description: "\(file):\(line): a value is missing") }
    return value
}

/// Runs `body`, which must throw the code.
func expectError(
    _ code: ErrorCode, file: String = #fileID, line: Int = #line, _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let error as AppError {
        return try expectEqual(error.code, code.code, "an error", file: file, line: line)
    }
    throw ContractFailure(description: "\(file):\(line): \(code.code) wasn't thrown")
}
