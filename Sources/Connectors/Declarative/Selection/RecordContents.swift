import Domain
import Interpolation
import JSON

extension Record.Content {
    /// The value, read from its text where it is one.
    func value() throws(AppError) -> Value {
        switch self {
        case .text(let text): try Value(json: text)
        case .value(let value): value
        }
    }

    /// Whether it is an object.
    var isMapping: Bool {
        switch self {
        case .text(let text): text.first == UInt8(ascii: "{")
        case .value(let value): value.mapping != nil
        }
    }

    /// Whether Python takes it for true: not null, not zero, not empty.
    var isTrue: Bool {
        switch self {
        case .text(let text): Self.isTrue(text)
        case .value(let value): value.isTrue
        }
    }

    private static func isTrue(_ text: ArraySlice<UInt8>) -> Bool {
        switch text.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): text.count > 2
        case UInt8(ascii: "n"), UInt8(ascii: "f"), nil: false
        case UInt8(ascii: "t"): true
        // A number that can't be read counts as one that isn't zero.
        default: (try? Value(json: text).isTrue) ?? true
        }
    }
}

extension Record.Content {
    /// A top-level member; nil where there is none.
    func member(_ name: String) -> Value? {
        switch self {
        case .value(let value): return value[name]
        case .text(let text):
            guard let range = JSONFields([name]).ranges(in: text)?[0] else { return nil }
            // The text is valid JSON.
            return try? Value(json: text.part(range))
        }
    }
}
