import Synchronization

/// What a name, a key or an attribute that isn't there gives: it prints as nothing, and any other use of it fails.
final class Undefined: ValueObject {
    let typeName = "Undefined"
    let isTrue = false
    /// What fails when it is used.
    let fault: Fault

    init(_ message: String, kind: Fault.Kind = .undefined) { fault = Fault(kind, message) }

    static func member(_ name: String, of value: Value) -> Value {
        .object(Undefined("a \(value.typeName) has no '\(name)'"))
    }
}

/// A function as a value.
final class FunctionObject: CallableObject {
    let typeName = "function"
    let function: Function

    init(_ function: Function) { self.function = function }

    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try function.run(call, &evaluation)
    }
}

/// A method with the value that it belongs to.
final class MethodObject: CallableObject {
    let typeName = "builtin_function_or_method"
    let receiver: Value
    let method: Method

    init(_ receiver: Value, _ method: Method) {
        self.receiver = receiver
        self.method = method
    }

    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try method.run(receiver, call, &evaluation)
    }
}

/// What `map`, `select` and their like give: elements that can be gone through once. A fault that comes up on the way is
/// kept until one comes to its place.
final class Generator: ValueObject {
    let typeName: String
    private let elements: [Value]
    private let fault: Fault?
    private let place = Mutex(0)

    init(_ elements: [Value], fault: Fault? = nil, typeName: String = "generator") {
        self.elements = elements
        self.fault = fault
        self.typeName = typeName
    }

    /// The next element; nil after the last.
    func next() throws(Fault) -> Value? {
        let index = place.withLock { place in
            defer { place += 1 }
            return place
        }
        if index < elements.count { return elements[index] }
        if index == elements.count, let fault { throw fault }
        return nil
    }

    /// All elements that are left.
    func rest() throws(Fault) -> [Value] {
        let start = place.withLock { place in
            defer { place = elements.count + 1 }
            return place
        }
        if let fault, start <= elements.count { throw fault }
        return Array(elements.dropFirst(start))
    }
}

/// What `keys()`, `values()` and `items()` of a dictionary give.
final class MappingView: ValueObject {
    let typeName: String
    let elements: [Value]

    init(_ elements: [Value], typeName: String) {
        self.elements = elements
        self.typeName = typeName
    }

    var isTrue: Bool { !elements.isEmpty }
}

/// Bytes, as `encode()` gives them.
final class ByteString: ValueObject {
    let typeName = "bytes"
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isTrue: Bool { !bytes.isEmpty }
}

/// What `namespace()` gives: attributes that a template may set from within a loop.
final class Namespace: ValueObject {
    let typeName = "Namespace"
    private let attributes: Mutex<Mapping>

    init(_ attributes: Mapping) { self.attributes = Mutex(attributes) }

    func attribute(_ name: String) -> Value? { attributes.withLock { $0[name] } }

    /// Sets an attribute to data: nothing that refers back to the namespace, and no chain that grows from one round of
    /// a loop to the next.
    func setPlain(_ name: String, _ value: Value) throws(Fault) {
        guard value.isPlain || value.undefined != nil else {
            throw Fault(.other, "a namespace holds plain values only, not a \(value.typeName)")
        }
        attributes.withLock { $0[name] = value }
    }
}

/// What `cycler()` gives.
final class Cycler: ValueObject {
    let typeName = "Cycler"
    private let elements: [Value]
    private let place = Mutex(0)

    init(_ elements: [Value]) { self.elements = elements }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "current": elements[place.withLock { $0 }]
        case "next":
            .function(name) { [self] (call, _) throws(Fault) in
                try call.none()
                return elements[
                    place.withLock { place in
                        defer { place = (place + 1) % elements.count }
                        return place
                    }]
            }
        case "reset":
            .function(name) { [self] (call, _) throws(Fault) in
                try call.none()
                place.withLock { $0 = 0 }
                return .none
            }
        default: nil
        }
    }
}

/// What `joiner()` gives: nothing at the first call, the separator at all others.
final class Joiner: CallableObject {
    let typeName = "Joiner"
    private let separator: Value
    private let isUsed = Mutex(false)

    init(_ separator: Value) { self.separator = separator }

    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try call.none()
        let before = isUsed.withLock { used in
            defer { used = true }
            return used
        }
        return before ? separator : ""
    }
}

extension Value {
    static func function(
        _ name: String, _ run: @escaping @Sendable (Call, inout Evaluation) throws(Fault) -> Value
    ) -> Value { .object(FunctionObject(Function(name: name, run: run))) }

    /// What is undefined about this; nil for every other value.
    var undefined: Undefined? {
        guard case .object(let object) = self else { return nil }
        return object as? Undefined
    }
}
