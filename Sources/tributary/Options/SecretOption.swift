import ArgumentParser
import JSON

/// A secret of a config: the path of its field, and where its value is. The value itself can't be given, since every
/// user of the machine can read a command's arguments.
struct SecretOption: ExpressibleByArgument {
    /// Where the value is.
    enum Place: Equatable {
        case file(String)
        case standardInput
        case variable(String)
    }

    /// Names from the config inwards.
    let path: [String]
    let place: Place

    init?(argument: String) {
        let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        path = halves[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else { return nil }
        if halves[1] == "-" {
            place = .standardInput
        } else if halves[1].hasPrefix("@"), halves[1].count > 1 {
            place = .file(String(halves[1].dropFirst()))
        } else if halves[1].hasPrefix("env:"), halves[1].count > 4 {
            place = .variable(String(halves[1].dropFirst(4)))
        } else {
            return nil
        }
    }

    /// Puts the secret into a config.
    func put(into config: inout JSONObject) throws {
        Self.set(.string(try value()), at: path[...], in: &config)
    }

    private func value() throws -> String {
        let bytes: [UInt8] =
            switch place {
            case .file(let path): try TextSource.file(path)
            case .standardInput: try Surroundings.current.input()
            case .variable(let name): Array((Surroundings.current.environment[name] ?? "").utf8)
            }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("The secret \(path.joined(separator: ".")) isn't UTF-8.")
        }
        // Editors and echo end a file with a line break that isn't part of the secret.
        if let last = text.last, last == "\n" || last == "\r\n" { text.removeLast() }
        guard !text.isEmpty else { throw UsageError("The secret \(path.joined(separator: ".")) is empty.") }
        return text
    }

    private static func set(_ value: JSONValue, at path: ArraySlice<String>, in object: inout JSONObject) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            object[name] = value
            return
        }
        var inner = object[name]?.objectValue ?? JSONObject()
        set(value, at: path.dropFirst(), in: &inner)
        object[name] = .object(inner)
    }
}
