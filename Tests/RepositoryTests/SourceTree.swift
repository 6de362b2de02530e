import Foundation

/// The repository's own files, read once for all tests.
struct SourceTree: Sendable {
    /// One text file: its path below the root, its text, and for Swift what is left of it without comments and strings.
    struct File: Sendable {
        let path: String
        let text: String
        let code: SwiftCode

        init(path: String, text: String) {
            self.path = path
            self.text = text
            self.code = SwiftCode(text)
        }

        var isSwift: Bool { path.hasSuffix(".swift") }
        var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }
    }

    /// Where the files were read from.
    let files: [File]

    static let repository = Result { try SourceTree(root: root()) }

    /// Swift files under `folder`, or under any of the folders.
    func swift(in folders: String...) -> [File] {
        files.filter { file in file.isSwift && folders.contains { file.path.hasPrefix($0 + "/") } }
    }

    func file(_ path: String) -> File? { files.first { $0.path == path } }

    /// The repository's root: three folders above this file, wherever a link to it was compiled.
    private static func root() -> URL {
        URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    private init(root: URL) throws {
        var files: [File] = []
        for top in Self.tops {
            for path in try Self.paths(below: top, of: root) {
                let data = try Data(contentsOf: root.appending(path: path))
                files.append(File(path: path, text: String(decoding: data, as: UTF8.self)))
            }
        }
        self.files = files
    }

    /// What belongs to the repository and is written by people.
    private static let tops = [
        "Sources", "Benchmarks", "Tests", "docs", "scripts", ".ci", "Package.swift", "Makefile", "README.md",
        "CHANGELOG.md",
    ]

    private static func paths(below top: String, of root: URL) throws -> [String] {
        let place = root.appending(path: top)
        guard try place.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true else { return [top] }
        return try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted().compactMap { below in
            let values = try place.appending(path: below).resourceValues(forKeys: [.isRegularFileKey])
            return values.isRegularFile == true ? "\(top)/\(below)" : nil
        }
    }
}
