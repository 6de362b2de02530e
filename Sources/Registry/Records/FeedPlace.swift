import Domain
import JSON

/// A place in a DataSource's feed: the epoch, and the number of the last change seen.
struct FeedPlace: Sendable {
    var epoch: Int64
    var seq: Int64

    init(epoch: Int64, seq: Int64) {
        self.epoch = epoch
        self.seq = seq
    }

    /// Reads what ``json`` gave; throws `cursor.invalid`.
    init(_ json: [JSONValue]) throws {
        guard json.count == 2, let epoch = json[0].int64Value, let seq = json[1].int64Value else {
            throw AppError(.cursorInvalid)
        }
        self.init(epoch: epoch, seq: seq)
    }

    var json: [JSONValue] { [.int(epoch), .int(seq)] }
}
