/// A value as Python has them: what a template computes with, and the one tree type of configs and manifests.
///
/// Two values are equal when Python's `==` says so: numbers by what they amount to (`1 == 1.0 == True`), strings by
/// their code points, mappings without regard to order, a list never equal to a tuple. Collections are values: what a
/// template does to one is seen by no one else.
public enum Value: Sendable {
    /// `None`.
    case none
    /// `True` or `False`.
    case bool(Bool)
    /// An integer of 64 bits.
    case int(Int)
    /// An integer that 64 bits can't hold, and none that they can.
    case bigInt(BigInteger)
    /// A float.
    case float(Double)
    /// A string: a sequence of code points.
    case string(String)
    /// A list.
    case list([Value])
    /// A tuple.
    case tuple([Value])
    /// A dictionary, in the order in which its keys came.
    case mapping(Mapping)
    /// A point in time with or without a zone.
    case dateTime(DateTime)
    /// A day.
    case date(CalendarDate)
    /// A length of time.
    case duration(TimeSpan)
    /// Anything else: a stream slice, a record with attributes, a function, an undefined name.
    case object(any ValueObject)
}

/// A thing that templates see as an object of its own rather than as plain data, such as a stream slice: it has
/// attributes, and it may be a mapping too.
public protocol ValueObject: AnyObject, Sendable {
    /// The type's name, for messages.
    var typeName: String { get }

    /// What it is where a mapping is wanted: subscripted, iterated, printed, compared, written as JSON. Nil if it isn't
    /// one.
    var mapping: Mapping? { get }

    /// Whether it is a mapping, where that is known without making one.
    var isMapping: Bool { get }

    /// The member of that name where it can be told without making the whole mapping: `.some(nil)` = there is none, nil =
    /// look into ``mapping``.
    func member(_ name: String) -> Value??

    /// Whether it counts as true.
    var isTrue: Bool { get }

    /// The attribute of that name (`slice.extra_fields`); nil if there is none, and then the mapping's key is tried.
    func attribute(_ name: String) -> Value?
}

extension ValueObject {
    public var mapping: Mapping? { nil }

    public var isMapping: Bool { mapping != nil }

    public func member(_ name: String) -> Value?? { nil }

    public var isTrue: Bool { mapping.map { !$0.isEmpty } ?? true }

    public func attribute(_ name: String) -> Value? { nil }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }

    public init(integerLiteral number: Int) { self = .int(number) }

    public init(booleanLiteral flag: Bool) { self = .bool(flag) }

    public init(floatLiteral number: Double) { self = .float(number) }

    public init(arrayLiteral elements: Value...) { self = .list(elements) }

    public init(dictionaryLiteral elements: (Value, Value)...) { self = .mapping(Mapping(elements)) }
}

extension Value {
    /// The string; nil for every other kind.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The integer of a `.int`; nil for every other kind, booleans too.
    public var int: Int? {
        guard case .int(let number) = self else { return nil }
        return number
    }

    /// The flag of a `.bool`; nil for every other kind.
    public var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The elements of a list or tuple; nil for every other kind.
    public var elements: [Value]? {
        switch self {
        case .list(let elements), .tuple(let elements): elements
        default: nil
        }
    }

    /// The mapping, also that of an object that is one; nil for every other kind.
    public var mapping: Mapping? {
        switch self {
        case .mapping(let mapping): mapping
        case .object(let object): object.mapping
        default: nil
        }
    }

    /// Whether this is `None`.
    public var isNone: Bool {
        guard case .none = self else { return false }
        return true
    }

    /// Whether Python takes it for true: not zero, not empty, not `None`.
    public var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .bigInt, .dateTime, .date: true
        case .float(let number): number != 0
        case .string(let text): !text.utf8.isEmpty
        case .list(let elements), .tuple(let elements): !elements.isEmpty
        case .mapping(let mapping): !mapping.isEmpty
        case .duration(let span): !span.isZero
        case .object(let object): object.isTrue
        }
    }

    /// The name of Python's type: `int`, `str`, `dict`.
    public var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .mapping: "dict"
        case .dateTime: "datetime"
        case .date: "date"
        case .duration(let span): span.isCalendar ? "Duration" : "timedelta"
        case .object(let object): object.typeName
        }
    }

    /// The member of a mapping, also of an object that is one; nil where there is none.
    public subscript(name: String) -> Value? {
        switch self {
        case .mapping(let mapping): mapping[name]
        case .object(let object): object.mapping?[name]
        default: nil
        }
    }
}
