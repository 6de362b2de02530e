import ConnectorAPI
import Domain
import TenantFiles

/// The read of one entity: its files one after another, each once or, with type inference, twice.
struct EntityReading {
    private enum Rows {
        case csv(CSVRows)
        case json(JSONRows)

        func fill(_ builder: inout RecordBuilder) throws -> Bool {
            switch self {
            case .csv(let rows): try rows.fill(&builder)
            case .json(let rows): try rows.fill(&builder)
            }
        }
    }

    private let access: FileAccess
    private let entity: EntityFiles
    private let primaryKey: [String]
    private var builder: RecordBuilder
    /// What the first of two reads told; nil before it.
    private var evidence: CSVTypeEvidence?
    /// What each file was when it was first opened, by its place among the entity's.
    private var fingerprints: [Int: Fingerprint] = [:]
    private var filesOpened = 0
    private var file: OpenFile?
    private var rows: Rows?
    /// What ended the read; thrown once the records before it were given out.
    private var failure: AppError?

    init(_ entity: EntityFiles, primaryKey: [String], access: FileAccess) {
        self.entity = entity
        self.primaryKey = primaryKey
        self.access = access
        builder = RecordBuilder(entity: entity.name, primaryKey: primaryKey)
    }

    /// The next batch; the last has its `end`. What was read before a failure is given out before it is thrown.
    mutating func nextBatch() throws -> RecordBatch {
        if let failure { throw failure }
        do {
            let isFull = try fill()
            let end = isFull ? nil : EntityEnd(isComplete: true, isSnapshot: try isUnchanged())
            var batch = builder.takeBatch()
            batch.end = end
            return batch
        } catch let error as AppError {
            let failure = explained(error)
            self.failure = failure
            guard !builder.batch.items.isEmpty || !builder.batch.rejects.isEmpty else { throw failure }
            return builder.takeBatch()
        }
    }

    /// Whether the batch is full; false once all files are read.
    private mutating func fill() throws -> Bool {
        let evidence = try learned()
        while !builder.isFull {
            if let rows {
                if try rows.fill(&builder) { return true }
                try leaveFile()
            } else if filesOpened < entity.files.count {
                rows = try openNext(evidence)
            } else {
                return false
            }
        }
        return true
    }

    private mutating func openNext(_ evidence: CSVTypeEvidence) throws -> Rows {
        let next = entity.files[filesOpened]
        let file = try openFile(filesOpened)
        self.file = file
        filesOpened += 1
        switch next.format {
        case .csv, .tsv:
            let table = try access.table(file, next.format)
            return .csv(try CSVRows(table, primaryKey: primaryKey, types: evidence))
        case .json, .jsonl: return .json(try access.jsonRows(file, next.format))
        }
    }

    /// The columns' types over all of the entity's files; nothing unless the config asks for it.
    private mutating func learned() throws -> CSVTypeEvidence {
        if let evidence { return evidence }
        var evidence = CSVTypeEvidence()
        if access.config.csv.infersTypes {
            for (place, next) in entity.files.enumerated() where next.format == .csv || next.format == .tsv {
                let file = try openFile(place)
                self.file = file
                try evidence.learn(from: try access.table(file, next.format))
            }
            file = nil
        }
        self.evidence = evidence
        return evidence
    }

    /// Opens a file; one that was open before must still be the same.
    private mutating func openFile(_ place: Int) throws -> OpenFile {
        let file = try access.open(entity.files[place].path)
        if let before = fingerprints.updateValue(file.fingerprint, forKey: place), before != file.fingerprint {
            throw Self.changed(file.path)
        }
        return file
    }

    /// A file that lost bytes was read partly old and partly new or not at all: no state of it, so the read fails.
    private mutating func leaveFile() throws {
        rows = nil
        guard let file else { return }
        guard try file.currentFingerprint().size >= file.fingerprint.size else { throw Self.changed(file.path) }
        self.file = nil
    }

    /// Whether all files are at the end what they were when they were opened, so that what was read is one state of
    /// the source (SYNC.md 6). A file that grew or was replaced is complete as it was read, but no proof that what it
    /// lacks is gone.
    private func isUnchanged() throws -> Bool {
        for (place, fingerprint) in fingerprints {
            try Task.checkCancellation()
            do {
                guard Fingerprint(try access.folder.status(entity.files[place].path)) == fingerprint else {
                    return false
                }
            } catch is AppError {
                return false
            }
        }
        guard access.config.entity != nil, access.config.path.literalPath == nil else { return true }
        do {
            return try FileFinder.files(access.config.path, in: access.folder) == entity.files.map(\.path)
        } catch is AppError {
            return false
        }
    }

    /// A fault in a file that is being rewritten says nothing about the file that it will be.
    private func explained(_ error: AppError) -> AppError {
        guard let file else { return error }
        do {
            return try file.currentFingerprint() == file.fingerprint ? error : Self.changed(file.path)
        } catch {
            return Self.changed(file.path)
        }
    }

    private static func changed(_ path: String) -> AppError {
        .source(.fileChangedDuringRead, "\(path) was replaced or rewritten while it was read", recovery: .retry)
    }
}
