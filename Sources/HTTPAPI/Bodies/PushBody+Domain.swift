import Domain
import Registry
import WireAPI

extension PushBody {
    init(_ receipt: Pushes.Outcome) {
        self.init(
            received: receipt.received, inserted: receipt.inserted, updated: receipt.updated,
            unchanged: receipt.unchanged, deleted: receipt.deleted, duplicates: receipt.duplicates,
            rejected: receipt.rejected, seq: Int(receipt.seq),
            rejects: receipt.rejects.map { PushRejectBody(index: $0.index, code: $0.code, detail: $0.detail) })
    }
}
