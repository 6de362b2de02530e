/// A declarative connector of a tenant: the text of its manifest, in one version.
public struct ConnectorManifest: Sendable, Hashable {
    /// The longest text, in bytes.
    public static let mostBytes = 4 << 20
    /// How many types a tenant may have.
    public static let mostTypes = 200

    /// What a DataSource's `type` names: a lower-case letter, then up to 63 of `a-z 0-9 _ -`.
    public var type: String
    /// Made of the text: the same text is the same version everywhere.
    public var version: String
    /// YAML or JSON, as it came.
    public var text: String
    public var createdAt: Timestamp
    public var createdBy: String
    /// Since when new DataSources get it; nil for a version that is only kept for those that run it.
    public var offeredAt: Timestamp?

    public init(
        type: String, version: String, text: String, createdAt: Timestamp, createdBy: String, offeredAt: Timestamp?
    ) {
        self.type = type
        self.version = version
        self.text = text
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.offeredAt = offeredAt
    }

    /// Whether a type can have this name.
    public static func isType(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 64, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first else {
            return false
        }
        return bytes.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }
}
