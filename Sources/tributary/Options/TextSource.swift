import FoundationEssentials
import JSON

/// Text that an option gives, or says where to find: `@file`, `-` for standard input.
enum TextSource {
    /// The text that `argument` stands for.
    static func read(_ argument: String) throws -> [UInt8] {
        if argument == "-" { return try Surroundings.current.input() }
        guard argument.hasPrefix("@") else { return Array(argument.utf8) }
        return try file(String(argument.dropFirst()))
    }

    static func file(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("The file \(path) can't be read.")
        }
        guard data.count <= Surroundings.maxInputBytes else {
            throw UsageError("The file \(path) is longer than \(Surroundings.maxInputBytes) bytes.")
        }
        return [UInt8](data)
    }

    /// The JSON that the option's argument stands for.
    static func json(_ argument: String, option: String) throws -> JSONValue {
        let bytes = try read(argument)
        do {
            return try JSONValue(parsing: bytes, limits: .source)
        } catch {
            throw UsageError("\(option) isn't JSON: \(error). It takes JSON, @file or - for standard input.")
        }
    }

    /// The JSON object that the option's argument stands for.
    static func object(_ argument: String, option: String) throws -> JSONObject {
        guard let object = try json(argument, option: option).objectValue else {
            throw UsageError("\(option) must be a JSON object.")
        }
        return object
    }
}
