public import Domain
import Glibc

/// The file that holds the master keys where no setting does: `id:base64` a line, mode 0600, made at first start.
public struct KeyFile: Sendable {
    private static let maxBytes = 64 << 10

    /// Where the file is; its folder must exist.
    public let path: String
    private let random: RandomBytes

    /// Makes a key file's description; nothing is read or written.
    public init(path: String, random: RandomBytes = .secure) {
        self.path = path
        self.random = random
    }

    /// Reads the file, or makes it with one new key when there is none and `masterKeyInUse` is nil.
    ///
    /// `masterKeyInUse` is what ``Vault/masterKeyInUse(in:)`` says of the database: where a database has data keys
    /// already, the file was lost, and a new one couldn't open them.
    ///
    /// Errors: `keys.master_key_unknown` (lost file), `keys.file_permissions`, `keys.file_malformed`,
    /// `keys.file_unreadable`.
    public func loadOrCreate(masterKeyInUse: String?) throws -> MasterKeys {
        if let keys = try load() { return keys }
        if let masterKeyInUse {
            throw AppError(
                .masterKeyUnknown,
                "The key file \(path) is missing, and the database needs its master key \(masterKeyInUse). Restore it.")
        }
        try create()
        guard let keys = try load() else { throw AppError(.keyFileUnreadable, "The key file \(path) vanished.") }
        return keys
    }

    /// Reads the file; nil when there is none.
    public func load() throws -> MasterKeys? {
        do {
            let file = try PrivateFile(reading: path)
            guard try file.isPrivate() else {
                throw AppError(
                    .keyFilePermissions,
                    "The key file \(path) must be a regular file of the user that runs Tributary, with mode 0600.")
            }
            guard let content = try file.content(limit: Self.maxBytes) else {
                throw AppError(.keyFileMalformed, "The key file \(path) is longer than \(Self.maxBytes) bytes.")
            }
            return try parse(content)
        } catch let failure as PrivateFile.Failure {
            if failure.code == ENOENT { return nil }
            if failure.code == ELOOP {
                throw AppError(.keyFilePermissions, "The key file \(path) must not be a symbolic link.")
            }
            throw unreadable(failure)
        }
    }

    /// Copies the file to a new one, durable and mode 0600, for a backup of it.
    ///
    /// Errors: `keys.file_unreadable` where there is no key file or the new one can't be made or is there already, and
    /// those of ``load()``.
    public func copy(to target: String) throws {
        guard try load() != nil else { throw AppError(.keyFileUnreadable, "There is no key file \(path).") }
        do {
            let content = try PrivateFile(reading: path).content(limit: Self.maxBytes) ?? []
            let file = try PrivateFile(creating: target)
            do {
                try file.write(content)
                try file.sync()
                try PrivateFile.sync(folder: KeyFile(path: target).folder)
            } catch {
                unlink(target)
                throw error
            }
        } catch let failure as PrivateFile.Failure {
            throw AppError(
                .keyFileUnreadable,
                "The key file couldn't be copied to \(target): \(String(cString: strerror(failure.code))).")
        }
    }

    private func parse(_ content: [UInt8]) throws -> MasterKeys {
        do {
            return try MasterKeys(fileText: String(decoding: content, as: UTF8.self))
        } catch let error as AppError {
            throw AppError(.keyFileMalformed, "The key file \(path) can't be read. \(error.message)")
        }
    }

    /// Writes a file beside, then links it to its name: whoever finds the name finds the whole file, and of two
    /// processes that start at once one wins and both read the winner's.
    private func create() throws {
        let draft = "\(path).\(hex(random(8)))"
        do {
            let file = try PrivateFile(creating: draft)
            defer { unlink(draft) }
            try file.write(Array(newContent().utf8))
            try file.sync()
            guard link(draft, path) == 0 || errno == EEXIST else { throw PrivateFile.Failure(code: errno) }
            try PrivateFile.sync(folder: folder)
        } catch let failure as PrivateFile.Failure {
            throw unreadable(failure)
        }
    }

    /// The id is random, so that a new file is never taken for a lost one.
    private func newContent() -> String {
        """
        # Master key of a Tributary database. Without it the secrets in the database are lost: keep a copy elsewhere.
        file-\(hex(random(4))):\(Base64.text(random(MasterKeys.keyBytes), .standard))

        """
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func unreadable(_ failure: PrivateFile.Failure) -> AppError {
        AppError(
            .keyFileUnreadable,
            "The key file \(path) can't be read or made: \(String(cString: strerror(failure.code))).")
    }
}

func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

extension ErrorCode {
    /// Others than its owner have rights to the key file.
    public static let keyFilePermissions = ErrorCode(
        "keys.file_permissions", .invalid, "The key file must belong to the user that runs Tributary, with mode 0600.")
    /// The key file isn't of its form.
    public static let keyFileMalformed = ErrorCode("keys.file_malformed", .invalid, "The key file can't be read.")
    /// The operating system doesn't let the key file be read or made.
    public static let keyFileUnreadable = ErrorCode(
        "keys.file_unreadable", .unavailable, "The key file can't be read or made.")
}
