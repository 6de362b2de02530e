import Domain
import Interpolation

/// Makes records of the items of a list within each record.
struct RecordExpander: Sendable {
    /// A field of the outer record that each item gets.
    struct ParentField: Sendable {
        let from: FieldPath
        let to: [String]
    }

    let path: FieldPath
    /// Whether an item has its outer record as `original_record`.
    let keepsOriginal: Bool
    /// Whether an outer record without items is a record itself.
    let emitsParent: Bool
    let parentFields: [ParentField]
    /// Whether an item has the outer record's other fields too, where it has none of that name.
    let mergesParent: Bool

    func expand(_ record: Value) throws -> [Value] {
        guard record.mapping != nil, !path.steps.isEmpty else { return [record] }
        var base = Mapping()
        if mergesParent {
            var rest = record
            removeLists(from: &rest)
            base = rest.mapping ?? Mapping()
        }
        var items: [Value] = []
        for list in path.values(in: record) {
            guard case .list(let elements) = list else { continue }
            for element in elements { items.append(try item(element, of: record, base)) }
        }
        return items.isEmpty && emitsParent ? [record] : items
    }

    private func item(_ element: Value, of record: Value, _ base: Mapping) throws -> Value {
        var fields: Mapping
        if let mapping = element.mapping {
            fields = mapping
        } else {
            guard keepsOriginal || mergesParent || !parentFields.isEmpty else { return element }
            fields = ["value": element]
        }
        if mergesParent {
            var merged = base
            merged.merge(fields)
            fields = merged
        }
        var item = Value.mapping(fields)
        for field in parentFields {
            let value = try field.from.value(in: record) ?? Value.none
            do {
                try FieldPath.set(value, at: field.to[...], in: &item)
            } catch {
                throw AppError(.fieldBlocked, recovery: .fixConfig)
            }
        }
        guard keepsOriginal, var fields = item.mapping else { return item }
        fields["original_record"] = record
        return .mapping(fields)
    }

    private func removeLists(from record: inout Value) {
        var places: [[FieldStep]] = []
        path.walk(record) { place, value in
            if case .list = value { places.append(place) }
        }
        for place in places.reversed() { FieldPath.cut(place[...], from: &record) }
    }
}

extension FieldPath {
    /// Takes out what stands at a place; what comes after it in a list moves up.
    static func cut(_ path: ArraySlice<FieldStep>, from node: inout Value) {
        guard let step = path.first else { return }
        switch (node, step) {
        case (.mapping(var mapping), .key(let key)):
            guard var child = mapping[key] else { return }
            node = .none
            if path.count == 1 {
                mapping.remove(key)
            } else {
                cut(path.dropFirst(), from: &child)
                mapping[key] = child
            }
            node = .mapping(mapping)
        case (.list(var elements), .index(let index, _)):
            guard index < elements.count else { return }
            node = .none
            if path.count == 1 { elements.remove(at: index) } else { cut(path.dropFirst(), from: &elements[index]) }
            node = .list(elements)
        default: return
        }
    }
}
