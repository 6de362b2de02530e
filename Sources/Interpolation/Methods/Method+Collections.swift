extension Method {
    static let mapping = table([
        Method("get") { (value, call, evaluation) throws(Fault) in
            guard call.named.isEmpty, (1...2).contains(call.positional.count) else {
                throw Fault(.type, "get takes a key and perhaps a default")
            }
            try call.positional[0].checkHashable(&evaluation.budget)
            return value.keyed(call.positional[0]) ?? (call.positional.count > 1 ? call.positional[1] : .none)
        },
        Method("keys") { (value, call, evaluation) throws(Fault) in
            try call.none()
            try evaluation.budget.take(elements: value.mapping?.count ?? 0)
            return .object(MappingView(value.mapping?.keys ?? [], typeName: "dict_keys"))
        },
        Method("values") { (value, call, evaluation) throws(Fault) in
            try call.none()
            try evaluation.budget.take(elements: value.mapping?.count ?? 0)
            return .object(MappingView(value.mapping?.values ?? [], typeName: "dict_values"))
        },
        Method("items") { (value, call, evaluation) throws(Fault) in
            try call.none()
            return .object(MappingView(try value.pairs(&evaluation.budget), typeName: "dict_items"))
        },
        Method("copy") { (value, call, _) throws(Fault) in
            try call.none()
            return value
        },
        changing("pop") { (value, call, budget) throws(Fault) in
            guard call.named.isEmpty, (1...2).contains(call.positional.count) else {
                throw Fault(.type, "pop takes a key and perhaps a default")
            }
            try call.positional[0].checkHashable(&budget)
            if let removed = value.removeMember(call.positional[0]) { return removed }
            guard call.positional.count > 1 else { throw Fault(.lookup, "a key isn't there") }
            return call.positional[1]
        },
        changing("popitem") { (value, call, _) throws(Fault) in
            try call.none()
            guard let last = value.mapping?.entries.last else { throw Fault(.lookup, "a dictionary is empty") }
            value.removeMember(last.key)
            return .tuple([last.key, last.value])
        },
        changing("setdefault") { (value, call, budget) throws(Fault) in
            guard call.named.isEmpty, (1...2).contains(call.positional.count) else {
                throw Fault(.type, "setdefault takes a key and perhaps a default")
            }
            try call.positional[0].checkHashable(&budget)
            if let known = value.keyed(call.positional[0]) { return known }
            let standard = call.positional.count > 1 ? call.positional[1] : .none
            value.setMember(call.positional[0], standard)
            return standard
        },
        changing("update") { (value, call, budget) throws(Fault) in
            guard call.positional.count <= 1 else { throw Fault(.type, "update takes one argument") }
            if let other = call.positional.first { try value.update(with: other, &budget) }
            for (name, member) in call.named { value.setMember(.string(name), member) }
            return .none
        },
        changing("clear") { (value, call, _) throws(Fault) in
            try call.none()
            value = .mapping([:])
            return .none
        },
    ])

    static let tuple = table([
        Method("index") { (value, call, evaluation) throws(Fault) in
            let wanted = try call.only()
            guard let place = try Value.firstIndex(of: wanted, in: value.elements ?? [], &evaluation.budget) else {
                throw Fault(.value, "a value isn't in the list")
            }
            return .int(place)
        },
        Method("count") { (value, call, evaluation) throws(Fault) in
            let wanted = try call.only()
            var count = 0
            for element in value.elements ?? [] where try element.isEqual(wanted, &evaluation.budget) { count += 1 }
            return .int(count)
        },
    ])

    static let list = tuple.merging(
        table([
            Method("copy") { (value, call, _) throws(Fault) in
                try call.none()
                return value
            },
            changingList("append") { (list, call, _) throws(Fault) in
                list.append(try call.only())
                return .none
            },
            changingList("extend") { (list, call, budget) throws(Fault) in
                list += try call.only().iterated(&budget)
                return .none
            },
            changingList("insert") { (list, call, _) throws(Fault) in
                guard call.positional.count == 2, call.named.isEmpty else {
                    throw Fault(.type, "insert takes an index and a value")
                }
                let index = try call.positional[0].intArgument()
                let place = index < 0 ? max(list.count + index, 0) : min(index, list.count)
                list.insert(call.positional[1], at: place)
                return .none
            },
            changingList("pop") { (list, call, _) throws(Fault) in
                guard call.positional.count <= 1, call.named.isEmpty else { throw Fault(.type, "pop takes an index") }
                let index = try call.positional.first?.intArgument() ?? -1
                let place = index < 0 ? list.count + index : index
                guard list.indices.contains(place) else { throw Fault(.lookup, "an index is out of range") }
                return list.remove(at: place)
            },
            changingList("remove") { (list, call, budget) throws(Fault) in
                let wanted = try call.only()
                guard let place = try Value.firstIndex(of: wanted, in: list, &budget) else {
                    throw Fault(.value, "a value isn't in the list")
                }
                list.remove(at: place)
                return .none
            },
            changingList("reverse") { (list, call, _) throws(Fault) in
                try call.none()
                list.reverse()
                return .none
            },
            changingList("sort") { (list, call, budget) throws(Fault) in
                guard call.positional.isEmpty else { throw Fault(.type, "sort takes named arguments only") }
                let arguments = try call.bound(to: ["reverse"])
                list = try Sorting.sorted(list, reverse: arguments[0]?.isTrue ?? false, &budget)
                return .none
            },
            changingList("clear") { (list, call, _) throws(Fault) in
                try call.none()
                list = []
                return .none
            },
        ])
    ) { first, _ in first }

    /// A method that changes its receiver. What it makes of it is seen where the receiver is a variable.
    private static func changing(
        _ name: String, _ change: @escaping @Sendable (inout Value, Call, inout Budget) throws(Fault) -> Value
    ) -> Method {
        Method(name) { (value, call, evaluation) throws(Fault) in
            try evaluation.budget.take(elements: value.mapping?.count ?? 0)
            try call.checkGrowth(&evaluation.budget)
            var changed = value
            let result = try change(&changed, call, &evaluation.budget)
            evaluation.changedReceiver = changed
            return result
        }
    }

    private static func changingList(
        _ name: String,
        _ change: @escaping @Sendable (inout [Value], Call, inout Budget) throws(Fault) -> Value
    ) -> Method {
        Method(name) { (value, call, evaluation) throws(Fault) in
            var list = value.elements ?? []
            try evaluation.budget.take(bytes: 24 * list.count)
            try call.checkGrowth(&evaluation.budget)
            let result = try change(&list, call, &evaluation.budget)
            evaluation.changedReceiver = .list(list)
            return result
        }
    }
}

