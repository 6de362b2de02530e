/// An element's content in the shape that `xmltodict` gives it: text alone, or members in the order of their first
/// occurrence, where a member that occurs again becomes a list.
enum XMLNode {
    case null
    case text(String)
    case list([XMLNode])
    case members(XMLMembers)
}

/// The members of an element: attributes as `@name`, children by name, text beside them as `#text`.
struct XMLMembers {
    private(set) var names: [String] = []
    private(set) var values: [XMLNode] = []
    private var places: [String: Int] = [:]

    var isEmpty: Bool { names.isEmpty }

    /// Adds a member; one of that name that is there already becomes a list.
    mutating func push(_ name: String, _ value: XMLNode) {
        guard let place = places[name] else {
            places[name] = names.count
            names.append(name)
            values.append(value)
            return
        }
        if case .list(var elements) = values[place] {
            values[place] = .null
            elements.append(value)
            values[place] = .list(elements)
        } else {
            values[place] = .list([values[place], value])
        }
    }
}
