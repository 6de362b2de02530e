import JSON

/// A place within a config by its members' names, as `secret_fields` writes it: `auth.password`.
struct DottedPath: Hashable {
    let text: String
    let names: [String]

    init(_ text: String) {
        self.text = text
        names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The same place within a body whose `config` it is.
    var pointer: String { JSONPointer(["config"] + names).description }

    /// The part before the first step into an array or a map.
    var fixedPart: DottedPath { DottedPath(names.prefix { $0 != "*" }.joined(separator: ".")) }
    var isFixed: Bool { !names.contains("*") }

    func value(in object: JSONObject) -> JSONValue? { JSONValue.object(object)[JSONPointer(names)] }

    /// `object` with the value put there, or without it when nil; objects on the way are made as needed.
    func setting(_ value: JSONValue?, in object: JSONObject) -> JSONObject {
        Self.setting(value, at: names[...], in: object)
    }

    /// The dotted paths at which two configs differ, an object's members one by one and any other value as a whole.
    static func differences(between old: JSONObject, and new: JSONObject) -> [String] {
        Set(old.names).union(new.names).sorted().flatMap { name -> [String] in
            let (before, after) = (old[name], new[name])
            if before == after { return [] }
            let inner = differences(
                between: before?.objectValue ?? JSONObject(), and: after?.objectValue ?? JSONObject())
            return inner.isEmpty ? [name] : inner.map { "\(name).\($0)" }
        }
    }

    private static func setting(_ value: JSONValue?, at names: ArraySlice<String>, in object: JSONObject) -> JSONObject
    {
        guard let name = names.first else { return object }
        var object = object
        if names.count == 1 {
            object[name] = value
        } else if let inner = object[name]?.objectValue ?? (value == nil || object[name] != nil ? nil : JSONObject()) {
            object[name] = .object(setting(value, at: names.dropFirst(), in: inner))
        }
        return object
    }
}
