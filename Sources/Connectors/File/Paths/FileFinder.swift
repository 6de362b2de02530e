import ConnectorAPI
import Domain
import Glibc
import TenantFiles

/// Finds the files that a glob means, within bounds.
struct FileFinder {
    static let mostFiles = 10_000
    static let mostEntries = 100_000
    static let deepest = 32

    private let folder: TenantFolder
    private let parts: [Glob.Part]
    /// As bytes: names that only Unicode equivalence makes equal are two files.
    private var found: Set<[UInt8]> = []
    private var entriesSeen = 0

    private init(_ glob: Glob, in folder: TenantFolder) {
        self.folder = folder
        parts = glob.parts
    }

    /// Paths below the folder, sorted by their bytes, at least one. Throws ``ErrorCode/fileNotFound``,
    /// ``ErrorCode/fileNoMatch``, ``ErrorCode/fileTooMany`` and what the folder throws: what can't be looked at fails
    /// the search, since a file that is overlooked would look like a deleted one.
    static func files(_ glob: Glob, in folder: TenantFolder) throws -> [String] {
        if let path = glob.literalPath {
            _ = try folder.status(path)
            return [path]
        }
        var finder = FileFinder(glob, in: folder)
        try finder.walk("", 0)
        guard !finder.found.isEmpty else {
            throw AppError.source(.fileNoMatch, "no file matches the pattern \(glob.text)", recovery: .fixConfig)
        }
        return finder.found.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func walk(_ path: String, _ index: Int) throws {
        try Task.checkCancellation()
        let isLast = index == parts.count - 1
        switch parts[index] {
        case .name(let name):
            let child = Self.join(path, name)
            guard let status = try statusIfThere(child) else { return }
            if isLast {
                if !status.isFolder { try add(child) }
            } else if status.isFolder {
                try walk(child, index + 1)
            }
        case .pattern(let pattern):
            for entry in try entries(of: path) where pattern.matches(entry.name) {
                let child = try Self.join(path, entry)
                if try isFolder(entry, child) {
                    if !isLast { try walk(child, index + 1) }
                } else if isLast {
                    try add(child)
                }
            }
        case .anyFolders:
            try walk(path, index + 1)
            // Links to folders are left out: they may form circles.
            for entry in try entries(of: path) where !entry.name.hasPrefix(".") && entry.kind != .link {
                let child = Self.join(path, entry.name)
                if try isFolder(entry, child) { try walk(try Self.join(path, entry), index) }
            }
        }
    }

    private mutating func add(_ path: String) throws {
        found.insert(Array(path.utf8))
        guard found.count <= Self.mostFiles else { throw Self.tooMany }
    }

    private mutating func entries(of path: String) throws -> [FolderEntry] {
        guard path.utf8.count(where: { $0 == UInt8(ascii: "/") }) < Self.deepest else { throw Self.tooMany }
        var entries: [FolderEntry] = []
        entriesSeen += 1
        try folder.entries(of: path) { entry in
            entriesSeen += 1
            guard entriesSeen <= Self.mostEntries else { throw Self.tooMany }
            entries.append(entry)
        }
        return entries
    }

    private func isFolder(_ entry: FolderEntry, _ path: String) throws -> Bool {
        switch entry.kind {
        case .folder: true
        case .file, .other: false
        case .link, .unknown: try folder.status(path).isFolder
        }
    }

    private func statusIfThere(_ path: String) throws -> stat? {
        do {
            return try folder.status(path)
        } catch let error as AppError where error.code == ErrorCode.fileNotFound.code {
            return nil
        }
    }

    private static let tooMany = AppError.source(.fileTooMany, ErrorCode.fileTooMany.summary, recovery: .fixConfig)

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }

    private static func join(_ path: String, _ entry: FolderEntry) throws -> String {
        guard entry.isText else {
            throw AppError.source(
                .fileNotFound, "a name in the folder '\(path)' matches but isn't UTF-8", recovery: .fixConfig)
        }
        return join(path, entry.name)
    }
}
