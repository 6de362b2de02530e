extension Value {
    /// `value.name`: the attribute of that name, else the key; undefined if there is neither.
    func member(_ name: String) throws(Fault) -> Value {
        if case .mapping(let mapping) = self {
            // A dictionary's own attributes are its methods and hidden names: a look at the keys comes first where
            // none of these can be meant.
            if Method.mapping[name] == nil, !name.hasPrefix("__"), let value = mapping[name] { return value }
        }
        if let undefined { throw undefined.fault }
        if let attribute = attribute(name) { return attribute }
        return keyed(.string(name)) ?? Undefined.member(name, of: self)
    }

    /// `value[key]`: what is under that key, else the attribute of that name; undefined if there is neither.
    func item(_ key: Value) throws(Fault) -> Value {
        if let undefined { throw undefined.fault }
        if let value = keyed(key) { return value }
        guard case .string(let name) = key else {
            return .object(Undefined("a \(typeName) has no such key or index"))
        }
        return attribute(name) ?? Undefined.member(name, of: self)
    }

    /// What is under a key or at an index; nil if there is nothing, or the value has no such keys.
    func keyed(_ key: Value) -> Value? {
        switch self {
        case .mapping(let mapping): return key.isHashable ? mapping[key] : nil
        case .list(let elements), .tuple(let elements): return key.index.flatMap { elements.at($0) }
        case .string(let text): return key.index.flatMap { text.scalar(at: $0) }.map { .string(String($0)) }
        case .object(let object):
            if case .string(let name) = key, let known = object.member(name) { return known }
            if let mapping = object.mapping { return key.isHashable ? mapping[key] : nil }
            if let bytes = object as? ByteString {
                return key.index.flatMap { bytes.bytes.at($0) }.map { .int(Int($0)) }
            }
            return nil
        default: return nil
        }
    }

    /// The attribute of that name; nil if there is none. One that begins with an underscore is there but out of reach:
    /// what it gives fails when it is used.
    func attribute(_ name: String) -> Value? {
        if name.utf8.first == UInt8(ascii: "_") {
            if case .object(let object) = self, let value = object.attribute(name) { return value }
            guard HiddenNames.all.contains(name) else { return nil }
            return .object(Undefined("the attribute '\(name)' is out of reach", kind: .other))
        }
        if let method = Method.named(name, of: self) { return .object(MethodObject(self, method)) }
        switch self {
        case .object(let object): return object.attribute(name)
        case .dateTime(let time): return time.attribute(name)
        case .date(let date): return date.attribute(name)
        case .duration(let span): return span.attribute(name)
        case .int, .bigInt, .bool: return integerAttribute(name)
        case .float: return name == "real" ? self : name == "imag" ? .float(0) : nil
        case .tuple(let elements) where elements.count == 2:
            // What `groupby` gives.
            return name == "grouper" ? elements[0] : name == "list" ? elements[1] : nil
        default: return nil
        }
    }

    private func integerAttribute(_ name: String) -> Value? {
        switch name {
        case "real", "numerator": if case .bool(let flag) = self { .int(flag ? 1 : 0) } else { self }
        case "imag": .int(0)
        case "denominator": .int(1)
        default: nil
        }
    }

    /// The integer that this is as an index; nil for what isn't one.
    var index: Int? {
        switch self {
        case .int(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// Whether it may be a dictionary's key.
    var isHashable: Bool {
        switch self {
        case .list, .mapping: false
        case .tuple(let elements): elements.allSatisfy(\.isHashable)
        default: true
        }
    }

    func checkHashable(_ budget: inout Budget) throws(Fault) {
        if case .tuple = self { try checkDepth(&budget) }
        guard isHashable else { throw Fault(.type, "a \(typeName) can't be a key") }
    }
}

/// Attributes that Python's objects have and templates may not reach.
enum HiddenNames {
    static let all: Set<String> = [
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__",
        "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__",
        "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ]
}

extension Array {
    /// The element at an index, which counts from the end if it is negative; nil if there is none.
    func at(_ index: Int) -> Element? {
        let place = index < 0 ? count + index : index
        return indices.contains(place) ? self[place] : nil
    }
}

extension String {
    /// The code point at an index, which counts from the end if it is negative; nil if there is none.
    func scalar(at index: Int) -> Unicode.Scalar? {
        if utf8Span.isKnownASCII {
            let place = index < 0 ? utf8.count + index : index
            guard place >= 0, place < utf8.count else { return nil }
            return Unicode.Scalar(utf8[utf8.index(utf8.startIndex, offsetBy: place)])
        }
        return index < 0
            ? unicodeScalars.reversed().dropFirst(-1 - index).first : unicodeScalars.dropFirst(index).first
    }
}
