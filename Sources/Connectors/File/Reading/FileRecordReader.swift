import ConnectorAPI
import Domain
import Synchronization

/// A read of files under way. Blocks the thread that calls it; calls never overlap.
final class FileRecordReader: RecordReader {
    private let session: Mutex<FileReadSession?>

    init(_ session: consuming sending FileReadSession) { self.session = Mutex(session) }

    func next() async throws -> RecordBatch? {
        try session.withLock { session in try session?.nextBatch() }
    }

    func close() async { session.withLock { $0 = nil } }
}

/// The entities of a plan, one after another.
struct FileReadSession {
    private var waiting: ArraySlice<EntityReading>
    private var current: EntityReading?

    /// Throws ``ErrorCode/fileEntityUnknown`` for an entity that no file makes.
    init(_ plan: ReadPlan, access: FileAccess) throws {
        let entities = try access.entities()
        let byName = Dictionary(uniqueKeysWithValues: entities.map { ($0.name, $0) })
        waiting = try plan.entities.map { planned in
            guard let entity = byName[planned.name] else {
                throw AppError.source(
                    .fileEntityUnknown, "no file makes the entity \(planned.name)", recovery: .fixConfig)
            }
            return EntityReading(entity, primaryKey: planned.primaryKey, access: access)
        }[...]
    }

    mutating func nextBatch() throws -> RecordBatch? {
        if current == nil { current = waiting.popFirst() }
        guard let batch = try current?.nextBatch() else { return nil }
        if batch.end != nil { current = nil }
        return batch
    }
}
