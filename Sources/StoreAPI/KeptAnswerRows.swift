public import Domain

/// Answers to requests with an `Idempotency-Key`, of the transaction's tenant. The id holds the principal, so a caller
/// finds no other's.
public protocol KeptAnswerRows {
    /// The answer of that id, however old.
    func find(_ id: [UInt8]) throws -> KeptAnswerRow?

    /// Keeps an answer, in the place of one of the same id that was kept before `time`. False, and nothing kept, when
    /// there is a newer one: another transaction was quicker.
    func insert(_ row: KeptAnswerRow, replacingThoseBefore time: Timestamp) throws -> Bool

    /// Puts another sealed answer in the place of the one that was kept under this id at this very time.
    func replace(_ row: KeptAnswerRow) throws

    /// Removes answers kept before `time`; at most `limit`. Answers how many; none in an Application's scope, since rows
    /// don't tell whose they are.
    func purge(before time: Timestamp, limit: Int) throws -> Int
}

/// One kept answer.
public struct KeptAnswerRow: Sendable, Hashable {
    /// How long an answer is replayed.
    public static let retention = Duration.seconds(86_400)

    /// 32 bytes: a code of principal and key.
    public var id: [UInt8]
    public var createdAt: Timestamp
    /// 32 bytes: a code of the request.
    public var fingerprint: [UInt8]
    /// Sealed.
    public var answer: [UInt8]

    public init(id: [UInt8], createdAt: Timestamp, fingerprint: [UInt8], answer: [UInt8]) {
        self.id = id
        self.createdAt = createdAt
        self.fingerprint = fingerprint
        self.answer = answer
    }
}
