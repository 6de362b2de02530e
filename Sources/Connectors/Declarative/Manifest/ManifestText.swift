import Domain
import Interpolation
import JSON
import Yams

/// Reads a manifest's text: YAML by the rules of version 1.1, of which JSON is a part.
enum ManifestText {
    /// The longest text, in bytes.
    static let longest = 16 << 20
    /// How many values it may hold with its anchors unfolded.
    static let mostValues = 2_000_000
    static let deepest = 128

    /// The value that the text says. Throws `declarative.manifest_invalid` with the line of what can't be read.
    static func value(of text: String) throws -> Value {
        guard text.utf8.count <= longest else {
            throw AppError.manifestInvalid("is longer than \(longest >> 20) MiB", at: JSONPointer())
        }
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw AppError.manifestInvalid("isn't valid YAML\(place(of: error))", at: JSONPointer())
        }
        var reader = NodeReader()
        return try root.map { try reader.value(of: $0, depth: 0) } ?? .none
    }

    private static func place(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ": line \(mark.line), column \(mark.column): \(problem)"
        case .duplicatedKeysInMapping(let names, _): ": a mapping has the key \(names.first ?? "") twice"
        default: ""
        }
    }
}

/// Turns YAML's nodes into values.
private struct NodeReader {
    private var count = 0

    mutating func value(of node: Node, depth: Int) throws -> Value {
        count += 1
        guard count <= ManifestText.mostValues else { throw invalid("unfolds to too many values", node) }
        guard depth <= ManifestText.deepest else { throw invalid("is nested too deeply", node) }
        switch node {
        case .scalar(let scalar): return try value(of: scalar, node)
        case .sequence(let sequence):
            return .list(try sequence.map { try value(of: $0, depth: depth + 1) })
        case .mapping(let mapping): return .mapping(try self.mapping(of: mapping, depth: depth))
        case .alias: throw invalid("names an anchor that isn't there", node)
        }
    }

    private func value(of scalar: Node.Scalar, _ node: Node) throws -> Value {
        if scalar.style == .plain, scalar.tag.description.isEmpty || scalar.tag.description == "!" {
            return YAMLScalar.value(of: scalar.string)
        }
        switch scalar.tag.description {
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null",
            "tag:yaml.org,2002:timestamp":
            return YAMLScalar.value(of: scalar.string)
        default: return .string(scalar.string)
        }
    }

    /// A mapping with what `<<` merges into it: own entries win, then earlier ones.
    private mutating func mapping(of mapping: Node.Mapping, depth: Int) throws -> Mapping {
        var merged = Mapping()
        var own: [(Value, Value)] = []
        own.reserveCapacity(mapping.count)
        for (key, item) in mapping {
            if case .scalar(let scalar) = key, scalar.string == "<<", scalar.style == .plain {
                try merge(try value(of: item, depth: depth + 1), item, into: &merged)
            } else {
                own.append((try value(of: key, depth: depth + 1), try value(of: item, depth: depth + 1)))
            }
        }
        merged.reserveCapacity(merged.count + own.count)
        for (key, value) in own { merged[key] = value }
        return merged
    }

    private func merge(_ value: Value, _ node: Node, into merged: inout Mapping) throws {
        switch value {
        case .mapping(let other): for entry in other where merged[entry.key] == nil { merged[entry.key] = entry.value }
        case .list(let others): for other in others { try merge(other, node, into: &merged) }
        default: throw invalid("merges what isn't a mapping", node)
        }
    }

    private func invalid(_ reason: String, _ node: Node) -> AppError {
        .manifestInvalid(reason + (node.mark.map { " at line \($0.line)" } ?? ""), at: JSONPointer())
    }
}
