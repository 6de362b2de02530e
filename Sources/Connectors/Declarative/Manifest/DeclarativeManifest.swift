import ConnectorAPI
public import Domain
import Interpolation
public import JSON

/// A low-code manifest, read and checked; made once and used for any number of configs.
public struct DeclarativeManifest: Sendable {
    /// The highest version of the format that is understood, as in a manifest's `version`.
    static let newestVersion = (major: 7, minor: 39)

    let root: ComponentNode
    /// What the manifest is about in its own words; from `description`, `metadata` isn't looked at.
    public let description: String?
    /// The JSON schema of configs; an empty object where the manifest has none.
    public let configSchema: JSONValue
    /// The further members of the spec, such as `documentation_url`.
    public let specMembers: JSONObject

    /// Reads a manifest's text. Throws `declarative.manifest_invalid` with the place that is wrong, and
    /// `declarative.custom_components` with the names of Python classes that it needs.
    public init(text: String) throws {
        guard case .mapping(var manifest) = try ManifestText.value(of: text) else {
            throw AppError.manifestInvalid("must be an object", at: JSONPointer())
        }
        if manifest["type"] == nil { manifest["type"] = "DeclarativeSource" }
        try Self.checkVersion(manifest)
        var resolved = try References.resolving(manifest)
        for name in ["definitions", "schemas", "metadata"] { resolved[name] = nil }
        let root = ComponentNode(fields: Inheritance.applied(to: resolved), pointer: JSONPointer())
        try CustomComponents.refuse(in: root)
        self.root = root
        description = try root.text("description")
        let spec = try root.child("spec")
        let schema = spec?["connection_specification"] ?? spec?["connectionSpecification"]
        configSchema = schema.map { JSONValue($0) } ?? [:]
        specMembers = Self.members(of: spec)
        try ManifestCheck.check(root)
    }

    private static func checkVersion(_ manifest: Mapping) throws {
        let place = JSONPointer(["version"])
        guard let version = manifest["version"]?.text else {
            throw AppError.manifestInvalid("is missing", at: place)
        }
        let parts = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) }
        guard parts.count >= 2, let major = parts[0], let minor = parts[1] else {
            throw AppError.manifestInvalid("must be a version such as 6.1.0", at: place)
        }
        guard (major, minor) <= newestVersion else {
            throw AppError.manifestInvalid(
                "is newer than \(newestVersion.major).\(newestVersion.minor), the newest version that is understood",
                at: place)
        }
    }

    /// What else a spec says, in the protocol's spelling.
    private static func members(of spec: ComponentNode?) -> JSONObject {
        var members = JSONObject()
        if let url = spec?["documentation_url"]?.string { members["documentationUrl"] = .string(url) }
        if let auth = spec?["advanced_auth"] { members["advanced_auth"] = JSONValue(auth) }
        return members
    }
}

/// Parts of a manifest that are Python classes.
enum CustomComponents {
    static func refuse(in root: ComponentNode) throws {
        var names: Set<String> = []
        collect(.mapping(root.fields), &names, depth: 0)
        guard !names.isEmpty else { return }
        throw AppError.source(
            .declarativeCustomComponents,
            "the manifest needs Python classes, which aren't run here: " + names.sorted().joined(separator: ", "),
            recovery: .fixConfig)
    }

    private static func collect(_ value: Value, _ names: inout Set<String>, depth: Int) {
        guard depth < ManifestText.deepest else { return }
        switch value {
        case .mapping(let mapping):
            if let name = mapping["class_name"]?.string, mapping["type"]?.mapping == nil { names.insert(name) }
            // A schema holds no components.
            let isSchema = mapping["type"]?.string == "InlineSchemaLoader" || mapping["properties"] != nil
            for entry in mapping where !isSchema || entry.key != "schema" && entry.key != "properties" {
                collect(entry.value, &names, depth: depth + 1)
            }
        case .list(let elements): for element in elements { collect(element, &names, depth: depth + 1) }
        default: break
        }
    }
}

extension ErrorCode {
    /// The manifest needs Python.
    public static let declarativeCustomComponents = ErrorCode(
        "declarative.custom_components", .source, "the manifest needs Python classes of its own, which aren't run here")
}

extension JSONValue {
    /// The same as JSON: tuples become arrays, times texts, keys their text.
    init(_ value: Interpolation.Value) {
        switch value {
        case .none: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .string(let text): self = .string(text)
        case .list(let elements), .tuple(let elements): self = .array(elements.map { JSONValue($0) })
        case .mapping(let mapping): self = .object(JSONObject(mapping))
        default:
            if let mapping = value.mapping {
                self = .object(JSONObject(mapping))
            } else {
                // What a value writes as JSON can be read as such.
                self = (try? JSONValue(parsing: value.json)) ?? .string(value.text)
            }
        }
    }
}

extension JSONObject {
    init(_ mapping: Mapping) {
        self.init(mapping.map { ($0.key.text, JSONValue($0.value)) })
    }
}
