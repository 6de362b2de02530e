extension ValueTest {
    /// The test of that name; nil if there is none.
    static func named(_ name: String) -> ValueTest? { all[name] }

    private static let all: [String: ValueTest] = Dictionary(
        (kinds + numbers + relations + others).map { ($0.name, $0) }
    ) { first, _ in first }

    private static func plain(_ name: String, _ run: @escaping @Sendable (Value) -> Bool) -> ValueTest {
        ValueTest(name: name) { (value, call, _) throws(Fault) in
            try call.none()
            return run(value)
        }
    }

    private static let kinds = [
        plain("defined") { $0.undefined == nil },
        plain("undefined") { $0.undefined != nil },
        plain("none", \.isNone),
        plain("boolean") { $0.bool != nil },
        plain("true") { $0.bool == true },
        plain("false") { $0.bool == false },
        plain("integer") { value in
            switch value {
            case .int, .bigInt: true
            default: false
            }
        },
        plain("float") { if case .float = $0 { true } else { false } },
        plain("number") { Number($0) != nil },
        plain("string") { $0.string != nil },
        plain("mapping") { $0.mapping != nil },
        plain("sequence") { value in
            switch value {
            case .string, .list, .tuple, .mapping: true
            case .object(let object): object.mapping != nil || object is ByteString || object is Undefined
            default: false
            }
        },
        plain("iterable", \.isIterable),
        plain("callable") { value in
            guard case .object(let object) = value else { return false }
            return object is any CallableObject || object is Undefined
        },
        plain("escaped") { _ in false },
    ]

    private static let numbers = [
        ValueTest(name: "odd") { (value, call, evaluation) throws(Fault) in
            try call.none()
            return try Arithmetic.modulo.apply(value, 2, &evaluation) == 1
        },
        ValueTest(name: "even") { (value, call, evaluation) throws(Fault) in
            try call.none()
            return try Arithmetic.modulo.apply(value, 2, &evaluation) == 0
        },
        ValueTest(name: "divisibleby") { (value, call, evaluation) throws(Fault) in
            let divisor = try call.bound(to: ["num"], required: 1)[0] ?? .none
            return try Arithmetic.modulo.apply(value, divisor, &evaluation) == 0
        },
    ]

    private static func relation(_ relation: Relation, _ names: String...) -> [ValueTest] {
        names.map { name in
            ValueTest(name: name) { (value, call, evaluation) throws(Fault) in
                try relation.holds(value, try call.only(), &evaluation.budget)
            }
        }
    }

    private static let relations =
        relation(.equal, "==", "eq", "equalto") + relation(.unequal, "!=", "ne")
        + relation(.greater, ">", "gt", "greaterthan") + relation(.greaterOrEqual, ">=", "ge")
        + relation(.less, "<", "lt", "lessthan") + relation(.lessOrEqual, "<=", "le")

    private static let others = [
        ValueTest(name: "in") { (value, call, evaluation) throws(Fault) in
            try Relation.contained.holds(
                value, try call.bound(to: ["seq"], required: 1)[0] ?? .none, &evaluation.budget)
        },
        ValueTest(name: "sameas") { (value, call, _) throws(Fault) in
            value.isSame(as: try call.bound(to: ["other"], required: 1)[0] ?? .none)
        },
        ValueTest(name: "lower") { (value, call, evaluation) throws(Fault) in
            try call.none()
            return try value.text(&evaluation.budget).isCased(\.isLowercase, not: \.isUppercase)
        },
        ValueTest(name: "upper") { (value, call, evaluation) throws(Fault) in
            try call.none()
            return try value.text(&evaluation.budget).isCased(\.isUppercase, not: \.isLowercase)
        },
        ValueTest(name: "filter") { (value, call, _) throws(Fault) in
            try call.none()
            return value.string.map { Filter.named($0) != nil } ?? false
        },
        ValueTest(name: "test") { (value, call, _) throws(Fault) in
            try call.none()
            return value.string.map { ValueTest.named($0) != nil } ?? false
        },
    ]
}

extension Value {
    /// Python's `is`, as far as values without identity have it: of one kind and equal, and only small things.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.object(let one), .object(let other)): one === other
        case (.none, .none), (.bool, .bool), (.int, .int), (.string, .string): self == other
        default: false
        }
    }
}
