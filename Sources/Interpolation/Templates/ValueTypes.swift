/// Which types a template's literal may have: where it has another, the rendered text is the value.
public struct ValueTypes: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Strings.
    public static let string = ValueTypes(rawValue: 1)
    /// Integers, and booleans, which are integers to Python.
    public static let int = ValueTypes(rawValue: 2)
    /// Floats.
    public static let float = ValueTypes(rawValue: 4)
    /// Booleans.
    public static let bool = ValueTypes(rawValue: 8)
    /// Lists.
    public static let list = ValueTypes(rawValue: 16)
    /// Dictionaries.
    public static let mapping = ValueTypes(rawValue: 32)

    /// Whether a literal may be the value.
    func contains(typeOf value: Value) -> Bool {
        switch value {
        case .string: contains(.string)
        case .int, .bigInt: contains(.int)
        case .bool: contains(.bool) || contains(.int)
        case .float: contains(.float)
        case .list: contains(.list)
        case .mapping: contains(.mapping)
        default: false
        }
    }
}
