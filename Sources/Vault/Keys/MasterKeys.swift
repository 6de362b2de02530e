import Crypto
public import Domain
import StoreAPI

/// The key-encryption keys: they stay outside the database and open the data keys in it.
///
/// The first is active: it wraps new data keys. The others only open what they wrapped before.
public struct MasterKeys: Sendable {
    /// The length of a key in bytes.
    public static let keyBytes = 32
    /// The most keys that are read.
    public static let maxKeys = 64

    private let keys: [(id: String, key: Secret<SymmetricKey>)]

    /// The ids, the active one first.
    public var ids: [String] { keys.map(\.id) }

    /// Reads the setting `TRIBUTARY_MASTER_KEYS`: `id:base64[,id:base64…]`, each key 32 bytes in standard base64, each
    /// id 1 to 64 of `[A-Za-z0-9_.-]` and given once.
    ///
    /// Errors: `keys.malformed`, with the number of the entry and never its text.
    public init(setting: Secret<String>) throws {
        try self.init(
            entries: setting.withExposed { $0.split(separator: ",", omittingEmptySubsequences: false) })
    }

    /// Reads a key file: one `id:base64` a line; lines that are empty or begin with `#` are passed over.
    init(fileText: String) throws {
        let lines = fileText.split(whereSeparator: \.isNewline).map { $0.trimmed }
        try self.init(entries: lines.filter { !$0.isEmpty && !$0.hasPrefix("#") })
    }

    private init(entries: [Substring]) throws {
        guard !entries.isEmpty, entries.count <= Self.maxKeys else {
            throw AppError(.masterKeysMalformed, "There must be 1 to \(Self.maxKeys) master keys.")
        }
        var keys: [(id: String, key: Secret<SymmetricKey>)] = []
        for (index, entry) in entries.enumerated() {
            let key = try Self.parse(entry, number: index + 1)
            guard !keys.contains(where: { $0.id == key.id }) else {
                throw AppError(.masterKeysMalformed, "Master key \(index + 1) repeats the id \(key.id).")
            }
            keys.append(key)
        }
        self.keys = keys
    }

    private static func parse(_ entry: Substring, number: Int) throws -> (id: String, key: Secret<SymmetricKey>) {
        let parts = entry.trimmed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isID(parts[0]) else {
            throw AppError(
                .masterKeysMalformed,
                "Master key \(number) doesn't begin with an id of 1 to 64 of [A-Za-z0-9_.-] and a colon.")
        }
        guard let bytes = Base64.decode(parts[1].utf8, .standard), bytes.count == keyBytes else {
            throw AppError(.masterKeysMalformed, "Master key \(number) isn't \(keyBytes) bytes in standard base64.")
        }
        return (String(parts[0]), Secret(SymmetricKey(data: bytes)))
    }

    private static func isID(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-": true
                default: false
                }
            }
    }
}

extension MasterKeys {
    /// A new data key's 32 bytes, wrapped by the active key for this tenant and data key id.
    func wrap(_ dataKey: SymmetricKey, id: [UInt8], tenant: TenantID, random: RandomBytes) throws -> (
        masterKeyID: String, wrapped: [UInt8]
    ) {
        guard let active = keys.first else { throw AppError(.masterKeysMalformed) }
        let wrapped = try active.key.withExposed { key in
            try GCM.seal(dataKey.withUnsafeBytes { Array($0) }, key: key, data: Self.data(id, tenant), random: random)
        }
        return (active.id, wrapped)
    }

    /// Opens a wrapped data key. Errors: `keys.master_key_unknown`, `keys.master_key_wrong`.
    func unwrap(_ row: WrappedDataKey, tenant: TenantID) throws -> SymmetricKey {
        guard let master = keys.first(where: { $0.id == row.masterKeyID }) else {
            throw AppError(
                .masterKeyUnknown,
                "The database's data keys were wrapped by master key \(row.masterKeyID), which isn't among those given."
            )
        }
        let opened = master.key.withExposed { GCM.open(row.wrapped[...], key: $0, data: Self.data(row.id, tenant)) }
        guard let opened, opened.count == Self.keyBytes else {
            throw AppError(
                .masterKeyWrong, "Master key \(row.masterKeyID) isn't the one that wrapped the database's data keys.")
        }
        return SymmetricKey(data: opened)
    }

    private static func data(_ id: [UInt8], _ tenant: TenantID) -> [UInt8] {
        LengthPrefixed.bytes([Array("tributary/v1/data-key".utf8), Array(tenant.rawValue.utf8), id])
    }
}

extension ErrorCode {
    /// The master keys can't be read.
    public static let masterKeysMalformed = ErrorCode(
        "keys.malformed", .invalid, "The master keys aren't of the form id:base64[,id:base64…].")
    /// A data key in the database needs a master key that wasn't given: the key file or setting was lost.
    public static let masterKeyUnknown = ErrorCode(
        "keys.master_key_unknown", .invalid,
        "The database needs a master key that wasn't given; restore the key file or the setting that it was in.")
    /// A master key has the right id but is another key.
    public static let masterKeyWrong = ErrorCode(
        "keys.master_key_wrong", .invalid,
        "A master key isn't the one that wrapped the database's data keys; restore the right one.")
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
