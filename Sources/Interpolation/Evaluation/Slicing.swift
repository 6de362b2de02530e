extension Value {
    /// `value[start:end:step]`; throws `.type` for what can't be sliced.
    func sliced(from start: Value, to end: Value, by step: Value, _ budget: inout Budget) throws(Fault) -> Value {
        if let undefined { throw undefined.fault }
        switch self {
        case .list(let elements): return .list(try elements.sliced(start, end, step, &budget))
        case .tuple(let elements): return .tuple(try elements.sliced(start, end, step, &budget))
        case .string(let text):
            try budget.take(bytes: text.utf8.count)
            if text.utf8Span.isKnownASCII {
                let bytes = try Array(text.utf8).sliced(start, end, step, &budget)
                return .string(String(decoding: bytes, as: UTF8.self))
            }
            return .string(String(try Array(text.unicodeScalars).sliced(start, end, step, &budget)))
        default: throw Fault(.type, "a \(typeName) can't be sliced")
        }
    }

    /// A bound of a slice, within what an `Int` holds; nil for `None`.
    fileprivate func sliceBound() throws(Fault) -> Int? {
        if let undefined { throw undefined.fault }
        switch self {
        case .none: return nil
        case .bigInt(let number): return number.isNegative ? .min / 2 : .max / 2
        default:
            guard let index else { throw Fault(.type, "the bounds of a slice must be integers") }
            return Swift.min(Swift.max(index, .min / 2), .max / 2)
        }
    }
}

extension Array {
    fileprivate func sliced(
        _ start: Value, _ end: Value, _ step: Value, _ budget: inout Budget
    ) throws(Fault) -> [Element] {
        let stride = try step.sliceBound() ?? 1
        guard stride != 0 else { throw Fault(.value, "the step of a slice can't be 0") }
        let lowest = stride > 0 ? 0 : -1
        let highest = stride > 0 ? count : count - 1
        func place(_ bound: Int?, _ standard: Int) -> Int {
            guard let bound else { return standard }
            return Swift.min(Swift.max(bound < 0 ? bound + count : bound, lowest), highest)
        }
        let first = place(try start.sliceBound(), stride > 0 ? 0 : count - 1)
        let limit = place(try end.sliceBound(), stride > 0 ? count : -1)
        if stride == 1 {
            guard first < limit else { return [] }
            try budget.take(bytes: (limit - first) * MemoryLayout<Element>.stride)
            return Array(self[first..<limit])
        }
        var result: [Element] = []
        var index = first
        while stride > 0 ? index < limit : index > limit {
            result.append(self[index])
            index += stride
        }
        try budget.step(result.count)
        return result
    }
}
