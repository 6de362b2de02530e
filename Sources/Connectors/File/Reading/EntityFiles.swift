import ConnectorAPI
import Domain
import TenantFiles

/// One file of an entity, and how to read it.
struct EntityFile: Sendable, Equatable {
    var path: String
    var format: FileFormat
}

/// An entity and its files in the order in which they are read.
struct EntityFiles: Sendable, Equatable {
    var name: String
    var files: [EntityFile]

    /// The entities that a config's path makes now, in the order of their first files. Throws
    /// ``ErrorCode/fileFormatUnknown``, ``ErrorCode/fileEntityNameClash`` and what ``FileFinder`` throws.
    static func find(_ config: FileConfig, in folder: TenantFolder) throws -> [EntityFiles] {
        let files = try FileFinder.files(config.path, in: folder).map { path in
            guard let format = config.format ?? FileFormat(fileName: path) else {
                throw AppError.source(
                    .fileFormatUnknown, "the format of \(path) can't be told from its name; set format",
                    recovery: .fixConfig)
            }
            return EntityFile(path: path, format: format)
        }
        if let entity = config.entity { return [EntityFiles(name: entity, files: files)] }
        var paths: [String: String] = [:]
        return try files.map { file in
            let name = FileFormat.entityName(path: file.path)
            if let other = paths.updateValue(file.path, forKey: name) {
                throw AppError.source(
                    .fileEntityNameClash,
                    "\(other) and \(file.path) would both make the entity \(name); use a narrower pattern, or set entity",
                    recovery: .fixConfig)
            }
            return EntityFiles(name: name, files: [file])
        }
    }
}
