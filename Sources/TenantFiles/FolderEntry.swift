import Glibc

/// One name in a folder.
public struct FolderEntry: Sendable {
    /// What it is, links not followed.
    public enum Kind: Sendable { case file, folder, link, other, unknown }

    public let name: String
    public let kind: Kind
    /// Whether the name's bytes are UTF-8; if not, `name` isn't the true one.
    public let isText: Bool

    /// The next entry of an open folder; nil after the last.
    static func next(in stream: OpaquePointer, path: String) throws -> FolderEntry? {
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw SystemFailure.error(errno, path: path) }
            return nil
        }
        // An entry may be shorter than its struct, so the name is read in place rather than copied as a field.
        guard let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) else { return nil }
        let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        return FolderEntry(
            name: String(cString: name), kind: kind(entry.pointee.d_type),
            isText: String(validatingCString: name) != nil)
    }

    private static func kind(_ type: UInt8) -> Kind {
        switch Int(type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): .unknown
        default: .other
        }
    }
}
