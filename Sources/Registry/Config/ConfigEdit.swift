import Domain
import JSON

/// What a body makes of a config: the config without its secrets, the secrets, and everything that is wrong with them.
struct ConfigEdit {
    let plain: JSONObject
    let secrets: [DottedPath: Secret<String>]
    /// The secrets that the body has a value for.
    let sentSecrets: [DottedPath]
    private(set) var faults: [AppError.Fault]
    /// Whether anything differs from before.
    let isChange: Bool
    /// Whether it connects to another system than before.
    let isOtherSystem: Bool

    /// A new config; a secret that is null counts as absent.
    init(creating config: JSONObject, shape: ConfigShape) {
        let (plain, values) = shape.cut(config)
        let (secrets, faults) = Self.texts(of: values)
        self.plain = plain
        self.secrets = secrets
        sentSecrets = Array(secrets.keys)
        self.faults = faults + Self.without(faults, shape.faults(plain: plain, secrets: secrets))
        isChange = true
        isOtherSystem = true
    }

    /// A config patched: a secret absent is kept, null removes it, a string replaces it; when the config now connects to
    /// another system, or is read by another version of the connector, each secret that was set must be in the patch (`config.secrets_required`).
    init(
        patching old: (plain: JSONObject, secrets: [DottedPath: Secret<String>]), with patch: JSONObject,
        shape: ConfigShape, isMoved: Bool = false
    ) {
        let (plainPatch, values) = shape.cut(patch)
        let (sent, textFaults) = Self.texts(of: values)
        let plain =
            JSONValue.object(old.plain).applying(mergePatch: .object(plainPatch)).objectValue ?? JSONObject()
        let removed = Set(values.filter { $0.value.isNull }.keys)
            .union(old.secrets.keys.filter { Self.removesParent(of: $0, patch) })
        var secrets = old.secrets.filter { !removed.contains($0.key) }
        secrets.merge(sent) { $1 }
        self.plain = plain
        self.secrets = secrets
        sentSecrets = Array(sent.keys)
        isOtherSystem = isMoved || shape.isOtherSystem(old, (plain, secrets))
        isChange = isMoved || plain != old.plain || !sent.isEmpty || secrets.count != old.secrets.count
        faults = textFaults + Self.without(textFaults, shape.faults(plain: plain, secrets: secrets))
        if isOtherSystem {
            let missing = old.secrets.keys.filter { sent[$0] == nil && !removed.contains($0) }
            faults += missing.sorted { $0.text < $1.text }.map {
                AppError.Fault(FaultCode.secretsRequired, at: $0.pointer)
            }
        }
    }

    /// Drops the faults that say only that a required secret is missing; for a config that isn't to be used.
    mutating func forgiveMissingSecrets() {
        faults.removeAll { $0.code == FaultCode.secretMissing.code }
    }

    private static func texts(
        of values: [DottedPath: JSONValue]
    ) -> (texts: [DottedPath: Secret<String>], faults: [AppError.Fault]) {
        var texts: [DottedPath: Secret<String>] = [:]
        var faults: [AppError.Fault] = []
        for (path, value) in values where !value.isNull {
            if let text = value.stringValue {
                texts[path] = Secret(text)
            } else {
                faults.append(AppError.Fault(FaultCode.configType, at: path.pointer, "A secret must be a string."))
            }
        }
        return (texts, faults)
    }

    /// Whether the patch removes or replaces an object in which the secret lies.
    private static func removesParent(of path: DottedPath, _ patch: JSONObject) -> Bool {
        (1..<path.names.count).contains { depth in
            let parent = DottedPath(path.names.prefix(depth).joined(separator: "."))
            return parent.value(in: patch).map { $0.objectValue == nil } ?? false
        }
    }

    /// The faults at places that have none yet.
    private static func without(_ known: [AppError.Fault], _ faults: [AppError.Fault]) -> [AppError.Fault] {
        let places = Set(known.map(\.pointer))
        return faults.filter { !places.contains($0.pointer) }
    }
}
