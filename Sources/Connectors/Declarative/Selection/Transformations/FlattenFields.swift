import Interpolation

/// Brings what is nested in a record to its top.
///
/// A field takes the name that it has; where that is taken, and for all fields once a list was met, its parent's name
/// stands before it (`parent.field`). Elements of lists are `list.0`, `list.1`. What lies deepest comes first.
struct FlattenFields: RecordTransformation {
    /// Whether lists are taken apart too.
    let flattensLists: Bool

    func apply(to record: inout Value, in context: inout Context) {
        var waiting: [(value: Value, name: String)] = [(record, "_")]
        var flat = Mapping()
        var usesParentName = false
        while let (value, name) = waiting.popLast() {
            if let mapping = value.mapping {
                for entry in mapping {
                    let own = entry.key.keyText
                    let isTaken = usesParentName || flat[own] != nil
                    waiting.append((entry.value, isTaken ? "\(name).\(own)" : own))
                }
            } else if flattensLists, let elements = value.elements {
                for (index, element) in elements.enumerated() {
                    usesParentName = true
                    waiting.append((element, "\(name).\(index)"))
                }
            } else {
                flat[name] = value
            }
        }
        record = .mapping(flat)
    }
}

extension Value {
    /// A key as it is written into a new one.
    var keyText: String { string ?? text }
}
