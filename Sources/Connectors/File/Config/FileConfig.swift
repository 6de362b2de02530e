import ConnectorAPI
import Domain
import JSON

/// The config of a `file` source, parsed once.
struct FileConfig: Sendable, Equatable {
    static let mostPrimaryKeyFields = 16
    static let mostNullValues = 100

    /// Below the tenant's folder; may be a glob.
    var path: Glob
    /// nil = by each file's name.
    var format: FileFormat?
    var compression: Compression
    var primaryKey: [String]
    /// The one entity that all files make; nil = each file makes its own.
    var entity: String?
    var csv: CSVDialect
    var elements: JSONElementPath?

    /// How a file is packed.
    enum Compression: String, Sendable, CaseIterable {
        case none, gzip
        /// gzip where the name ends in `.gz` or the first two bytes say so.
        case auto
    }

    /// Reads a config; throws ``ErrorCode/fileConfigInvalid`` and the codes of ``Glob``.
    init(_ config: JSONObject) throws {
        let fields = ConfigFields(config, invalid: .fileConfigInvalid)
        path = try Glob(fields.requiredText("path", atMost: Glob.longestPath))
        format = try fields.choice("format", FileFormat.self)
        compression = try fields.choice("compression", Compression.self) ?? .auto
        primaryKey = try fields.texts("primary_key", atMost: Self.mostPrimaryKeyFields, allowsEmpty: false) ?? []
        entity = try fields.text("entity")
        guard Set(primaryKey).count == primaryKey.count else { throw fields.invalid("primary_key", "repeats a name") }
        csv = try CSVDialect(fields)
        elements = try fields.text("json_path").map { text in
            do throws(JSONElementPath.SyntaxError) {
                return try JSONElementPath(parsing: text)
            } catch {
                throw fields.invalid("json_path", error.description)
            }
        }
    }
}

/// How CSV text is to be read.
struct CSVDialect: Sendable, Equatable {
    /// nil = a comma, or a tab where the format is TSV.
    var delimiter: UInt8?
    var encoding = Encoding.utf8
    /// Whether the first record names the columns.
    var hasHeader = true
    /// Unquoted fields that mean null.
    var nullValues: [[UInt8]] = []
    var infersTypes = false

    enum Encoding: String, Sendable, CaseIterable {
        case utf8 = "utf-8"
        /// ISO 8859-1.
        case latin1 = "latin-1"
    }

    init() {}

    init(_ fields: ConfigFields) throws {
        delimiter = try fields.text("delimiter").map { text in
            guard let byte = Self.delimiterByte(text) else {
                throw fields.invalid("delimiter", "must be a tab or one ASCII character other than a quote")
            }
            return byte
        }
        encoding = try fields.choice("encoding", Encoding.self) ?? .utf8
        hasHeader = try fields.flag("header") ?? true
        nullValues = try (fields.texts("null_values", atMost: FileConfig.mostNullValues, allowsEmpty: true) ?? [])
            .map { Array($0.utf8) }
        infersTypes = try fields.flag("infer_types") ?? false
    }

    /// The byte that separates fields in a file of that format.
    func delimiter(for format: FileFormat) -> UInt8 { delimiter ?? (format == .tsv ? 0x09 : UInt8(ascii: ",")) }

    private static func delimiterByte(_ text: String) -> UInt8? {
        if text == "\\t" || text == "\t" { return 0x09 }
        guard text.utf8.count == 1, let byte = text.utf8.first, (0x20..<0x7F).contains(byte), byte != 0x22 else {
            return nil
        }
        return byte
    }
}
