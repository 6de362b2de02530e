extension Value {
    /// The elements of a value that is gone through; throws `.type` for what can't be.
    func iterated(_ budget: inout Budget) throws(Fault) -> [Value] {
        switch self {
        case .list(let elements), .tuple(let elements): return elements
        case .string(let text):
            try budget.take(elements: text.utf8.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .mapping(let mapping):
            try budget.take(elements: mapping.count)
            return mapping.keys
        case .object(let object):
            if let generator = object as? Generator { return try generator.rest() }
            if let view = object as? MappingView { return view.elements }
            if let mapping = object.mapping {
                try budget.take(elements: mapping.count)
                return mapping.keys
            }
            if let undefined = object as? Undefined {
                if undefined.fault.kind == .undefined { return [] }
                throw undefined.fault
            }
            if let bytes = object as? ByteString {
                try budget.take(elements: bytes.bytes.count)
                return bytes.bytes.map { .int(Int($0)) }
            }
        default: break
        }
        throw Fault(.type, "a \(typeName) can't be gone through")
    }

    /// Whether it can be gone through.
    var isIterable: Bool {
        switch self {
        case .list, .tuple, .string, .mapping: true
        case .object(let object):
            object is Generator || object is MappingView || object is Undefined || object is ByteString
                || object.mapping != nil
        default: false
        }
    }

    /// How many elements there are; throws `.type` for what has no length.
    func length() throws(Fault) -> Int {
        switch self {
        case .string(let text):
            return text.utf8Span.isKnownASCII ? text.utf8.count : text.unicodeScalars.count
        case .list(let elements), .tuple(let elements): return elements.count
        case .mapping(let mapping): return mapping.count
        case .object(let object):
            if let mapping = object.mapping { return mapping.count }
            if let view = object as? MappingView { return view.elements.count }
            if let bytes = object as? ByteString { return bytes.bytes.count }
            if let undefined = object as? Undefined {
                if undefined.fault.kind == .undefined { return 0 }
                throw undefined.fault
            }
        default: break
        }
        throw Fault(.type, "a \(typeName) has no length")
    }

    /// Refuses a value that nests deeper than values may, so that working through it can't use up the stack.
    func checkDepth(_ budget: inout Budget, level: Int = 0) throws(Fault) {
        switch self {
        case .list(let elements), .tuple(let elements):
            guard level < Parser.mostDepth else { throw .tooDeep }
            try budget.step(elements.count)
            for element in elements { try element.checkDepth(&budget, level: level + 1) }
        case .mapping(let mapping):
            guard level < Parser.mostDepth else { throw .tooDeep }
            try budget.step(mapping.count)
            for entry in mapping.entries { try entry.value.checkDepth(&budget, level: level + 1) }
        default: break
        }
    }

    /// Whether it is data through and through, no function or other object.
    var isPlain: Bool {
        switch self {
        case .list(let elements), .tuple(let elements): elements.allSatisfy(\.isPlain)
        case .mapping(let mapping): mapping.entries.allSatisfy { $0.key.isPlain && $0.value.isPlain }
        case .object: false
        default: true
        }
    }
}
