import ConnectorAPI
import Domain
import TenantFiles

/// What reading the files of one source takes: its config, its folder and the size of reads.
struct FileAccess {
    let config: FileConfig
    let folder: TenantFolder
    let chunk: Int

    init(root: String?, _ context: ConnectorContext, chunk: Int) throws {
        config = try FileConfig(context.config)
        folder = try TenantFolder(root: root, tenant: context.tenant)
        self.chunk = chunk
    }

    /// A small file takes little memory.
    private func bufferSize(_ file: OpenFile) -> Int { min(chunk, max(4096, Int(file.fingerprint.size) + 1)) }

    func entities() throws -> [EntityFiles] { try EntityFiles.find(config, in: folder) }

    func open(_ path: String) throws -> OpenFile {
        try folder.open(path, folderHint: "; to read the files in it add /*")
    }

    func input(_ file: OpenFile) throws -> FileInput {
        try FileInput(file, compression: config.compression, largestRead: chunk)
    }

    func table(_ file: OpenFile, _ format: FileFormat) throws -> CSVTable {
        try CSVTable(
            InputBuffer(try input(file), chunk: bufferSize(file)), path: file.path, dialect: config.csv, format: format)
    }

    func jsonRows(_ file: OpenFile, _ format: FileFormat) throws -> JSONRows {
        JSONRows(
            try input(file), path: file.path, format: format, elements: config.elements, chunk: bufferSize(file))
    }
}
