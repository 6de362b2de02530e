import ConnectorAPI
import Domain
import Synchronization

/// A read of a database under way. Blocks the thread that calls it; calls never overlap.
final class SQLiteRecordReader: RecordReader {
    private let session: Mutex<SQLiteReadSession?>
    private let cancellation: Cancellation

    init(_ session: consuming sending SQLiteReadSession, _ cancellation: Cancellation) {
        self.session = Mutex(session)
        self.cancellation = cancellation
    }

    func next() async throws -> RecordBatch? {
        try await withTaskCancellationHandler {
            try session.withLock { session in try session?.nextBatch() }
        } onCancel: {
            cancellation.set()
        }
    }

    func close() async { session.withLock { $0 = nil } }
}
