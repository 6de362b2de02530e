import Domain
import Interpolation
import JSON

/// Puts what `$ref` and texts that begin with `#/` point to in their places, in the whole tree.
///
/// Each target is resolved once and shared by all places that point to it.
struct References {
    private let root: Mapping
    private var resolved: [String: Value] = [:]
    private var underway: Set<String> = []
    private var path: [String] = []

    /// Members that hold values of configs, in which a text that begins with `#/` is just a text.
    private static let configValues: Set<String> = ["config_overrides"]

    /// The manifest without references. Throws `declarative.manifest_invalid` for one that leads nowhere or round.
    static func resolving(_ manifest: Mapping) throws -> Mapping {
        var references = References(root: manifest)
        return try references.mapping(manifest).mapping ?? [:]
    }

    private init(root: Mapping) { self.root = root }

    private mutating func value(_ value: Value) throws -> Value {
        switch value {
        case .mapping(let mapping): return try self.mapping(mapping)
        case .list(let elements):
            return .list(
                try elements.enumerated().map { index, element in
                    path.append(String(index))
                    defer { path.removeLast() }
                    return try self.value(element)
                })
        case .string(let text) where text.hasPrefix("#/"): return try target(of: text)
        default: return value
        }
    }

    private mutating func mapping(_ mapping: Mapping) throws -> Value {
        var own = Mapping()
        own.reserveCapacity(mapping.count)
        for entry in mapping {
            guard let name = entry.key.string else {
                own[entry.key] = try value(entry.value)
                continue
            }
            if name == "$ref" { continue }
            path.append(name)
            defer { path.removeLast() }
            own[entry.key] = Self.configValues.contains(name) ? entry.value : try value(entry.value)
        }
        guard let reference = mapping["$ref"] else { return .mapping(own) }
        guard case .mapping(var target) = try value(reference) else { return try value(reference) }
        target.merge(own)
        return .mapping(target)
    }

    private mutating func target(of reference: String) throws -> Value {
        if let known = resolved[reference] { return known }
        let place = JSONPointer(path)
        guard underway.insert(reference).inserted else {
            throw AppError.manifestInvalid("refers to itself by \(reference)", at: place)
        }
        defer { underway.remove(reference) }
        guard let found = find(reference.dropFirst(2)) else {
            throw AppError.manifestInvalid("refers to \(reference), which isn't there", at: place)
        }
        let target = try value(found)
        resolved[reference] = target
        return target
    }

    /// Looks a path up, name by name; at each step the whole rest is tried as one name first.
    private func find(_ path: Substring) -> Value? {
        var rest = path
        var value = Value.mapping(root)
        while !rest.isEmpty {
            if let found = value[String(rest)] { return found }
            let name = rest.prefix { $0 != "/" }
            rest = rest[name.endIndex...].dropFirst()
            if let elements = value.elements {
                guard let index = Int(name), elements.indices.contains(index) else { return nil }
                value = elements[index]
            } else {
                guard let found = value[String(name)] else { return nil }
                value = found
            }
        }
        return value
    }
}
