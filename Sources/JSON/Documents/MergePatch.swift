extension JSONValue {
    /// This value with a JSON Merge Patch (RFC 7396) applied: members of the patch replace, `null` removes, objects
    /// merge, and a patch that isn't an object replaces the whole.
    public func applying(mergePatch patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = objectValue ?? JSONObject()
        for change in changes.members {
            result[change.name] =
                change.value.isNull ? nil : (result[change.name] ?? .null).applying(mergePatch: change.value)
        }
        return .object(result)
    }
}