extension Call {
    /// Refuses what would let a variable nest deeper from one round of a loop to the next.
    fileprivate func checkGrowth(_ budget: inout Budget) throws(Fault) {
        for argument in positional + named.map(\.value) {
            try argument.checkDepth(&budget, level: Parser.mostDepth / 2)
            guard argument.isPlain || argument.undefined != nil else {
                throw Fault(.other, "a list or dictionary takes plain values only, not a \(argument.typeName)")
            }
        }
    }
}

extension Value {
    /// Keys and values as tuples of two.
    func pairs(_ budget: inout Budget) throws(Fault) -> [Value] {
        guard let mapping else { throw Fault(.type, "a \(typeName) is no dictionary") }
        try budget.take(elements: 3 * mapping.count)
        return mapping.entries.map { .tuple([$0.key, $0.value]) }
    }

    @discardableResult
    fileprivate mutating func removeMember(_ key: Value) -> Value? {
        guard case .mapping(var mapping) = self else { return nil }
        let removed = mapping.remove(key)
        self = .mapping(mapping)
        return removed
    }

    fileprivate mutating func setMember(_ key: Value, _ member: Value) {
        guard case .mapping(var mapping) = self else { return }
        mapping[key] = member
        self = .mapping(mapping)
    }

    fileprivate mutating func update(with other: Value, _ budget: inout Budget) throws(Fault) {
        if let mapping = other.mapping {
            for entry in mapping { setMember(entry.key, entry.value) }
            return
        }
        for pair in other.elements ?? [] {
            guard let parts = pair.elements, parts.count == 2 else {
                throw Fault(.value, "a dictionary is made of pairs")
            }
            try parts[0].checkHashable(&budget)
            setMember(parts[0], parts[1])
        }
    }
}

/// Python's `sorted`.
enum Sorting {
    /// Sorts stably by keys, the smallest first; equal ones keep their order also in reverse.
    static func sorted(
        _ elements: [Value], by keys: [Value]? = nil, reverse: Bool = false, _ budget: inout Budget
    ) throws(Fault) -> [Value] {
        let keys = keys ?? elements
        guard elements.count > 1 else { return elements }
        try budget.take(elements: 2 * elements.count)
        var places = Array(elements.indices)
        if reverse { places.reverse() }
        places = try merged(places, keys, &budget)
        if reverse { places.reverse() }
        return places.map { elements[$0] }
    }

    /// Merge sort: `sort(by:)` can't throw a fault of a comparison without going on.
    private static func merged(_ places: [Int], _ keys: [Value], _ budget: inout Budget) throws(Fault) -> [Int] {
        guard places.count > 1 else { return places }
        let left = try merged(Array(places[..<(places.count / 2)]), keys, &budget)
        let right = try merged(Array(places[(places.count / 2)...]), keys, &budget)
        var result: [Int] = []
        result.reserveCapacity(places.count)
        var (one, other) = (0, 0)
        while one < left.count, other < right.count {
            try budget.step()
            if try keys[right[other]].order(to: keys[left[one]], "<", &budget) == .less {
                result.append(right[other])
                other += 1
            } else {
                result.append(left[one])
                one += 1
            }
        }
        return result + left[one...] + right[other...]
    }
}
